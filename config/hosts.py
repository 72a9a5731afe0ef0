"""The web services that flows may ask, as CALL_HOSTS lists them. Pure: names are compared, nothing is looked up."""

import re
from dataclasses import dataclass
from ipaddress import ip_address

# The last label begins with a letter: so no way of writing an address (127.1, 0x7f.1, 2130706433) is a name.
_NAME = re.compile(r"(?P<wild>\*\.)?(?P<name>(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z][a-z0-9-]{0,62})(?::(?P<port>\d{1,5}))?", re.ASCII)
_ADDRESS = re.compile(r"(?P<address>[\d.]+|\[[\da-f:]+\]):(?P<port>\d{1,5})", re.ASCII)
USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """name: in small letters, or a loopback address. wild: every name below it, and not itself. port: None for the scheme's usual one."""

    name: str
    wild: bool = False
    port: int | None = None
    loopback: bool = False

    def allows(self, name: str, port: int, scheme: str) -> bool:
        """Whether it is this one that is asked."""
        same = name.endswith(f".{self.name}") if self.wild else name == self.name
        return same and port == (USUAL_PORTS[scheme] if self.port is None else self.port)


def host_of(text: str) -> Host:
    """One entry of the list: `api.example.com`, `*.example.com`, either with a port, or a loopback address with its port.

    Raises ValueError for anything else: of addresses only those of this machine are taken, for a service that is being developed.
    """
    if found := _NAME.fullmatch(text.lower()):
        port = None if found["port"] is None else _port(found["port"])
        return Host(name=found["name"], wild=found["wild"] is not None, port=port)
    found = _ADDRESS.fullmatch(text.lower())
    address = ip_address(found["address"].strip("[]")) if found else None
    if found is None or address is None or not address.is_loopback:
        raise ValueError("not such a host")
    return Host(name=str(address), port=_port(found["port"]), loopback=True)


def _port(text: str) -> int:
    if not 1 <= int(text) <= 65535:
        raise ValueError("no such port")
    return int(text)
