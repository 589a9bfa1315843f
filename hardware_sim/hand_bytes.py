"""Generator two: a ticket to bytes, typed from Epson's manual without a library.

Every line cites its command.  It writes as the older POS do: one code page
(858) for everything, bit images by GS ( L, cut with feed, drawer first.
"""

from __future__ import annotations

from hardware_sim.logo import logo
from hardware_sim.tickets import Bars, Cut, Feed, Kick, Logo, Part, Qr, Text, Ticket

_ALIGN = {"left": b"\x00", "center": b"\x01", "right": b"\x02"}


def encode(ticket: Ticket) -> bytes:
    """The whole job; the drawer opens before the paper moves."""
    job = b"\x1b\x40"  # ESC @: initialize
    job += b"".join(_part(part) for part in ticket.parts if isinstance(part, Kick))
    job += b"\x1b\x74\x13"  # ESC t 19: code table 858
    job += b"\x1b\x52\x00"  # ESC R 0: U.S.A., nothing substituted
    job += b"".join(_part(part) for part in ticket.parts if not isinstance(part, Kick))
    return job


def _part(part: Part) -> bytes:
    match part:
        case Text():
            return _text(part)
        case Logo() | Bars() | Qr():
            return b"\x1b\x61\x01" + _drawn(part)  # ESC a 1: centred
        case Feed(lines):
            return b"\x1b\x64" + bytes([lines])  # ESC d n: print and feed n lines
        case Cut(partial):
            # GS V 65 n (full) or 66 n (partial): feed n units, then cut
            return b"\x1d\x56" + (b"\x42" if partial else b"\x41") + b"\x20"
        case Kick(pin):
            # ESC p m t1 t2: connector pin 2 (0) or 5 (1), 50 ms on, 500 ms off
            return b"\x1b\x70" + (b"\x00" if pin == 2 else b"\x01") + b"\x19\xfa"


def _drawn(part: Logo | Bars | Qr) -> bytes:
    match part:
        case Logo():
            return _graphics()
        case Bars(system, data):
            return _bars(system, data.encode("ascii"))
        case Qr(data, module_dots):
            return _qr(data.encode("ascii"), module_dots)


def _text(part: Text) -> bytes:
    size = (part.width - 1) << 4 | (part.height - 1)
    return (
        b"\x1b\x61" + _ALIGN[part.align]  # ESC a n: justification
        + b"\x1b\x45" + bytes([part.bold])  # ESC E n: emphasized
        + b"\x1d\x21" + bytes([size])  # GS ! n: width in bits 4-6, height in 0-2
        + part.text.encode("cp858", errors="replace")
        + b"\x0a"  # LF
    )  # fmt: skip


def _graphics() -> bytes:
    """GS ( L pL pH 48 112 48 bx by c xL xH yL yH d.., then GS ( L 2 0 48 50."""
    picture = logo()
    dots = picture.point(lambda value: 255 - value).tobytes()  # 1 is ink here
    head = b"\x30\x70\x30\x01\x01\x31"  # m, fn 112, tone, 1 x 1, colour 1
    size = picture.width.to_bytes(2, "little") + picture.height.to_bytes(2, "little")
    body = head + size + dots
    store = b"\x1d\x28\x4c" + len(body).to_bytes(2, "little") + body
    return store + b"\x1d\x28\x4c\x02\x00\x30\x32"  # fn 50: print it


def _bars(system: str, data: bytes) -> bytes:
    settings = (
        b"\x1d\x68\x46"  # GS h 70: height in dots
        b"\x1d\x77\x02"  # GS w 2: module width
        b"\x1d\x48\x02"  # GS H 2: digits below
    )
    if system == "EAN13":
        return settings + b"\x1d\x6b\x02" + data + b"\x00"  # GS k 2 d.. NUL
    data = b"\x7b\x42" + data  # {B: code set B
    return settings + b"\x1d\x6b\x49" + bytes([len(data)]) + data  # GS k 73 n d..


def _qr(data: bytes, module_dots: int) -> bytes:
    return (
        b"\x1d\x28\x6b\x04\x00\x31\x41\x32\x00"  # fn 65: model 2
        b"\x1d\x28\x6b\x03\x00\x31\x43" + bytes([module_dots])  # fn 67: module size
        + b"\x1d\x28\x6b\x03\x00\x31\x45\x31"  # fn 69: level M
        + b"\x1d\x28\x6b" + (len(data) + 3).to_bytes(2, "little") + b"\x31\x50\x30" + data  # fn 80
        + b"\x1d\x28\x6b\x03\x00\x31\x51\x30"  # fn 81: print
    )  # fmt: skip
