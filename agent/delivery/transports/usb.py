"""A printer on USB without a kernel driver: python-escpos' ``Usb`` on a thread.

Where the kernel has ``/dev/usb/lp0``, ``file://`` is the shorter way.  Answers come
back by the interface's bulk-in endpoint, if it has one.  A piece that the printer does
not take in time is ``stalled``; a cable that is pulled is ``lost``, and the next ``open``
looks for the device again.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from agent.delivery.settings import UsbLink
from agent.delivery.transports import drivers
from agent.delivery.transports.base import CHUNK_BYTES, TransportError, nothing
from agent.delivery.transports.thread import DriverThread

T = TypeVar("T")

PRINTER_CLASS: Final = 7
"""bInterfaceClass (USB Device Class Definition for Printing Devices 1.1)."""
IN: Final = 0x80
"""Direction bit of an endpoint's address."""
PACKET_BYTES: Final = 512
"""A bulk packet at high speed; fewer would overflow."""
GLANCE_MS: Final = 1
MARGIN_S: Final = 1.0
"""Between the driver's own deadline and ours."""
MOST_STALE: Final = 64
"""Packets; a printer that says more never stops talking."""
_REMEDIES: Final = {
    errno.EACCES: "not allowed: give the device to the agent's group by a udev rule",
    errno.EBUSY: "another driver has it: use file:///dev/usb/lp0, or unload usblp",
}


class UsbTransport:
    """Implements ``Transport``."""

    def __init__(self, link: UsbLink) -> None:
        self._link = link
        self._thread: DriverThread | None = None
        self._printer: Any = None
        self._in: int | None = None
        self._stale = False
        """What has arrived came before what is said next."""
        self._before = b""
        """What had: no answer to the next question, but perhaps to an earlier one."""

    @property
    def name(self) -> str:
        return f"usb://{self._link.vendor:04x}:{self._link.product:04x}"

    @property
    def hears(self) -> bool:
        return self._in is not None

    async def open(self, *, within_s: float) -> None:
        self.close()
        thread = DriverThread("printer-usb")
        try:
            found = await thread.call(self._find, within_s=within_s)
        except BaseException as error:
            thread.leave()
            raise _unreachable(error) from error
        self._thread = thread
        self._printer, self._in = found
        self._stale = True

    def write_now(self, raw: bytes) -> int:
        del raw
        return 0  # every write waits for the device

    async def write(self, raw: bytes, *, stall_s: float) -> None:
        await self._listen_anew()
        timeout_ms = max(1, int(stall_s * 1000))
        for start in range(0, len(raw), CHUNK_BYTES):
            piece = raw[start : start + CHUNK_BYTES]
            await self._do(partial(_write, piece=piece, timeout_ms=timeout_ms), stall_s)

    async def settle(
        self, *, within_s: float, behind: Callable[[], int] = nothing
    ) -> None:
        del within_s, behind  # a bulk transfer that is done is at the printer
        await self._listen_anew()
        self._before = b""

    async def read(self, *, within_s: float) -> bytes:
        at = self._in
        if at is None:
            return b""
        await self._listen_anew()
        timeout_ms = max(GLANCE_MS, int(within_s * 1000))
        return await self._do(lambda printer: _read(printer, at, timeout_ms), within_s)

    def discard_input(self) -> bytes:
        if self._printer is None:
            raise TransportError("lost", "not open")
        self._stale = True  # taken away on the thread, before the next call
        before, self._before = self._before, b""
        return before

    def close(self) -> None:
        thread, printer = self._thread, self._printer
        self._thread = self._printer = self._in = None
        self._before = b""
        if thread is not None:
            thread.close(lambda: _let_go(printer))

    async def _listen_anew(self) -> None:
        at = self._in
        if self._stale and at is not None:
            self._before += await self._do(
                lambda printer: _drain(printer, at), MARGIN_S
            )
        self._stale = False

    async def _do(self, work: Callable[[Any], T], within_s: float) -> T:
        thread, printer = self._thread, self._printer
        if thread is None:
            raise TransportError("lost", "not open")
        try:
            return await thread.call(
                lambda: work(printer), within_s=within_s + MARGIN_S
            )
        except TimeoutError as error:
            raise TransportError("stalled", "the driver does not come back") from error

    def _find(self) -> tuple[Any, int | None]:
        """The driver, open, and the endpoint of its answers."""
        link = self._link
        wanted = {"serial_number": link.serial} if link.serial else {}
        printer = drivers.driver("usb")(link.vendor, link.product, usb_args=wanted)
        printer.open()
        out, back = _endpoints(printer.device)
        if out is not None:
            printer.out_ep = out
        return printer, back


def _endpoints(device: Any) -> tuple[int | None, int | None]:
    """Of the printer interface: out, and back if there is one."""
    for interface in device.get_active_configuration():
        if interface.bInterfaceClass != PRINTER_CLASS:
            continue
        addresses = [each.bEndpointAddress for each in interface]
        out = [each for each in addresses if not each & IN]
        back = [each for each in addresses if each & IN]
        return (out[0] if out else None), (back[0] if back else None)
    return None, None


def _write(printer: Any, *, piece: bytes, timeout_ms: int) -> None:
    printer.timeout = timeout_ms
    try:
        printer._raw(piece)  # noqa: SLF001 -- python-escpos' own way to send bytes
    except Exception as error:
        if _is_timeout(error):
            raise TransportError("stalled", "the printer takes no bytes") from error
        raise TransportError("lost", str(error)) from error


def _read(printer: Any, endpoint: int, timeout_ms: int) -> bytes:
    try:
        return bytes(printer.device.read(endpoint, PACKET_BYTES, timeout_ms))
    except Exception as error:
        if _is_timeout(error):
            return b""
        raise TransportError("lost", str(error)) from error


def _drain(printer: Any, endpoint: int) -> bytes:
    found = b""
    for _ in range(MOST_STALE):
        if not (data := _read(printer, endpoint, GLANCE_MS)):
            return found
        found += data
    raise TransportError("lost", "the printer never stops talking")


def _let_go(printer: Any) -> None:
    if printer is not None:
        printer.close()


def _is_timeout(error: Exception) -> bool:
    return getattr(error, "errno", None) in {errno.ETIMEDOUT, errno.EAGAIN}


def _unreachable(error: BaseException) -> BaseException:
    """What ``open`` raises of it; what is no trouble of the printer's stays."""
    if isinstance(error, TransportError) or not isinstance(error, Exception):
        return error
    if isinstance(error, TimeoutError):
        return TransportError("unreachable", "the driver did not open in time")
    said = _cause_of(error)
    remedy = _REMEDIES.get(getattr(said, "errno", None) or 0)
    return TransportError("unreachable", remedy or str(error).replace("\n", " "))


def _cause_of(error: BaseException) -> BaseException:
    """python-escpos wraps what libusb said."""
    while error.__context__ is not None and getattr(error, "errno", None) is None:
        error = error.__context__
    return error
