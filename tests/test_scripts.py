import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
SETTING = re.compile(r'"(FACTCHECK_[A-Z_]+|DATABASE_URL|SECRET_KEY)"')
TOOLS = ("sh", "dirname", "cmp", "cp", "sed")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh copy of what the scripts need, without .venv."""
    for folder in ("script", "requirements", "factcheck"):
        shutil.copytree(
            PROJECT / folder,
            tmp_path / folder,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    return tmp_path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A PATH with the shell's tools alone."""
    path = tmp_path / "bin"
    path.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found
        (path / tool).symlink_to(found)
    return path


def add_program(path: Path, name: str, script: str) -> None:
    program = path / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def run(checkout: Path, path: Path, *command: str, **environment: str) -> tuple[int, str, str]:
    result = subprocess.run(
        ["sh", *command],
        cwd=checkout,
        env={"PATH": str(path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout, result.stderr


@pytest.mark.parametrize("script", ["script/server", "script/test"])
def test_machine_without_python(script: str, checkout: Path, path: Path) -> None:
    code, output, errors = run(checkout, path, script)
    assert (code, output) == (1, "")
    assert errors == (
        "Factcheck needs Python 3.11 or later, and this machine has no Python 3:"
        " install a newer one.\n"
    )


def test_machine_with_an_old_python(checkout: Path, path: Path) -> None:
    add_program(path, "python3", 'if [ "$1" = -V ]; then echo Python 3.9.2; else exit 1; fi')
    code, _, errors = run(checkout, path, "script/server")
    assert code == 1
    assert "this machine has Python 3.9.2" in errors


def test_machine_with_a_newer_python_beside_the_default_one(checkout: Path, path: Path) -> None:
    add_program(path, "python3", "exit 1")
    (path / "python3.12").symlink_to(sys.executable)
    code, output, _ = run(checkout, path, "script/server", "--help")
    assert code == 0
    assert output.startswith("usage: script/server")
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("script", ["script/server", "script/test"])
def test_missing_venv_module(script: str, checkout: Path, path: Path) -> None:
    add_program(
        path,
        "python3",
        f'case $2 in *ensurepip*) exit 1 ;; *) exec "{sys.executable}" "$@" ;; esac',
    )
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    code, output, errors = run(checkout, path, script)
    assert (code, output) == (1, "")
    assert errors == (
        "Python's venv module is missing:"
        f" run 'apt install python{version}-venv' as root, then try again.\n"
    )


def test_wrong_option_is_told_before_anything_is_installed(checkout: Path, path: Path) -> None:
    (path / "python3").symlink_to(sys.executable)
    code, output, errors = run(checkout, path, "script/server", "--prot", "8123")
    assert (code, output) == (2, "")
    assert "unrecognized arguments: --prot 8123" in errors
    assert not (checkout / ".venv").exists()


def environment_of(checkout: Path, lock: str) -> None:
    """Make a .venv that holds all packages already, with pip replaced by a note of its call."""
    binaries = checkout / ".venv" / "bin"
    binaries.mkdir(parents=True)
    add_program(
        binaries,
        "python",
        f'case $1 in -m) echo "$@" >> pip-calls ;; *) exec "{sys.executable}" "$@" ;; esac',
    )
    shutil.copy(checkout / "requirements" / f"{lock}.txt", checkout / ".venv")


def installed(checkout: Path, path: Path, lock: str) -> int:
    """Return how often pip has run after bringing .venv up to LOCK."""
    command = f". script/environment.sh && python=python3 && install_requirements {lock}"
    assert run(checkout, path, "-c", command)[0] == 0
    calls = checkout / "pip-calls"
    return len(calls.read_text().splitlines()) if calls.exists() else 0


def test_packages_are_installed_only_when_their_lock_changed(checkout: Path, path: Path) -> None:
    environment_of(checkout, "main")
    assert installed(checkout, path, "main") == 0
    with (checkout / "requirements" / "main.txt").open("a") as lock:
        lock.write("# changed\n")
    assert installed(checkout, path, "main") == 1
    assert installed(checkout, path, "main") == 1


def test_packages_of_the_tests_include_those_of_the_server(checkout: Path, path: Path) -> None:
    environment_of(checkout, "main")
    (checkout / ".venv" / "main.txt").unlink()
    assert installed(checkout, path, "dev") == 1
    assert installed(checkout, path, "main") == 1
    assert "--require-hashes" in (checkout / "pip-calls").read_text()


def test_browser_that_does_not_start_is_no_browser(checkout: Path, path: Path) -> None:
    add_program(path, "chromium", "exit 1")
    add_program(path, "google-chrome", "echo Chrome 140")
    code, output, _ = run(
        checkout, path, "-c", '. script/browser.sh && get_browser && echo "$FACTCHECK_CHROMIUM"'
    )
    assert (code, output) == (0, f"{path}/google-chrome\n")


def test_named_browser_that_does_not_start_is_an_error(checkout: Path, path: Path) -> None:
    command = ". script/environment.sh && . script/browser.sh && get_browser"
    code, _, errors = run(checkout, path, "-c", command, FACTCHECK_CHROMIUM="/no/chromium")
    assert code == 1
    assert errors == "FACTCHECK_CHROMIUM is /no/chromium, which does not start.\n"


def test_missing_browser_is_an_error_that_says_what_to_do(checkout: Path, path: Path) -> None:
    environment_of(checkout, "main")
    add_program(path, "id", "echo 1000")
    add_program(checkout / ".venv" / "bin", "python", "exit 1")
    command = ". script/environment.sh && . script/browser.sh && get_browser"
    code, _, errors = run(checkout, path, "-c", command)
    assert code == 1
    assert "run 'apt install chromium' as root" in errors
    assert "script/test --fast" in errors


def test_ci_runs_the_same_script_as_people() -> None:
    lines = (PROJECT / ".ci" / "run").read_text().splitlines()
    assert lines[-1] == 'exec "$(dirname "${BASH_SOURCE[0]}")/../script/test"'
    for script in (".ci/run", "script/server", "script/test"):
        assert os.access(PROJECT / script, os.X_OK)


def test_every_setting_of_the_environment_is_documented() -> None:
    read = {
        name
        for folder in ("factcheck", "articles")
        for module in (PROJECT / folder).rglob("*.py")
        for name in SETTING.findall(module.read_text())
    }
    assert {"DATABASE_URL", "SECRET_KEY", "FACTCHECK_VAR", "FACTCHECK_HOSTS"} <= read
    table = (PROJECT / "docs" / "operations.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))
    assert read - documented == set()


def test_every_documented_setting_is_read() -> None:
    text = "".join(
        path.read_text()
        for path in [
            *(PROJECT / "factcheck").rglob("*.py"),
            *(PROJECT / "tests").rglob("*.py"),
            *(PROJECT / "script").iterdir(),
            PROJECT / "docker-compose.yml",
            PROJECT / "Dockerfile",
        ]
    )
    table = (PROJECT / "docs" / "operations.md").read_text()
    documented = re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE)
    assert [name for name in documented if name not in text] == []
