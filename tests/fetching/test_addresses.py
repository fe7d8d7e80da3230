from ipaddress import ip_address

import pytest

from articles.fetching.addresses import Allowed, is_public

NOT_PUBLIC = {
    "this network": "0.0.0.1",
    "private 10": "10.0.0.1",
    "carrier-grade NAT": "100.64.0.1",
    "metadata of Alibaba": "100.100.100.200",
    "loopback": "127.8.8.8",
    "metadata": "169.254.169.254",
    "private 172": "172.31.255.255",
    "protocol assignments": "192.0.0.192",
    "documentation": "203.0.113.9",
    "private 192": "192.168.1.1",
    "benchmarks": "198.19.0.1",
    "multicast": "224.0.0.251",
    "reserved": "250.1.1.1",
    "broadcast": "255.255.255.255",
    "metadata of Azure": "168.63.129.16",
    "6to4 relays": "192.88.99.1",
    "unspecified 6": "::",
    "loopback 6": "::1",
    "link-local 6": "fe80::1",
    "site-local 6": "fec0::1",
    "unique local": "fc00::1",
    "metadata of Amazon 6": "fd00:ec2::254",
    "multicast 6": "ff02::1",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped metadata": "::ffff:a9fe:a9fe",
    "compatible loopback": "::127.0.0.1",
    "translated": "::ffff:0:127.0.0.1",
    "6to4 of a private address": "2002:0a00:0001::1",
    "6to4 of a public address": "2002:0808:0808::1",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "NAT64 of loopback": "64:ff9b::7f00:1",
    "NAT64 of metadata": "64:ff9b::a9fe:a9fe",
    "local NAT64": "64:ff9b:1::808:808",
    "documentation 6": "2001:db8::1",
    "new documentation 6": "3fff::1",
    "discard": "100::1",
    "segment routing": "5f00::1",
}


@pytest.mark.parametrize("address", NOT_PUBLIC.values(), ids=NOT_PUBLIC)
def test_not_public(address: str):
    assert not is_public(ip_address(address))
    assert not Allowed().address(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "172.32.0.1",
        "100.128.0.1",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_public(address: str):
    assert is_public(ip_address(address))


def test_zone_of_an_address_does_not_hide_it():
    assert not Allowed().address("fe80::1%eth0")


def test_allowed_network_holds_for_its_addresses_alone():
    allowed = Allowed.parse(["10.20.0.0/16", "fd12::/32"])
    assert allowed.address("10.20.3.4")
    assert allowed.address("fd12::1")
    assert not allowed.address("10.21.0.1")
    assert not allowed.server("10.20.3.4", 8080)


def test_allowed_server_holds_for_its_name_and_port_alone():
    allowed = Allowed.parse(["Wiki.example:8080", "[::1]:8000"])
    assert allowed.server("wiki.example", 8080)
    assert allowed.server("::1", 8000)
    assert not allowed.server("wiki.example", 80)
    assert not allowed.server("other.example", 8080)


@pytest.mark.parametrize(
    "entry", ["", "wiki.example", "10.0.0.1/8", "http://a:80", "a:b", "a:99999", "u@a:80", ":80"]
)
def test_wrong_entry_is_named(entry: str):
    with pytest.raises(ValueError, match="is neither host:port nor a network") as caught:
        Allowed.parse(["10.20.0.0/16", entry])
    assert str(caught.value).startswith(f"“{entry}”")
