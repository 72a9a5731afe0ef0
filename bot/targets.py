"""Whom a `call` may reach: hosts that CALL_HOSTS lists, at addresses of the public internet. Pure: names are resolved elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urlsplit

from config.hosts import USUAL_PORTS, Host

# All that is not the public internet, written out: what Python calls global differs from release to release.
# Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890); RFC 5771 and 4291 (multicast); RFC 7526 (6to4 relays).
_CLOSED_V4 = tuple(
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24"),
        *("192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # a public number, at which Azure tells a machine its own secrets
    )
)
_OPEN_V6 = ip_network("2000::/3")
"""All unicast that was ever given out; mapped, translated, local and multicast addresses lie outside."""
_CLOSED_V6 = tuple(ip_network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"))
"""Within it: tunnels, which carry IPv4 addresses of any kind, and what stands in documentation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A host that may be asked. name: as CALL_HOSTS has it, in small letters; path: with its query. loopback: this machine, as listed."""

    scheme: str
    name: str
    port: int
    path: str
    loopback: bool = False


def target_of(url: str, hosts: Sequence[Host]) -> Target | None:
    """The target of an address; None where no host of the list allows it. Names are compared as they are written, however they resolve."""
    try:
        parts = urlsplit(url)
        port = parts.port or USUAL_PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    name = parts.hostname or ""
    if (
        parts.scheme not in USUAL_PORTS
        or "@" in parts.netloc
        or "\\" in url
        or any(char.isspace() or not char.isprintable() for char in url)
    ):
        return None
    host = next((host for host in hosts if host.allows(name, port, parts.scheme)), None)
    if host is None:
        return None
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{quote(parts.query, safe=_IN_QUERY)}" if parts.query else "")
    return Target(scheme=parts.scheme, name=name, port=port, path=path, loopback=host.loopback)


_IN_QUERY = "/%:@!$&'()*+,;=~-._?"


def all_public(addresses: Sequence[str]) -> bool:
    """Whether a name may be asked that resolves to these: every single one of them is public, and there is one."""
    return bool(addresses) and all(map(is_public, addresses))


def is_public(address: str) -> bool:
    """Whether an address, as a resolver writes it, is of the public internet; False for whatever is no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    match parsed:
        case IPv4Address():
            return not any(parsed in net for net in _CLOSED_V4)
        case IPv6Address():
            return parsed.scope_id is None and parsed in _OPEN_V6 and not any(parsed in net for net in _CLOSED_V6)
