"""Which wire a configured link stands for.  A new kind of wire is one case here.

A wire is loaded with the first link of its kind: most bring a library along.
"""

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
from agent.delivery.transports.tcp import TcpTransport


def transport_for(link: Link) -> Transport:
    """A transport, not yet open."""
    match link:
        case TcpLink(host, port):
            return TcpTransport(host, port)
        case SerialLink():
            from agent.delivery.transports.serial_line import SerialTransport

            return SerialTransport(link)
        case FileLink(path):
            from agent.delivery.transports.char_device import CharDeviceTransport

            return CharDeviceTransport(path)
        case UsbLink():
            from agent.delivery.transports.usb import UsbTransport

            return UsbTransport(link)
        case CupsLink():
            from agent.delivery.transports.cups import CupsTransport

            return CupsTransport(link)
        case _:
            assert_never(link)
