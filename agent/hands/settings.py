"""What store IT may set about keypads, scanners and what they scan."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from agent.hands.acts import COMMANDS, Act
from agent.hands.keys import CODES, code_of
from agent.hands.layouts import Layout, printed

_BAUDS: Final = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
_SEE: Final = "receipt-agent hands list shows what is plugged in"
CHOICES: Final = "PQESCN"
"""The cashier's keys, in the order of the screen: also 1 to 6 of a keypad."""

_Prefix = Annotated[str, Field(min_length=2, max_length=64)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HandsSettings(_Section):
    """``[hands]``: how the numbers of this shop's cards and return barcodes begin."""

    cards: tuple[_Prefix, ...] = ()
    receipts: tuple[_Prefix, ...] = ()

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        for card in self.cards:
            for receipt in self.receipts:
                if card.startswith(receipt) or receipt.startswith(card):
                    raise ValueError(
                        f"cards {card!r} and receipts {receipt!r} begin alike: a scan could "
                        "be either; write longer beginnings"
                    )
        return self


class EvdevSettings(_Section):
    """A device under /dev/input, by its whole path or by the name that it has.

    ``keyboard``: it may be taken although it says that it is a whole keyboard.
    """

    name: str = Field(default="", max_length=255)
    device: str = Field(default="", max_length=255)
    keyboard: bool = False
    layout: Layout = "us"
    by: Literal["cashier", "customer"] = "cashier"

    @field_validator("device")
    @classmethod
    def _under_dev(cls, path: str) -> str:
        if path and not path.startswith("/dev/"):
            raise ValueError(
                f"{path!r} is no device; write the whole path, "
                f"/dev/input/by-id/..., or name = {path!r}; {_SEE}"
            )
        return path


class KeypadSettings(EvdevSettings):
    """``[[keypad]]``: ``keys`` replaces the map of keys, whole."""

    keys: dict[str, Act] = {}

    @model_validator(mode="after")
    def _one_device(self) -> Self:
        if bool(self.name) == bool(self.device):
            raise ValueError(f"write name or device, one of them; {_SEE}")
        return self

    @field_validator("keys")
    @classmethod
    def _known_keys(cls, keys: dict[str, Act]) -> dict[str, Act]:
        for name in keys:
            if code_of(name) is None:
                raise ValueError(
                    f"{name!r} is no key; KP1, ENTER, F1 are; receipt-agent hands learn "
                    "says what a key is called"
                )
        return keys

    @property
    def codes(self) -> dict[int, Act]:
        """What each key means, by its code."""
        if self.keys:
            named = ((code_of(name), act) for name, act in self.keys.items())
            return {code: act for code, act in named if code is not None}
        return _usual(self.layout)


def _usual(layout: Layout) -> dict[int, Act]:
    keys: dict[int, Act] = {
        CODES["ENTER"]: "extend",
        CODES["KPENTER"]: "extend",
        CODES["BACKSPACE"]: "not_me",
    }
    for number, letter in enumerate(CHOICES, start=1):
        for code in (
            printed(letter, layout),
            CODES[str(number)],
            CODES[f"KP{number}"],
        ):
            keys[code] = COMMANDS[letter]
    return keys


class ScannerSettings(EvdevSettings):
    """``[[scanner]]``: one that plays a keyboard, or one on a serial line.

    ``grab``: what it scans goes to nobody else.  ``gap_ms``: between two characters of
    one scan at most.  ``end``: what ends a scan besides Enter, CR, LF and tab.
    """

    serial: str = Field(default="", max_length=255)
    grab: bool = True
    gap_ms: float = Field(default=100.0, ge=10.0, le=2000.0)
    end: Literal["key", "silence"] = "key"
    baud: int = 9600
    parity: Literal["none", "even", "odd"] = "none"
    bits: Literal[7, 8] = 8
    prefix: str = Field(default="", max_length=16)
    suffix: str = Field(default="", max_length=16)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if [bool(self.name), bool(self.device), bool(self.serial)].count(True) != 1:
            raise ValueError(
                "write name or device (it plays a keyboard) or serial (/dev/ttyACM0), one "
                f"of them; {_SEE}"
            )
        if self.serial and not self.grab:
            raise ValueError(
                "grab = false is for a scanner that plays a keyboard: a serial line has one "
                "reader; leave it out"
            )
        return self

    @field_validator("serial")
    @classmethod
    def _a_line(cls, path: str) -> str:
        if path and not path.startswith("/"):
            raise ValueError(f"{path!r} is no device; write for example /dev/ttyACM0")
        return path

    @field_validator("baud")
    @classmethod
    def _a_speed(cls, baud: int) -> int:
        if baud not in _BAUDS:
            raise ValueError(
                f"no scanner speaks at {baud} baud; write one of "
                f"{', '.join(map(str, _BAUDS))}, mostly 9600"
            )
        return baud


def clash(
    keypads: Sequence[KeypadSettings],
    scanners: Sequence[ScannerSettings],
    lines: Mapping[str, str],
) -> str:
    """What two of them, or one and a line of somebody else, would take from each other.

    ``lines`` are the devices that doors and the printer have, by their key.
    """
    taken = {os.path.realpath(path): key for key, path in lines.items()}
    every = [*_named("keypad", keypads), *_named("scanner", scanners)]
    for key, device in every:
        real = os.path.realpath(device) if device.startswith("/") else device
        if (other := taken.setdefault(real, key)) != key:
            return (
                f"{other} and {key} are both {device!r}: only one of them would hear it; "
                "leave out one"
            )
    return ""


def _named(kind: str, hands: Sequence[EvdevSettings]) -> Iterator[tuple[str, str]]:
    for place, each in enumerate(hands):
        line = each.serial if isinstance(each, ScannerSettings) else ""
        yield f"{kind}.{place}", line or each.device or each.name
