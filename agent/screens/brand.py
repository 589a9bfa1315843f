"""The retailer's colour and sign, as far as they keep the screens legible.

Contrast as WCAG 2.2 defines it (relative luminance, 1.4.3).  The colour is what is
written in "go"; on the display that wants 7:1, so a pale one is refused when the
configuration is read.  For the dark scheme a lighter one is made of it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from agent.errors import ConfigError
from agent.screens.assets import Asset, asset

LEAST: Final = 7.0
LIGHT_GROUND: Final = (0xF1, 0xED, 0xE4)
LIGHT_PAPER: Final = (0xFB, 0xFA, 0xF7)
DARK_GROUND: Final = (0x15, 0x13, 0x10)
DARK_PAPER: Final = (0x23, 0x20, 0x1B)
WHITE: Final = (0xFF, 0xFF, 0xFF)
STEPS: Final = 20
PALE: Final = 0.88
"""How much of the ground is in the colour of what is pressed."""

LOGO_BYTES: Final = 256 << 10
LOGO_TYPES: Final = frozenset({".png", ".svg", ".jpg"})

Colour = tuple[int, int, int]


def colour(text: str) -> Colour:
    """``#085A42`` as red, green and blue.

    Raises:
        ValueError: it is no colour.
    """
    found = re.fullmatch(r"#([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})", text)
    if found is None:
        raise ValueError(f'{text!r} is no colour; write for example "#085A42"')
    red, green, blue = (int(part, 16) for part in found.groups())
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """From 1 to 21."""
    dark, bright = sorted((_light(one), _light(other)))
    return (bright + 0.05) / (dark + 0.05)


def checked(text: str) -> str:
    """A colour in which one can write on the screens' ground.

    Raises:
        ValueError: it is none, or too pale.
    """
    found = contrast(colour(text), LIGHT_GROUND)
    if found < LEAST:
        raise ValueError(
            f"{text} has a contrast of {found:.1f}:1 on the screens' ground; a darker "
            f"one is legible from a metre ({LEAST:.0f}:1)"
        )
    return text


def sheet(accent: str | None) -> Asset:
    """The tokens that it changes, as ``brand.css``; nothing without it."""
    if accent is None:
        return asset(b"", ".css")
    light = colour(accent)
    dark = _lightened(light)
    rules = (
        (":root", light, WHITE, LIGHT_PAPER),
        (':root[data-theme="dark"]', dark, DARK_GROUND, DARK_GROUND),
    )
    blocks = [
        f"{name} {{ --go: {_hex(go)}; --on-go: {_hex(on)}; "
        f"--go-pale: {_hex(_mixed(go, ground, PALE))}; }}"
        for name, go, on, ground in rules
    ]
    auto = blocks[1].replace('"dark"', '"auto"')
    blocks.append(f"@media (prefers-color-scheme: dark) {{ {auto} }}")
    return asset("\n".join(blocks).encode(), ".css")


def logo(path: Path) -> tuple[str, Asset]:
    """Its name among the files, and the file.

    Raises:
        ConfigError: it cannot be read, or is no picture for a screen.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"screens.logo: {path}: {error.strerror}") from error
    kind = path.suffix.lower().replace(".jpeg", ".jpg")
    if kind not in LOGO_TYPES or len(body) > LOGO_BYTES:
        raise ConfigError(
            f"screens.logo: {path}: a PNG, SVG or JPEG of at most "
            f"{LOGO_BYTES >> 10} KB is wanted"
        )
    return f"logo{kind}", asset(body, kind)


def _light(rgb: Colour) -> float:
    parts = [part / 255 for part in rgb]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    weights = (0.2126, 0.7152, 0.0722)
    return sum(part * weight for part, weight in zip(linear, weights, strict=True))


def _lightened(rgb: Colour) -> Colour:
    for step in range(STEPS):
        lighter = _mixed(rgb, WHITE, step / STEPS)
        if contrast(lighter, DARK_PAPER) >= LEAST:
            return lighter
    return WHITE


def _mixed(rgb: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (
        round(one * (1 - share) + two * share)
        for one, two in zip(rgb, other, strict=True)
    )
    return red, green, blue


def _hex(rgb: Colour) -> str:
    return "#" + "".join(f"{part:02X}" for part in rgb)
