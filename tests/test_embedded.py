import pwd
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from factcheck import embedded

UNIX_MODE = 0o777


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    var = tmp_path_factory.mktemp("embedded") / "var"
    embedded.database_url(var, durable=False)
    yield var
    embedded.stop(var)


def value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def process_id(var: Path) -> str:
    return (var / "postgres" / "postmaster.pid").read_text().splitlines()[0]


def call(command: str, var: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "factcheck.embedded", *command.split()],
        env={"FACTCHECK_VAR": str(var)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_database_is_utf8_with_a_locale_that_knows_all_letters(var: Path) -> None:
    url = embedded.database_url(var)
    assert value(url, "SHOW server_encoding") == "UTF8"
    assert value(url, "SELECT lower('ÄÉЖ')") == "äéж"


def test_application_is_no_superuser_but_may_make_test_databases(var: Path) -> None:
    url = embedded.database_url(var)
    assert value(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert value(url, "SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user") is True


def test_repeated_call_finds_the_running_server_and_its_data(var: Path) -> None:
    first = embedded.database_url(var)
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    started = process_id(var)
    assert embedded.database_url(var) == first
    assert process_id(var) == started
    assert value(first, "SELECT answer FROM kept") == 42


def test_database_of_any_name_is_made(var: Path) -> None:
    name = 'the "second" desk/ü'
    assert value(embedded.database_url(var, name), "SELECT current_database()") == name


def test_only_the_owner_on_this_machine_is_let_in(var: Path) -> None:
    embedded.database_url(var)
    data = var / "postgres"
    superuser = embedded._url(var, "postgres", "postgres")
    assert value(superuser, "SHOW listen_addresses") == ""
    rules = "SELECT string_agg(type || ' ' || auth_method, ', ') FROM pg_hba_file_rules"
    assert value(superuser, rules) == "local peer"
    assert data.stat().st_mode & UNIX_MODE == 0o700
    assert (data / ".s.PGSQL.5432").stat().st_mode & UNIX_MODE == 0o700
    assert var.stat().st_mode & 0o007 == 0


def test_processes_that_start_it_at_once_share_one_server_that_outlives_them(var: Path) -> None:
    embedded.stop(var)
    assert not (var / "postgres" / "postmaster.pid").exists()
    callers = [call("url --not-durable", var) for _ in range(3)]
    answers = [caller.communicate(timeout=30) for caller in callers]
    assert [caller.returncode for caller in callers] == [0, 0, 0]
    assert len(set(answers)) == 1
    assert value(answers[0][0].strip(), "SELECT 1") == 1


@pytest.mark.parametrize("lock_file", ["", "4711\n", "4711\n/var/postgres\n1700000000\n5432\n\n"])
def test_server_that_is_just_starting_is_waited_for(lock_file: str, tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "postmaster.pid").write_text(lock_file)
    assert not embedded._answers(tmp_path, "factcheck")


def test_stop_is_harmless_where_nothing_runs(tmp_path: Path, var: Path) -> None:
    embedded.stop(tmp_path / "never-made")
    embedded.stop(var)
    embedded.stop(var)
    embedded.database_url(var, durable=False)


def test_deep_folder_gets_its_socket_in_a_short_private_one(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 25) / "var"
    url = embedded.database_url(deep, durable=False)
    socket_folder = embedded._socket_folder(deep / "postgres")
    try:
        assert value(url, "SELECT 1") == 1
        assert socket_folder.stat().st_mode & UNIX_MODE == 0o700
    finally:
        embedded.stop(deep)
    assert not socket_folder.exists()


def test_path_too_long_for_any_socket_is_one_clear_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("long" * 25)))
    with pytest.raises(embedded.EmbeddedDatabaseError, match="too long for a PostgreSQL socket"):
        embedded.database_url(tmp_path / ("deep" * 25))


def test_folder_whose_name_the_programs_would_misread_is_refused(tmp_path: Path) -> None:
    with pytest.raises(embedded.EmbeddedDatabaseError, match="rename the folder"):
        embedded.database_url(tmp_path / 'the "$(desk)"')


def test_folder_that_cannot_be_made_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(embedded.EmbeddedDatabaseError, match="file/var: Not a directory"):
        embedded.database_url(tmp_path / "file" / "var")


def test_folders_of_other_people_are_not_opened_for_the_server(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o750)
    nobody = pwd.struct_passwd(("factcheck-db", "x", 65000, 65000, "", "/", "/bin/false"))
    with pytest.raises(embedded.EmbeddedDatabaseError, match=f"cannot enter {closed}: run as"):
        embedded._open_way(closed, nobody)
    assert closed.stat().st_mode & UNIX_MODE == 0o750


def test_server_that_does_not_start_names_reason_and_log(var: Path) -> None:
    embedded.stop(var)
    settings = var / "postgres" / "postgresql.auto.conf"
    whole = settings.read_text()
    settings.write_text(f"{whole}max_connections = none\n")
    try:
        with pytest.raises(embedded.EmbeddedDatabaseError, match=r"errors.*server\.log"):
            embedded.database_url(var)
        failed = call("url", var)
        output, errors = failed.communicate(timeout=30)
        assert (failed.returncode, output) == (1, "")
        assert errors.count("\n") == 1
        assert "did not start" in errors
    finally:
        settings.write_text(whole)
        embedded.database_url(var, durable=False)
