"""What the printer remembers: its own memory (NV) and that which ESC @ clears (RAM).

Macros outlive ESC @ although they are in RAM (Epson ESC/POS, GS :), so they are
not here.  Every memory has a size; what doesn't fit isn't stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from PIL import Image

from hardware_sim.glyphs import FontName

NV_BYTES: Final = 384 * 1024
"""NV graphics of the TM-T88 family (its largest setting)."""
RAM_BYTES: Final = 384 * 1024
"""Download graphics; no model has more."""


def bytes_of(image: Image.Image) -> int:
    """What a monochrome picture takes of a memory."""
    return (image.width + 7) // 8 * image.height


class Shelf:
    """Graphics by their two-character key codes, up to a number of bytes."""

    def __init__(self, capacity_bytes: int) -> None:
        self.capacity_bytes = capacity_bytes
        self.free_bytes = capacity_bytes
        self._kept: dict[bytes, Image.Image] = {}

    @property
    def keys(self) -> tuple[bytes, ...]:
        return tuple(sorted(self._kept))

    def get(self, key: bytes) -> Image.Image | None:
        return self._kept.get(key)

    def put(self, key: bytes, image: Image.Image) -> bool:
        """Define or define anew; ``False`` when it doesn't fit."""
        old = self._kept.get(key)
        free = self.free_bytes + (bytes_of(old) if old else 0) - bytes_of(image)
        if free < 0:
            return False
        self._kept[key] = image
        self.free_bytes = free
        return True

    def delete(self, key: bytes) -> None:
        old = self._kept.pop(key, None)
        self.free_bytes += bytes_of(old) if old else 0

    def clear(self) -> None:
        self._kept.clear()
        self.free_bytes = self.capacity_bytes


@dataclass(frozen=True, slots=True)
class Logo:
    """FS ( E 62 and 63: a key of the NV graphics, and how it is set.

    Attributes:
        justify: 0 left, 1 centred, 2 right.
        drops: printed lines left out after a top logo.
    """

    key: bytes
    justify: int
    drops: int = 0


@dataclass(slots=True)
class Nv:
    """Survives ESC @ and the power switch."""

    graphics: Shelf = field(default_factory=lambda: Shelf(NV_BYTES))
    bit_images: tuple[Image.Image, ...] = ()
    top: Logo | None = None
    bottom: Logo | None = None

    def keep_bit_images(self, images: Iterable[Image.Image]) -> None:
        """FS q: all at once, instead of the ones before; what doesn't fit is left out."""
        kept: list[Image.Image] = []
        free = NV_BYTES
        for image in images:
            free -= bytes_of(image)
            if free < 0:
                break
            kept.append(image)
        self.bit_images = tuple(kept)


@dataclass(slots=True)
class Ram:
    """Gone with ESC @.

    Attributes:
        graphics: download graphics (GS ( L 83-85).
        bit_image: the one of GS *.
        characters: ESC &, by font and code.
        kanji: FS 2, by code.
        top_logo, bottom_logo: FS ( E 65 has not switched them off.
    """

    graphics: Shelf = field(default_factory=lambda: Shelf(RAM_BYTES))
    bit_image: Image.Image | None = None
    characters: dict[FontName, dict[int, Image.Image]] = field(default_factory=dict)
    kanji: dict[bytes, Image.Image] = field(default_factory=dict)
    top_logo: bool = True
    bottom_logo: bool = True

    def clear(self) -> None:
        self.graphics.clear()
        self.bit_image = None
        self.characters.clear()
        self.kanji.clear()
        self.top_logo = self.bottom_logo = True


def set_logo(nv: Nv, *, top: bool, logo: Logo | None) -> None:
    """FS ( E 60, 62, 63."""
    if top:
        nv.top = logo
    else:
        nv.bottom = logo and replace(logo, drops=0)
