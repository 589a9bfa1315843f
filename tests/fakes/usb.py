"""What python-escpos' ``Usb`` stands on, with a printer in memory behind it.

Stands in for pyusb's ``usb.core`` and ``usb.util``, as far as the driver uses them.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from escpos.printer import usb as driver

VENDOR, PRODUCT = 0x04B8, 0x0202
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
OUT, BACK = 0x02, 0x81


class USBError(OSError):
    """As ``usb.core.USBError``: it has an errno."""


@dataclass
class UsbPrinter:
    """A device; ``there`` is its cable, ``stuck`` a printer that takes nothing."""

    there: bool = True
    stuck: bool = False
    busy: bool = False
    answers: dict[int, int] = field(
        default_factory=lambda: {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}
    )
    mute: bool = False
    paper: bytes = b""
    pieces: list[int] = field(default_factory=list)
    opened: int = 0
    released: int = 0
    has_back: bool = True
    breaks_after: int | None = None
    """Bytes on paper at which the cable is pulled."""
    waiting: bytes = b""
    backend: Any = field(default_factory=lambda: SimpleNamespace(__module__="fake"))

    def get_active_configuration(self) -> Any:
        other = Interface(3, [0x83])
        ends = [OUT, BACK] if self.has_back else [OUT]
        return [other, Interface(7, ends)]

    def set_configuration(self) -> None:
        self._reached()
        if self.busy:
            raise USBError(errno.EBUSY, "Resource busy")

    def reset(self) -> None:
        self.opened += 1

    def write(self, endpoint: int, data: bytes, timeout: int) -> int:
        self._reached()
        assert endpoint == OUT
        assert timeout > 0
        if self.stuck:
            raise USBError(errno.ETIMEDOUT, "Operation timed out")
        if data == CLEAR:
            self.waiting += b"" if self.mute else b"\x37\x25\0"
            return len(data)
        self.pieces.append(len(data))
        rest = data
        while rest:
            at = rest.find(b"\x10\x04")
            if at < 0 or at + 3 > len(rest):
                break
            self.paper += rest[:at]
            if not self.mute:
                self.waiting += bytes((self.answers[rest[at + 2]],))
            rest = rest[at + 3 :]
        if rest == b"\x1dr\x01":
            self.waiting += b"" if self.mute else b"\0"
            rest = b""
        self.paper += rest
        if self.breaks_after is not None and len(self.paper) >= self.breaks_after:
            self.there = False
        return len(data)

    def read(self, endpoint: int, size: int, timeout: int) -> bytes:
        self._reached()
        assert endpoint == BACK
        assert timeout > 0
        if not self.waiting:
            raise USBError(errno.ETIMEDOUT, "Operation timed out")
        heard, self.waiting = self.waiting[:size], self.waiting[size:]
        return heard

    def _reached(self) -> None:
        if not self.there:
            raise USBError(
                errno.ENODEV, "No such device (it may have been disconnected)"
            )


@dataclass
class Interface:
    bInterfaceClass: int  # noqa: N815 -- pyusb's name
    ends: list[int]

    def __iter__(self) -> Iterator[Any]:
        return iter([SimpleNamespace(bEndpointAddress=end) for end in self.ends])


def _dispose(device: Any) -> None:
    if isinstance(device, UsbPrinter):
        device.released += 1


# The driver's objects close themselves when they are collected, long after a test.
_UTIL = SimpleNamespace(dispose_resources=_dispose)
_EMPTY = SimpleNamespace(core=SimpleNamespace(USBError=USBError), util=_UTIL)
if not driver.is_usable():
    driver.usb, driver._DEP_USB = _EMPTY, True


def plug(monkeypatch: pytest.MonkeyPatch, printer: UsbPrinter) -> None:
    """The library is installed, and that printer is on the bus."""

    def find(**wanted: Any) -> UsbPrinter | None:
        ids = (wanted.get("idVendor"), wanted.get("idProduct"))
        if wanted.get("serial_number", "X1") != "X1":
            return None
        return printer if printer.there and ids == (VENDOR, PRODUCT) else None

    core = SimpleNamespace(find=find, USBError=USBError, Device=UsbPrinter)
    monkeypatch.setattr(driver, "usb", SimpleNamespace(core=core, util=_UTIL))
