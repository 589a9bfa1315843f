"""Where a symbol is shown decides how large it may be.

What a camera reads is modules of a size, not versions (scan trials, measured): so the
smallest version at L wins, and correction rises while the module does not shrink.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from agent.qr.placing import LEVELS, Rows, numeric, placed, plain, smallest
from agent.qr.svg import QUIET

TargetName = Literal["screen", "roll80", "roll58"]
CAPTIONS: Final = {
    "fr": "Votre ticket complet\u00a0: scannez-le avec l’appareil photo du téléphone",
    "en": "Your whole receipt: scan it with your phone’s camera",
}
"""Beside a symbol of ours, so that nobody takes it for the receipt's own fiscal one."""


@dataclass(frozen=True, slots=True)
class Target:
    """A square of ``box`` pixels or dots, quiet zone in it; the largest version there."""

    box: int
    largest: int


TARGETS: Final[dict[TargetName, Target]] = {
    "screen": Target(480, 23),
    "roll80": Target(576, 22),
    "roll58": Target(384, 17),
}
"""Seven inches, 80 mm and 58 mm at 203 dpi: modules of 4, 5 and 4."""
_LARGEST: Final = TARGETS["screen"].largest
_LEAST_PIXELS: Final = 4
_WIDE_DOTS: Final = 480
"""From here a roll is one of 80 mm (512, 546, 576 dots): held further away."""


def screen(pixels: int) -> Target:
    """A square of a screen: no module of less than 4 pixels."""
    return Target(pixels, _most(pixels, _LEAST_PIXELS))


def roll(dots: int) -> Target:
    """The width of a roll: modules of 5 dots on 80 mm, of 4 on 58 mm."""
    return Target(dots, _most(dots, 5 if dots >= _WIDE_DOTS else _LEAST_PIXELS))


def _most(box: int, least: int) -> int:
    """The largest version whose modules are no smaller than that."""
    return min(_LARGEST, (box // least - 2 * QUIET - 17) // 4)


@dataclass(frozen=True, slots=True)
class Fit:
    """A version at a level, whose modules are ``module`` pixels or dots wide."""

    version: int
    level: str
    module: int


def fit(prefix: str, digits: int, target: Target) -> Fit | None:
    """How so many digits behind that prefix are best shown; ``None``: not at all."""
    pieces = [plain(prefix.encode()), numeric(b"0" * digits)]
    version = smallest(pieces, "L")
    if version is None or version > target.largest:
        return None
    best = Fit(version, "L", _module(version, target))
    for level in LEVELS:
        stronger = smallest(pieces, level, start=version)
        if stronger is None or _module(stronger, target) < best.module:
            break
        best = Fit(stronger, level, best.module)
    return best


def modules(prefix: str, digits: str, fits: Fit) -> Rows:
    """The symbol, without its quiet zone."""
    pieces = [plain(prefix.encode()), numeric(digits.encode())]
    return placed(pieces, fits.version, fits.level)


def _module(version: int, target: Target) -> int:
    return target.box // (17 + 4 * version + 2 * QUIET)
