"""The options of script/server. Standard library only: read before anything is installed."""

import argparse
import errno
import socket
import sys
from dataclasses import dataclass


class AddressError(Exception):
    """The web server cannot listen there; the message is one sentence for the user."""


@dataclass(frozen=True)
class Options:
    host: str
    port: int
    demo: bool


def parse(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(
        prog="script/server",
        allow_abbrev=False,
        description="Start Factcheck: database, web pages and background worker. Ctrl-C stops all.",
    )
    parser.add_argument(
        "--port", type=_port, default=8000, metavar="N", help="port to listen on (8000)"
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="H",
        help="address to listen on (127.0.0.1: this machine alone; 0.0.0.0: the whole network)",
    )
    parser.add_argument("--no-demo", action="store_true", help="start with an empty database")
    options = parser.parse_args(arguments)
    return Options(options.host.strip("[]"), options.port, not options.no_demo)


def check_address(host: str, port: int) -> None:
    """Raise AddressError unless a server can listen on HOST and PORT now."""
    try:
        listen_once(host, port)
    except socket.gaierror:
        raise AddressError(f"--host {host} is not an address or name of this machine.") from None
    except OSError as error:
        raise AddressError(_explain(error, host, port)) from None


def listen_once(host: str, port: int) -> None:
    """Take the address for a moment. Raises OSError where that cannot be."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as listener:
        # As the web server does: connections of a server stopped just now are no obstacle.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()


def _explain(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} is taken; stop the other program"
                f" or use --port {_free_port_after(host, port)}."
            )
        case errno.EACCES:
            return f"Port {port} is reserved for the system; use --port 8000 or another above 1023."
        case errno.EADDRNOTAVAIL:
            return f"--host {host} is not an address of this machine."
        case _:
            return f"Cannot listen on {host}, port {port}: {error.strerror}."


def _free_port_after(host: str, port: int) -> int:
    for candidate in range(port + 1, min(port + 100, 65536)):
        try:
            listen_once(host, candidate)
        except OSError:
            continue
        return candidate
    return 8000


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port number from 1 to 65535")
    return int(text)


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    try:
        check_address(options.host, options.port)
    except AddressError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
