"""Whom a `call` may reach: a table of hosts, and of all the ways to write an address of the own network."""

import pytest

from bot.targets import all_public, is_public, target_of
from bot.webservice import DEEPEST, Answered, NotAnswered, answer_of
from config.hosts import host_of

HOSTS = tuple(map(host_of, ("api.example.com", "*.example.org", "shop.example.net:8443", "127.0.0.1:8123", "[::1]:8123")))

REACHED = [
    ("https://api.example.com/stock?size=m", "https", "api.example.com", 443, "/stock?size=m", "listed"),
    ("http://api.example.com", "http", "api.example.com", 80, "/", "plain, on its usual port"),
    ("https://API.Example.COM/", "https", "api.example.com", 443, "/", "capitals"),
    ("https://a.b.example.org/x", "https", "a.b.example.org", 443, "/x", "below the wildcard"),
    ("https://shop.example.net:8443/", "https", "shop.example.net", 8443, "/", "with its port"),
    ("http://127.0.0.1:8123/x", "http", "127.0.0.1", 8123, "/x", "this machine, as listed"),
    ("http://[::1]:8123/x", "http", "::1", 8123, "/x", "this machine, as listed"),
    ("https://api.example.com/café?q=é b".replace(" ", "%20"), "https", "api.example.com", 443, "/caf%C3%A9?q=%C3%A9%20b", "letters"),
]


@pytest.mark.parametrize(("url", "scheme", "name", "port", "path", "why"), REACHED)
def test_reached(url: str, scheme: str, name: str, port: int, path: str, why: str) -> None:
    target = target_of(url, HOSTS)
    assert target is not None, why
    assert (target.scheme, target.name, target.port, target.path) == (scheme, name, port, path), why


REFUSED = [
    ("https://evil.example.com/", "another name"),
    ("https://api.example.com.evil.net/", "a name that begins alike"),
    ("https://xapi.example.com/", "a name that ends alike"),
    ("https://example.org/", "the wildcard's own name"),
    ("https://evilexample.org/", "no dot before it"),
    ("https://api.example.com:8443/", "another port"),
    ("http://api.example.com:443/", "another scheme's port"),
    ("https://shop.example.net/", "listed with a port only"),
    ("https://api.example.com@evil.net/", "a user"),
    ("https://evil.net#@api.example.com/", "a fragment"),
    ("https://evil.net\\@api.example.com/", "a backslash"),
    ("https://api.example.com./", "a dot at the end"),
    ("ftp://api.example.com/", "another scheme"),
    ("file:///etc/passwd", "a file"),
    ("https://api.example.com:99999/", "no such port"),
    ("https://api.example.com/a b", "a space"),
    ("https://api.example.com/\r\nHost: evil.net", "a line break"),
    ("https:///", "nobody"),
    ("http://127.0.0.1/", "this machine, another port"),
    ("http://127.0.0.2:8123/", "this machine, another address"),
    ("http://localhost:8123/", "this machine by its name"),
    ("http://127.1:8123/", "short"),
    ("http://2130706433:8123/", "decimal"),
    ("http://0x7f000001:8123/", "hexadecimal"),
    ("http://0x7f.0.0.1:8123/", "hexadecimal, in parts"),
    ("http://0177.0.0.1:8123/", "octal"),
    ("http://017700000001:8123/", "octal, whole"),
    ("http://[::ffff:127.0.0.1]:8123/", "mapped"),
    ("http://[::ffff:7f00:1]:8123/", "mapped, hexadecimal"),
    ("http://[0:0:0:0:0:0:0:1]:8124/", "long"),
    ("http://①②⑦.⓪.⓪.①:8123/", "other digits"),
    ("http://127.0.0.1%00.example.org:8123/", "a NUL"),
    ("http://169.254.169.254/latest/meta-data", "the metadata of clouds"),
    ("http://metadata.google.internal/", "the metadata of a cloud by its name"),
]


@pytest.mark.parametrize(("url", "why"), REFUSED)
def test_refused(url: str, why: str) -> None:
    assert target_of(url, HOSTS) is None, why


def test_without_a_list_nobody_is_reached() -> None:
    assert target_of("https://api.example.com/", ()) is None


ADDRESSES = [
    ("93.184.216.34", True, "public"),
    ("2606:2800:220:1:248:1893:25c8:1946", True, "public"),
    ("127.0.0.1", False, "loopback"),
    ("127.255.255.254", False, "loopback"),
    ("0.0.0.0", False, "this machine"),
    ("10.0.0.5", False, "private"),
    ("172.16.0.1", False, "private"),
    ("172.31.255.255", False, "private"),
    ("172.32.0.1", True, "just outside"),
    ("192.168.1.1", False, "private"),
    ("169.254.169.254", False, "link-local, metadata"),
    ("100.100.100.200", False, "carrier's own network, metadata"),
    ("192.0.0.192", False, "metadata"),
    ("168.63.129.16", False, "metadata on a public number"),
    ("198.18.0.1", False, "benchmarks"),
    ("203.0.113.9", False, "documentation"),
    ("224.0.0.1", False, "multicast"),
    ("240.0.0.1", False, "reserved"),
    ("255.255.255.255", False, "broadcast"),
    ("::1", False, "loopback"),
    ("::", False, "this machine"),
    ("::ffff:127.0.0.1", False, "mapped"),
    ("::ffff:93.184.216.34", False, "mapped: no resolver says so of a public one"),
    ("::127.0.0.1", False, "compatible"),
    ("64:ff9b::7f00:1", False, "translated"),
    ("64:ff9b:1::7f00:1", False, "translated, locally"),
    ("2002:7f00:1::", False, "6to4"),
    ("2001:0:7f00:1::", False, "Teredo"),
    ("2001:db8::1", False, "documentation"),
    ("fe80::1", False, "link-local"),
    ("fe80::1%eth0", False, "link-local, with its zone"),
    ("fd00:ec2::254", False, "unique local, metadata"),
    ("fec0::1", False, "site-local"),
    ("ff02::1", False, "multicast"),
    ("2606:2800:220:1::1%eth0", False, "no public address has a zone"),
    ("2130706433", False, "no address as a resolver writes it"),
    ("0177.0.0.1", False, "no address as a resolver writes it"),
    ("", False, "nothing"),
]


@pytest.mark.parametrize(("address", "public", "why"), ADDRESSES)
def test_an_address(address: str, public: bool, why: str) -> None:
    assert is_public(address) is public, why


def test_every_address_of_a_name_is_looked_at() -> None:
    assert all_public(["93.184.216.34", "2606:2800:220:1::1"])
    assert not all_public(["93.184.216.34", "10.0.0.5"]), "one of its own network is enough"
    assert not all_public([])


# --- what came back ---------------------------------------------------------------------------------------------------

BODIES = [
    (b'{"left": 3}', {"left": 3}, "a table"),
    (b'\xef\xbb\xbf{"left": 3}', {"left": 3}, "with a byte order mark"),
    (b"null", None, "null is JSON"),
    (b'"a\\u0000b\\ud800c"', "a�b�c", "what no database takes"),
    (b'{"a\\u0000": 1}', {"a�": 1}, "in a name"),
    (b"[1.5, true, 12345678901234567890]", [1.5, True, 12345678901234567890], "numbers"),
    (b"", "not_json", "nothing"),
    (b"<html>", "not_json", "a page"),
    (b"NaN", "not_json", "no number"),
    (b"[Infinity]", "not_json", "no number"),
    (b"1e999", "not_json", "a number without an end"),
    (b"9" * 5000, "not_json", "a number that takes too long"),
    ("é".encode("latin-1"), "not_json", "not UTF-8"),
    (b"\x1f\x8b\x08\x00", "not_json", "compressed, unasked"),
    (b"[" * 100_000, "not_json", "a pit"),
    (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "not_json", "too deep to keep"),
]


@pytest.mark.parametrize(("body", "expected", "why"), BODIES, ids=[why for *_, why in BODIES])
def test_a_body(body: bytes, expected: object, why: str) -> None:
    came = answer_of(body)
    failed = expected == "not_json"
    assert came == (NotAnswered(str(expected), again=False) if failed else Answered(expected)), why  # type: ignore[arg-type]
