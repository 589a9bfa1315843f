"""Which wire a configured link stands for.  A new kind of wire is one line here."""

from __future__ import annotations

from typing import assert_never

from agent.delivery.settings import (
    CupsLink,
    FileLink,
    Link,
    SerialLink,
    TcpLink,
    UsbLink,
)
from agent.delivery.transports.base import Transport
from agent.delivery.transports.char_device import CharDeviceTransport
from agent.delivery.transports.cups import CupsTransport
from agent.delivery.transports.serial_line import SerialTransport
from agent.delivery.transports.tcp import TcpTransport
from agent.delivery.transports.usb import UsbTransport


def transport_for(link: Link) -> Transport:
    """A transport, not yet open."""
    match link:
        case TcpLink(host, port):
            return TcpTransport(host, port)
        case SerialLink():
            return SerialTransport(link)
        case FileLink(path):
            return CharDeviceTransport(path)
        case UsbLink():
            return UsbTransport(link)
        case CupsLink():
            return CupsTransport(link)
        case _:
            assert_never(link)
