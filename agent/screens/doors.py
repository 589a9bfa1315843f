"""By which names and addresses a listening port may be called.

A page of elsewhere may bind its name to our address (DNS rebinding), and then speaks
to us under that name; under an address it cannot.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Scheme = Literal["http", "https"]

DEFAULT_PORTS: Final[Mapping[Scheme, int]] = MappingProxyType(
    {"http": 80, "https": 443}
)


@dataclass(frozen=True, slots=True)
class Door:
    """One port.  ``local``: whoever comes by it is at the till.

    ``names``: every ``Host`` that means us.  ``port``: under it any address will do.
    """

    scheme: Scheme
    names: frozenset[str]
    local: bool
    port: int | None = None

    def is_ours(self, host: str) -> bool:
        """Whether a ``Host`` header means this port."""
        return host in self.names or (self.port is not None and self._address(host))

    def _address(self, host: str) -> bool:
        name, port = _parted(host, DEFAULT_PORTS[self.scheme])
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return port == self.port


def loopback(addresses: Iterable[tuple[str, int]]) -> Door:
    """The till's own browser."""
    names = frozenset(
        name
        for host, port in addresses
        for shown in ("127.0.0.1", "localhost", "[::1]", _bracketed(host))
        for name in _with_port(shown, port, "http")
    )
    return Door("http", names, local=True)


def network(names: Iterable[str], port: int) -> Door:
    """Tablets of the shop, by these host names or any address."""
    hosts = frozenset(
        full for name in names for full in _with_port(name, port, "https")
    )
    return Door("https", hosts, local=False, port=port)


def _with_port(name: str, port: int, scheme: Scheme) -> tuple[str, ...]:
    bare = (name,) if port == DEFAULT_PORTS[scheme] else ()
    return (f"{name}:{port}", *bare)


def _parted(host: str, default: int) -> tuple[str, int | None]:
    """Name and port of a ``Host`` header; brackets only around IPv6."""
    if host.startswith("["):
        name, _, rest = host[1:].partition("]")
        if ":" not in name or (rest and not rest.startswith(":")):
            return "", None
        text = rest[1:]
        if not rest:
            return name, default
    else:
        name, colon, text = host.partition(":")
        if not colon:
            return name, default
    fine = text.isascii() and text.isdigit() and len(text) <= 5
    return name, int(text) if fine else None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
