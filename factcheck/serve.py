"""Runs the database, the web server and the background worker together, until told to stop.

The Python half of script/server.
"""

import ctypes
import fcntl
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TextIO

from factcheck import embedded
from factcheck.database_check import DatabaseUnusableError, check_database
from factcheck.serve_options import AddressError, Options, check_address, parse

PROJECT = Path(__file__).resolve().parent.parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE = 10  # seconds that open requests and running jobs have to end
START_TIMEOUT = 60  # seconds for the web server to answer
# A long import is one of them, and leaves room for what people wait for.
JOBS = 4
WEB = ("--workers=2", "--threads=4", "--worker-class=gthread", "--preload", "--no-control-socket")
ERROR = re.compile(r"\b(ERROR|CRITICAL)\b")
PR_SET_PDEATHSIG = 1


class ServeError(Exception):
    """The server cannot start or go on; the message is one sentence for the user."""


@dataclass
class Child:
    """A process that must not end before us, and the news in its log."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]
    news: TextIO

    def fail_if_ended(self) -> None:
        code = self.process.poll()
        if code is not None:
            self.show_news()
            raise ServeError(
                f"The {self.name} stopped unexpectedly (exit code {code}); its log is {self.log}."
            )

    def show_news(self) -> None:
        """Print the errors logged since the last call; the rest stays in the log."""
        for line in self.news:
            if ERROR.search(line):
                say(f"{self.name}: {line.rstrip()}")

    def stop(self) -> None:
        try:
            self.process.wait(GRACE + 5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.news.close()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def serve(options: Options, var: Path) -> None:
    """Run everything until KeyboardInterrupt. Raises ServeError when a part fails."""
    with ExitStack() as stack:
        stack.enter_context(only_server_of(var))
        environment = {
            **os.environ,
            "DATABASE_URL": stack.enter_context(database(var)),
            "FACTCHECK_HOSTS": allowed_hosts(options.host, os.environ),
            "FACTCHECK_VAR": str(var),
        }
        welcome = prepare(options, var, environment)
        children = stack.enter_context(running(commands(options, var), var, environment))
        wait_for_answer(options, children[0])
        say(f"\nFactcheck is running at {url(local_name(options.host), options.port)}\n")
        if options.host not in LOOPBACK:
            say(network_notice(options))
        say(f"{welcome}Logs are in {var / 'log'}. Ctrl-C stops everything.")
        while True:
            for child in children:
                child.show_news()
                child.fail_if_ended()
            time.sleep(0.5)


@contextmanager
def only_server_of(var: Path) -> Iterator[None]:
    """Hold the lock of VAR: a second server would stop the database under the first."""
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (var / "server.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise ServeError(
                f"Another script/server (process {lock.read().strip()}) already runs on {var};"
                " stop it first, or set FACTCHECK_VAR to another folder."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def database(var: Path) -> Iterator[str]:
    """Give the URL of a database that works: DATABASE_URL's, or the embedded one while we run."""
    url = os.environ.get("DATABASE_URL")
    if url:
        check_database(url)
        yield url
        return
    say("Starting the database ...")
    try:
        yield embedded.database_url(var)
    finally:
        embedded.stop(var)


def allowed_hosts(host: str, environment: Mapping[str, str]) -> str:
    """Return FACTCHECK_HOSTS with the names under which HOST makes us reachable."""
    names = environment.get("FACTCHECK_HOSTS") or "localhost,127.0.0.1,[::1]"
    if host in LOOPBACK:
        return names
    return ",".join([names, *map(bracketed, network_names(host))])


def network_names(host: str) -> list[str]:
    """Return the names that reach us from other machines; for 0.0.0.0 all that this one has."""
    if host not in EVERYWHERE:
        return [host]
    try:
        addresses = subprocess.run(
            ["hostname", "-I"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.split()
    except FileNotFoundError:
        addresses = []
    return [*addresses, socket.gethostname()]


def network_notice(options: Options) -> str:
    places = " ".join(url(name, options.port) for name in network_names(options.host))
    return (
        f"Everyone on the network can reach it: {places}\n"
        "The connection is not encrypted; docs/operations.md says how to add HTTPS.\n"
    )


def url(host: str, port: int) -> str:
    return f"http://{bracketed(host)}:{port}/"


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def local_name(host: str) -> str:
    return EVERYWHERE.get(host, host)


def prepare(options: Options, var: Path, environment: Mapping[str, str]) -> str:
    """Bring database and static files up to date; return what to tell the user."""
    say("Preparing the database and the pages ...")
    (var / "log").mkdir(exist_ok=True)
    log = var / "log" / "prepare.log"
    demo = () if options.demo else ("--no-demo",)
    with log.open("w") as errors:
        result = subprocess.run(
            [sys.executable, "-m", "factcheck.prepare", *demo],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            check=False,
        )
    if result.returncode:
        reason = log.read_text().strip().rpartition("\n")[2] or f"exit code {result.returncode}"
        raise ServeError(f"The preparation failed: {reason} (the log is {log}).")
    return result.stdout and f"{result.stdout}\n"


def commands(options: Options, var: Path) -> dict[str, Sequence[str]]:
    return {
        "web": (
            "gunicorn",
            "factcheck.wsgi",
            "--config=python:factcheck.gunicorn_config",
            f"--bind={bracketed(options.host)}:{options.port}",
            *WEB,
            f"--graceful-timeout={GRACE}",
            "--log-level=warning",
            f"--access-logfile={var / 'log' / 'access.log'}",
        ),
        "worker": (
            "django",
            "procrastinate",
            "worker",
            f"--concurrency={JOBS}",
            f"--shutdown-graceful-timeout={GRACE}",
        ),
    }


@contextmanager
def running(
    commands: Mapping[str, Sequence[str]], var: Path, environment: Mapping[str, str]
) -> Iterator[list[Child]]:
    """Run one child for each command; stop all of them at the end."""
    children: list[Child] = []
    try:
        for name, command in commands.items():
            children.append(start(name, command, var / "log" / f"{name}.log", environment))
        yield children
    finally:
        say("Stopping ...")
        for child in children:
            child.process.terminate()
        for child in children:
            child.stop()


def start(name: str, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Child:
    with log.open("ab") as output:
        news = log.open(errors="replace")
        news.seek(0, os.SEEK_END)
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=PROJECT,
            env={**environment, "DJANGO_SETTINGS_MODULE": "factcheck.settings"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,  # Ctrl-C reaches us alone, and we stop the children in order
            preexec_fn=end_with_parent,
        )
    return Child(name, log, process, news)


def end_with_parent() -> None:
    """Ask Linux for SIGTERM when the supervisor is killed, so that no child holds the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def wait_for_answer(options: Options, web: Child) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while not answers(local_name(options.host), options.port):
        web.fail_if_ended()
        if time.monotonic() > deadline:
            raise ServeError(
                f"The web server gives no answer after {START_TIMEOUT} s; its log is {web.log}."
            )
        time.sleep(0.05)


def answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """Stop once; the signals that follow do not disturb the stopping."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    # SIGINT too: a shell starts background jobs with it ignored.
    for number in SIGNALS:
        signal.signal(number, interrupt)
    var = Path(os.environ.get("FACTCHECK_VAR", PROJECT / "var")).resolve()
    try:
        check_address(options.host, options.port)
        serve(options, var)
    except (
        AddressError,
        DatabaseUnusableError,
        ServeError,
        embedded.EmbeddedDatabaseError,
    ) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
