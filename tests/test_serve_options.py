import socket
from collections.abc import Iterator

import pytest

from factcheck.serve_options import AddressError, Options, check_address, main, parse

ARGUMENTS = {
    "nothing": ([], Options("127.0.0.1", 8000, demo=True)),
    "port": (["--port", "8123"], Options("127.0.0.1", 8123, demo=True)),
    "host": (["--host", "::"], Options("::", 8000, demo=True)),
    "IPv6 host in brackets": (["--host=[::1]"], Options("::1", 8000, demo=True)),
    "no demo": (["--no-demo"], Options("127.0.0.1", 8000, demo=False)),
}
BAD_ARGUMENTS = {
    "no number": ["--port", "http"],
    "too large": ["--port", "65536"],
    "zero": ["--port", "0"],
    "digit of another script": ["--port", "٨٠٠٠"],
    "misspelt": ["--prot", "8000"],
    "abbreviated": ["--no"],
    "stray word": ["start"],
}


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize(("arguments", "expected"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_options(arguments: list[str], expected: Options) -> None:
    assert parse(arguments) == expected


@pytest.mark.parametrize("arguments", BAD_ARGUMENTS.values(), ids=BAD_ARGUMENTS)
def test_bad_option_ends_with_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2
    assert "script/server: error: " in capsys.readouterr().err


def test_taken_port_is_one_sentence_with_a_free_port(
    taken_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--port", str(taken_port)]) == 1
    start = f"Port {taken_port} is taken; stop the other program or use --port "
    errors = capsys.readouterr().err
    assert errors.startswith(start)
    check_address("127.0.0.1", int(errors.removeprefix(start).removesuffix(".\n")))


def test_free_port_is_accepted(taken_port: int) -> None:
    check_address("127.0.0.2", taken_port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_host_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(AddressError, match=f"--host {host} is not an address"):
        check_address(host, 8000)
