"""What ``check`` says of configured keypads and scanners, without opening any.

A serial line that is opened moves its DTR, and an input device that is opened says
nothing that sysfs does not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from agent.hands.devices import NoDeviceError, Tree, meant, typing_keys
from agent.hands.settings import EvdevSettings, KeypadSettings, ScannerSettings
from agent.usage import shipped

May = Callable[[Path, int], bool]

_NUMBERED: Final = re.compile(r"/dev/(input/event|ttyACM|ttyUSB)[0-9]+")


class Found(NamedTuple):
    """What is to be said of a key, in French and in English.

    ``fatal``: it can never work so.
    """

    key: str
    dit: str
    says: str
    fatal: bool


def findings(
    keypads: Sequence[KeypadSettings],
    scanners: Sequence[ScannerSettings],
    may: May = os.access,
    tree: Tree | None = None,
) -> Iterator[Found]:
    """All that is wrong, or may surprise."""
    shown = tree or Tree()
    for place, keypad in enumerate(keypads):
        wanted = frozenset(keypad.codes)
        yield from _input(f"keypad.{place}", keypad, wanted, shown, may)
    for place, scanner in enumerate(scanners):
        key = f"scanner.{place}"
        if scanner.serial:
            yield from _line(f"{key}.serial", scanner.serial, may)
        else:
            yield from _input(key, scanner, typing_keys(), shown, may)


def _input(
    key: str, settings: EvdevSettings, wanted: frozenset[int], tree: Tree, may: May
) -> Iterator[Found]:
    yield from _renumbered(f"{key}.device", settings.device, "/dev/input/by-id")
    try:
        path = meant(settings, tree, wanted)
    except NoDeviceError as error:
        yield Found(key, error.dit, str(error), error.wrong)
        return
    if not may(path, os.R_OK):
        yield Found(
            key,
            f"{path} n’est pas lisible par cet utilisateur, donnez-lui hands.conf et sa "
            f"règle udev ({shipped.page('hands.md')})",
            f"{path} cannot be read by this user; give it hands.conf and its udev rule "
            f"({shipped.page('hands.md')})",
            fatal=True,
        )


def _line(key: str, path: str, may: May) -> Iterator[Found]:
    yield from _renumbered(key, path, "/dev/serial/by-id")
    if not Path(path).exists():
        yield Found(
            key,
            f"{path} n’est pas encore là, il sera entendu dès qu’il y sera",
            f"{path} is not there yet; it is heard when it is",
            fatal=False,
        )
    elif not may(Path(path), os.R_OK | os.W_OK):
        yield Found(
            key,
            f"{path} n’est pas utilisable par cet utilisateur, ajoutez-le au groupe de "
            "l’appareil (le plus souvent dialout)",
            f"{path} cannot be used by this user; add it to the group of the device "
            "(mostly dialout)",
            fatal=True,
        )


def _renumbered(key: str, path: str, folder: str) -> Iterator[Found]:
    if _NUMBERED.fullmatch(path):
        yield Found(
            key,
            f"{path} peut être un autre appareil au prochain démarrage, nommez-le par "
            f"{folder}",
            f"{path} may be another device after the next start; name it by {folder}",
            fatal=False,
        )
