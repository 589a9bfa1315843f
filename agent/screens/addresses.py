"""The addresses by which this machine can be reached, for a certificate of our own."""

from __future__ import annotations

import contextlib
import fcntl
import ipaddress
import socket
import struct
from pathlib import Path
from typing import Final

SIOCGIFADDR: Final = 0x8915
"""netdevice(7): the IPv4 address of an interface; ``struct ifreq`` in and out."""
IFREQ: Final = struct.Struct("16s24x")
FAMILY_AND_PORT_BYTES: Final = 4
SIX: Final = Path("/proc/net/if_inet6")
"""proc(5): address, index, prefix, scope, flags and name of each, in hex."""
GLOBAL_SCOPE: Final = "00"
TEMPORARY: Final = 0x01
"""IFA_F_TEMPORARY: another one tomorrow (RFC 8981)."""


def of_this_machine(six: Path = SIX) -> tuple[str, ...]:
    """IPv4, then IPv6, without loopback and what holds on one link only."""
    found = [*_four(), *_six(six)]
    return tuple(dict.fromkeys(each for each in found if _is_useful(each)))


def _four() -> list[str]:
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        for _, name in socket.if_nameindex():
            # An interface may have no IPv4 address, or be gone by now.
            with contextlib.suppress(OSError):
                said = fcntl.ioctl(asker, SIOCGIFADDR, IFREQ.pack(name.encode()[:15]))
                at = 16 + FAMILY_AND_PORT_BYTES
                found.append(socket.inet_ntoa(said[at : at + 4]))
    return found


def _six(table: Path) -> list[str]:
    try:
        lines = table.read_text().splitlines()
    except OSError:  # a kernel without IPv6
        return []
    fields = [line.split() for line in lines]
    return [
        str(ipaddress.IPv6Address(int(each[0], 16)))
        for each in fields
        if len(each) > 4
        and each[3] == GLOBAL_SCOPE
        and not int(each[4], 16) & TEMPORARY
    ]


def _is_useful(address: str) -> bool:
    said = ipaddress.ip_address(address)
    return not (said.is_loopback or said.is_link_local or said.is_unspecified)
