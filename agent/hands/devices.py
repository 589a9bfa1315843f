"""Which input devices there are, and which of them a configuration means.

Names and keys are read from sysfs, which shows them to everyone: nothing is opened that
is not to be taken.  What the POS is typed on must not be taken by mistake: a device
that has the keys of a whole keyboard is taken only if the configuration says so.

Source: Documentation/input/input.rst; ``/sys/class/input/eventN/device/``.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.hands.keys import CODES, WHOLE_KEYBOARD
from agent.hands.settings import EvdevSettings

_LONG_BITS: Final = struct.calcsize("@l") * 8
"""sysfs writes a bitmap in longs of who reads it, the highest first."""
_VOIR: Final = "receipt-agent hands list montre ce qui est branché"
_SEE: Final = "receipt-agent hands list shows what is plugged in"
_ID: Final = ("bustype", "vendor", "product")
_BUSES: Final = {"0003": "USB", "0005": "Bluetooth", "0006": "virtual", "0011": "PS/2"}
"""BUS_USB and its like, of input.h."""
_CONTACT_KEYS: Final = range(1, 0x100)
"""Keys of keyboards; above are buttons of mice and pads (BTN_MISC is 0x100)."""


@dataclass(frozen=True, slots=True)
class Device:
    """One event interface.  ``links``: its names that stay, under by-id and by-path.

    ``bus``: how it is plugged in, with the maker's and the product's number.
    """

    path: Path
    name: str
    bus: str
    keys: frozenset[int]
    links: tuple[Path, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether somebody could type on it."""
        return self.keys >= WHOLE_KEYBOARD

    @property
    def types(self) -> bool:
        """Whether it has keys of a keyboard at all."""
        return any(code in _CONTACT_KEYS for code in self.keys)

    @property
    def lasting(self) -> Path:
        """The path to write into a configuration."""
        return self.links[0] if self.links else self.path


@dataclass(frozen=True, slots=True)
class Tree:
    """Where the kernel and udev show devices; tests make one of their own."""

    sys: Path = Path("/sys/class/input")
    dev: Path = Path("/dev/input")

    def devices(self) -> list[Device]:
        """All with keys of a keyboard, in the kernel's order."""
        links = self._links()
        found = (self._device(folder, links) for folder in self._folders())
        return [device for device in found if device.types]

    def _folders(self) -> list[Path]:
        numbered = {
            int(folder.name.removeprefix("event")): folder
            for folder in self.sys.glob("event[0-9]*")
            if folder.name.removeprefix("event").isdecimal()
        }
        return [numbered[number] for number in sorted(numbered)]

    def _device(self, folder: Path, links: dict[str, list[Path]]) -> Device:
        about = folder / "device"
        bus, *numbers = (_said(about / "id" / each) for each in _ID)
        return Device(
            path=self.dev / folder.name,
            name=_said(about / "name"),
            bus=f"{_BUSES.get(bus, bus)} {':'.join(numbers)}",
            keys=_bits(_said(about / "capabilities" / "key")),
            links=tuple(links.get(folder.name, ())),
        )

    def _links(self) -> dict[str, list[Path]]:
        links: dict[str, list[Path]] = {}
        for kind in ("by-id", "by-path"):
            for link in sorted((self.dev / kind).glob("*")):
                links.setdefault(Path(os.path.realpath(link)).name, []).append(link)
        return links


class NoDeviceError(OSError):
    """The configured device cannot be had; ``dit`` says it in French.

    ``wrong``: nor will it, unless the configuration is edited.
    """

    def __init__(self, dit: str, says: str, *, wrong: bool = False) -> None:
        super().__init__(says)
        self.dit = dit
        self.wrong = wrong


def meant(settings: EvdevSettings, tree: Tree, wanted: frozenset[int]) -> Path:
    """The path of the one device that the configuration means and that may be taken.

    ``wanted``: keys of which it must have one; a keypad's second interface (volume,
    power) has its name and none of these.

    Raises:
        NoDeviceError: it is not there, not the only one, or a whole keyboard.
    """
    if settings.device:
        return _by_path(settings, tree)
    named = [each for each in tree.devices() if each.name == settings.name]
    found = [each for each in named if each.keys & wanted]
    if not found:
        raise NoDeviceError(
            f"aucun appareil ne s’appelle {settings.name!r}, {_VOIR}",
            f"no device is called {settings.name!r}; {_SEE}",
        )
    if len(found) > 1:
        paths = ", ".join(str(each.lasting) for each in found)
        raise NoDeviceError(
            f"{len(found)} appareils s’appellent {settings.name!r}, écrivez device = l’un "
            f"de {paths}",
            f"{len(found)} devices are called {settings.name!r}; write device = one of "
            f"{paths}",
            wrong=True,
        )
    return _allowed(found[0], settings)


def _by_path(settings: EvdevSettings, tree: Tree) -> Path:
    path = Path(settings.device)
    if not path.exists():
        raise NoDeviceError(
            f"{path} n’est pas là, {_VOIR}", f"there is no {path}; {_SEE}"
        )
    real = os.path.realpath(path)
    for each in tree.devices():
        if os.path.realpath(each.path) == real:
            return _allowed(each, settings)
    raise NoDeviceError(
        f"{path} n’a pas de touches, {_VOIR}", f"{path} has no keys; {_SEE}", wrong=True
    )


def _allowed(device: Device, settings: EvdevSettings) -> Path:
    if device.whole and not settings.keyboard:
        raise NoDeviceError(
            f"{device.name!r} ({device.lasting}) se dit clavier entier. Si c’est celui sur "
            "lequel on tape en caisse, nommez-en un autre\u00a0; si c’est un scanner, ou un "
            "pavé programmable, qui pour la plupart le disent, écrivez keyboard = true",
            f"{device.name!r} ({device.lasting}) says that it is a whole keyboard.  If it "
            "is what the cashier types on, name another; if it is a scanner, or a keypad "
            "that can be programmed, most of which say so, write keyboard = true",
            wrong=True,
        )
    return device.path


def typing_keys() -> frozenset[int]:
    """Of a scanner that plays a keyboard."""
    return frozenset(CODES[name] for name in ("ENTER", "KPENTER", "TAB"))


def _said(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(errors="replace").strip("\n")
    return ""


def _bits(text: str) -> frozenset[int]:
    return frozenset(_set_bits(text))


def _set_bits(text: str) -> Iterator[int]:
    for place, word in enumerate(reversed(text.split())):
        try:
            bits = int(word, 16)
        except ValueError:
            return
        while bits:
            lowest = bits & -bits
            yield place * _LONG_BITS + lowest.bit_length() - 1
            bits ^= lowest
