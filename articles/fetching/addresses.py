"""Which network addresses may be reached: public ones, and those the operator allows."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Self
from urllib.parse import urlsplit

# IANA IPv4 and IPv6 Special-Purpose Address Registries. Python's is_global follows them too, but
# differs between patch releases.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # the metadata service of Azure, at a public address
    )
)
_UNICAST_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4, which leads to the IPv4 address inside
        "3fff::/20",
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Allowed:
    """What may be reached although it is not public.

    ``servers`` are ``(host, port)`` as in the address bar, whatever the host resolves to;
    ``networks`` are reached on the usual ports.
    """

    servers: frozenset[tuple[str, int]] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> Self:
        """From words like ``wiki.example:8080``, ``[::1]:8000`` and ``10.20.0.0/16``.

        Raises ValueError that names the wrong entry.
        """
        servers, networks = set(), []
        for entry in entries:
            try:
                if "/" in entry:
                    networks.append(ip_network(entry))
                else:
                    servers.add(_server(entry))
            except ValueError as error:
                raise ValueError(
                    f"“{entry}” is neither host:port nor a network like 10.20.0.0/16"
                ) from error
        return cls(frozenset(servers), tuple(networks))

    def server(self, host: str, port: int) -> bool:
        return (host, port) in self.servers

    def address(self, address: str) -> bool:
        """Whether this numeric address may be connected to."""
        ip = ip_address(address.partition("%")[0])
        return is_public(ip) or any(ip in network for network in self.networks)


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Whether the address belongs to the public internet, as does any IPv4 address inside it."""
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _NOT_PUBLIC_4)
    if ip.ipv4_mapped:
        return is_public(ip.ipv4_mapped)
    if ip in _NAT64:
        return is_public(IPv4Address(int(ip) & 0xFFFFFFFF))
    return ip in _UNICAST_6 and not any(ip in network for network in _NOT_PUBLIC_6)


def _server(entry: str) -> tuple[str, int]:
    parts = urlsplit(f"//{entry}")
    if not parts.hostname or parts.port is None or parts.netloc != entry or parts.username:
        raise ValueError
    return parts.hostname, parts.port
