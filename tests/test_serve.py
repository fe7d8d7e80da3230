import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from factcheck import serve
from factcheck.serve_options import Options

PROJECT = Path(__file__).parent.parent
ENVIRONMENT = {"PATH": os.defpath}
HOSTS = "localhost,127.0.0.1,[::1]"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def start(var: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "factcheck.serve", *arguments],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "FACTCHECK_VAR": str(var), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.terminate()


def read_until(process: subprocess.Popen[str], wanted: str) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if wanted in line:
            return "".join(lines)
    raise AssertionError("".join(lines) + process.communicate()[1])


def get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def test_runs_until_interrupted_and_leaves_nothing_running(tmp_path: Path) -> None:
    port = free_port()
    var = tmp_path / "var"
    with start(var, "--port", str(port), "--no-demo") as server:
        shown = read_until(server, "Ctrl-C stops everything")
        assert f"Factcheck is running at http://127.0.0.1:{port}/" in shown
        assert "manage.py createsuperuser" in shown
        assert get(port, "/healthz")[0] == 200
        assert (var / "postgres" / "postmaster.pid").exists()

        with start(var, "--port", str(free_port())) as second:
            _, errors = second.communicate(timeout=30)
        assert second.returncode == 1
        assert errors.startswith(f"Another script/server (process {server.pid}) already runs")
        assert get(port, "/healthz")[0] == 200

        server.send_signal(signal.SIGINT)
        rest, errors = server.communicate(timeout=30)
    assert (server.returncode, errors) == (0, "")
    assert rest.endswith("Stopped.\n")
    assert not (var / "postgres" / "postmaster.pid").exists()
    with pytest.raises(ConnectionRefusedError):
        get(port, "/healthz")


def test_broken_database_url_is_one_sentence_without_the_password(tmp_path: Path) -> None:
    url = "postgresql://user:hunter2@127.0.0.1:1/facts"
    with start(tmp_path, "--port", str(free_port()), DATABASE_URL=url) as server:
        output, errors = server.communicate(timeout=30)
    assert server.returncode == 1
    assert errors == (
        'Cannot connect to the database "facts" on 127.0.0.1:1 of DATABASE_URL:'
        " Connection refused.\n"
    )
    assert "hunter2" not in output


def test_child_that_ends_is_named_with_its_log(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    commands = {"other": ("timeit", "-n1", "import time; time.sleep(60)"), "worker": ("no_such",)}
    with serve.running(commands, tmp_path, ENVIRONMENT) as children:
        other, worker = children
        worker.process.wait(timeout=10)
        other.fail_if_ended()
        with pytest.raises(serve.ServeError) as failure:
            worker.fail_if_ended()
    assert str(failure.value) == (
        f"The worker stopped unexpectedly (exit code 1); its log is {tmp_path}/log/worker.log."
    )
    assert other.process.returncode == -signal.SIGTERM


def test_console_shows_errors_and_leaves_the_rest_in_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log").mkdir()
    program = "print('12:00 WARNING not found'); print('12:01 ERROR crash')"
    with serve.running({"web": ("timeit", "-n1", "-r1", program)}, tmp_path, {}) as (web,):
        web.process.wait(timeout=10)
        web.show_news()
        web.show_news()
    shown = capsys.readouterr().out
    assert shown.count("web: 12:01 ERROR crash\n") == 1
    assert "WARNING" not in shown
    assert "WARNING" in web.log.read_text()


HOST_CASES = {
    "this machine alone": ("127.0.0.1", {}, HOSTS),
    "another address": ("192.0.2.7", {}, f"{HOSTS},192.0.2.7"),
    "IPv6": ("2001:db8::1", {}, f"{HOSTS},[2001:db8::1]"),
    "own names": ("127.0.0.1", {"FACTCHECK_HOSTS": "facts.example.org"}, "facts.example.org"),
}


@pytest.mark.parametrize(("host", "environment", "expected"), HOST_CASES.values(), ids=HOST_CASES)
def test_allowed_hosts(host: str, environment: dict[str, str], expected: str) -> None:
    assert serve.allowed_hosts(host, environment) == expected


def test_listening_everywhere_allows_the_machines_names_and_says_so() -> None:
    name = socket.gethostname()
    assert name in serve.allowed_hosts("::", {}).split(",")
    notice = serve.network_notice(Options("::", 8123, demo=True))
    assert notice.startswith("Everyone on the network can reach it: http://")
    assert f"http://{name}:8123/" in notice
    assert "not encrypted" in notice
