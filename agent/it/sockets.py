"""Who listens, and which process has what open: as proc(5) tells it, nothing is asked."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LISTEN: Final = "0A"
"""proc(5), /proc/net/tcp: the state of a socket that listens."""
PROC: Final = Path("/proc")
BOTH: Final = ipaddress.IPv6Address("::")
"""A socket on it has IPv4 too, unless it says otherwise (ipv6(7))."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A socket that listens, and on what."""

    address: Address
    port: int
    inode: str

    def takes(self, host: Address) -> bool:
        """Whether nobody else can listen there beside it."""
        own = getattr(self.address, "ipv4_mapped", None) or self.address
        if own == host or self.address == BOTH:
            return True
        wide = own.is_unspecified or host.is_unspecified
        return own.version == host.version and wide


def listening() -> Iterator[Listener]:
    for name in ("tcp", "tcp6"):
        try:
            lines = (PROC / "net" / name).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            words = line.split()
            if words[3] == LISTEN:
                host, _, port = words[1].rpartition(":")
                yield Listener(_address(host), int(port, 16), words[9])


def processes() -> list[Path]:
    """By their number."""
    there = [each for each in PROC.iterdir() if each.name.isdigit()]
    return sorted(there, key=lambda each: int(each.name))


def opened(process: Path) -> set[str]:
    """Where its descriptors lead: a path, ``socket:[INODE]``; none that we may not see."""
    found = set()
    with suppress(OSError):
        for each in (process / "fd").iterdir():
            with suppress(OSError):
                found.add(str(each.readlink()))
    return found


def _address(text: str) -> Address:
    """As the kernel writes it: words of 32 bits, each as this machine has them."""
    raw = bytes.fromhex(text)
    words = (raw[at : at + 4] for at in range(0, len(raw), 4))
    turn = -1 if sys.byteorder == "little" else 1
    return ipaddress.ip_address(b"".join(word[::turn] for word in words))
