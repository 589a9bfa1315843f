"""python-escpos' drivers for USB and CUPS, found when a printer needs one.

Both stand on libraries that a till without such a printer does without; who misses one
is told what to install.  Only ever called on a thread: the import alone reads 96 KB of
YAML.
"""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import Any, Final, Literal

from agent.delivery.transports.base import TransportError

Way = Literal["usb", "cups"]
NEEDS: Final[dict[Way, tuple[str, str]]] = {
    "usb": ("usb", "pip install 'receipt-agent[usb]', and the package libusb-1.0-0"),
    "cups": (
        "cups",
        "pip install 'receipt-agent[cups]' (builds with gcc and libcups2-dev)",
    ),
}
"""What has to be importable, and what to do when it is not."""
_CLASSES: Final[dict[Way, str]] = {"usb": "Usb", "cups": "CupsPrinter"}


def lacking(way: Way) -> str:
    """What to install, or empty; looks, and loads nothing."""
    module, remedy = NEEDS[way]
    return "" if find_spec(module) is not None else remedy


def driver(way: Way) -> Any:
    """python-escpos' class.

    Raises:
        TransportError: ``unreachable``: what it stands on is not installed.
    """
    from escpos import printer

    found = getattr(printer, _CLASSES[way])
    if not found.is_usable():
        raise TransportError("unreachable", f"not installed: {NEEDS[way][1]}")
    return found


def module(way: Way) -> Any:
    """The module of that class, with the library that it uses in it."""
    return importlib.import_module(f"escpos.printer.{way}")
