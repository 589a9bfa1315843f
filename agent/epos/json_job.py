"""A print job in JSON, for a POS that can be changed: lines, or ESC/POS of its own.

``docs/json-door.md`` is this file for the people who write to it.  Each line is an
object with one of the keys ``text barcode qr image feed cut drawer beep``, which says
what it is; a key that is not known is an error, and so is a control character in a text.

``read`` never raises: what is wrong comes back with the place where it stands and
without what stands there.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)

from agent.epos import codes, pictures
from agent.epos.job import DOTS_PER_INCH, ESC, GS, Job, align, pulse, size
from agent.epos.words import ALIGN, BARCODES, FONTS, HRI

MAX_BYTES: Final = 4 << 20
MAX_LINES: Final = 2000
"""Of a receipt of 400 lines five times over."""
MAX_CHARACTERS: Final = 200_000
"""Of text in a job, as in the XML: ten metres of paper in the smallest letters."""
MAX_TEXT: Final = 4000
MAX_PROBLEMS: Final = 10
"""What a person can read at once."""

_Scale = Annotated[int, Field(ge=1, le=8)]
_Align = Literal["left", "center", "right"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class TextPart(_Part):
    """A line of text, or several."""

    text: str = Field(max_length=MAX_TEXT)
    bold: bool = False
    underline: bool = False
    invert: bool = False
    align: _Align = "left"
    size: Annotated[list[_Scale], Field(min_length=2, max_length=2)] = [1, 1]
    font: Literal["a", "b"] = "a"

    @field_validator("text")
    @classmethod
    def _visible(cls, text: str) -> str:
        if any(c < " " and c not in "\t\n" for c in text):
            raise ValueError(
                "no control characters but \\t and \\n; commands go in raw"
            )
        return text


class BarcodePart(_Part):
    """A bar code; ``type`` by its name in ePOS-Print."""

    barcode: str = Field(min_length=1, max_length=codes.MAX_BAR_BYTES)
    type: str = "code128_auto"
    hri: Literal["none", "above", "below", "both"] = "below"
    width: int = Field(default=3, ge=2, le=6)
    height: int = Field(default=80, ge=1, le=255)
    align: _Align = "center"

    @field_validator("type")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in BARCODES:
            raise ValueError(f"write one of {', '.join(BARCODES)}")
        return name

    @field_validator("barcode")
    @classmethod
    def _plain(cls, text: str) -> str:
        if not text.isascii():
            raise ValueError("bar codes hold ASCII; a qr holds any text")
        return text


class QrPart(_Part):
    """A QR code of model 2, its text in UTF-8."""

    qr: str = Field(min_length=1, max_length=2900)
    level: Literal["L", "M", "Q", "H"] = "M"
    size: int = Field(default=5, ge=1, le=16)
    align: _Align = "center"


class ImagePart(_Part):
    """Dots: rows padded to whole bytes, the highest bit is the left dot, 1 is black."""

    image: str
    width: int = Field(ge=1, le=832)
    align: _Align = "center"

    @field_validator("image")
    @classmethod
    def _digits(cls, text: str) -> str:
        _base64(text)
        return text


class FeedPart(_Part):
    """Lines of paper."""

    feed: int = Field(ge=1, le=255)


class CutPart(_Part):
    """``true`` and "partial" leave a bridge."""

    cut: Literal[True, "partial", "full"]


class DrawerPart(_Part):
    """Pin 2 of the connector (1) or pin 5 (2)."""

    drawer: Literal[1, 2]
    ms: int = Field(default=100, ge=2, le=510)


class BeepPart(_Part):
    """Times."""

    beep: int = Field(ge=1, le=9)


_KINDS: Final = ("text", "barcode", "qr", "image", "feed", "cut", "drawer", "beep")


def _kind(line: Any) -> str | None:
    """The key that says what a line is."""
    found = [kind for kind in _KINDS if isinstance(line, dict) and kind in line]
    return found[0] if len(found) == 1 else None


AnyPart = (
    TextPart
    | BarcodePart
    | QrPart
    | ImagePart
    | FeedPart
    | CutPart
    | DrawerPart
    | BeepPart
)
Part = Annotated[
    Annotated[TextPart, Tag("text")]
    | Annotated[BarcodePart, Tag("barcode")]
    | Annotated[QrPart, Tag("qr")]
    | Annotated[ImagePart, Tag("image")]
    | Annotated[FeedPart, Tag("feed")]
    | Annotated[CutPart, Tag("cut")]
    | Annotated[DrawerPart, Tag("drawer")]
    | Annotated[BeepPart, Tag("beep")],
    Discriminator(
        _kind,
        custom_error_type="one_kind",
        custom_error_message=f"exactly one of the keys {', '.join(_KINDS)}",
    ),
]


class PrintJob(_Part):
    """``POST /api/print``: ``lines`` or ``raw``."""

    lines: Annotated[list[Part], Field(min_length=1, max_length=MAX_LINES)] | None = (
        None
    )
    raw: str | None = Field(default=None, min_length=1)
    lang: str = Field(default="en", pattern=r"^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$")

    @field_validator("raw")
    @classmethod
    def _digits(cls, text: str | None) -> str | None:
        if text is not None:
            _base64(text)
        return text

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.lines is None) == (self.raw is None):
            raise ValueError("either lines or raw")
        said = sum(
            len(part.text) for part in self.lines or () if isinstance(part, TextPart)
        )
        if said > MAX_CHARACTERS:
            raise ValueError(f"at most {MAX_CHARACTERS} characters of text in all")
        return self


@dataclass(frozen=True, slots=True)
class Problem:
    """``where`` is a path (``lines.3.size``), ``what`` a sentence for a programmer."""

    where: str
    what: str


def read(body: bytes) -> PrintJob | tuple[Problem, ...]:
    """The job, or what is wrong with it."""
    if len(body) > MAX_BYTES:
        return (Problem("", f"at most {MAX_BYTES} bytes"),)
    try:
        return PrintJob.model_validate_json(body)
    except ValidationError as wrong:
        found = wrong.errors(include_input=False, include_url=False)[:MAX_PROBLEMS]
        return tuple(
            Problem(_where(each["loc"]), each["msg"].removeprefix("Value error, "))
            for each in found
        )


def _where(place: tuple[int | str, ...]) -> str:
    """The path as the POS wrote it: without the kind of a line, which pydantic adds."""
    steps = place[:2] + place[3:] if place[:1] == ("lines",) else place
    return ".".join(map(str, steps))


def translate(job: PrintJob, dots_per_inch: int = DOTS_PER_INCH) -> bytes:
    """The ESC/POS of a job that was read; ``raw`` goes as it is."""
    if job.raw is not None:
        return _base64(job.raw)
    made = Job(dots_per_inch)
    for part in job.lines or ():
        _add(made, part, job.lang)
    return made.raw


def _add(job: Job, part: AnyPart, lang: str) -> None:
    match part:
        case TextPart():
            _text(job, part, lang)
        case BarcodePart() | QrPart() | ImagePart():
            job.order(align(ALIGN[part.align]) + _drawn(part))
        case FeedPart():
            job.end_line(ESC + b"d" + bytes((part.feed,)))
        case CutPart():
            job.order(GS + b"V" + (b"\x41\0" if part.cut == "full" else b"\x42\0"))
        case DrawerPart():
            job.now(pulse(part.drawer - 1, part.ms))
        case BeepPart():
            job.now(ESC + b"(A\3\0\x61\1" + bytes((part.beep,)))


def _text(job: Job, part: TextPart, lang: str) -> None:
    """Every line says all that it wants: nothing is left of the one before it."""
    wide, tall = part.size
    job.order(
        align(ALIGN[part.align])
        + ESC
        + b"M"
        + bytes((FONTS[f"font_{part.font}"],))
        + ESC
        + b"E"
        + bytes((part.bold,))
        + ESC
        + b"-"
        + bytes((part.underline,))
        + GS
        + b"B"
        + bytes((part.invert,))
        + size(wide, tall)
    )
    job.write(part.text.removesuffix("\n") + "\n", lang)


def _drawn(part: BarcodePart | QrPart | ImagePart) -> bytes:
    match part:
        case BarcodePart():
            return codes.bar_code(
                codes.Bar(
                    BARCODES[part.type],
                    part.barcode.encode("ascii"),
                    hri=HRI[part.hri],
                    width=part.width,
                    height=part.height,
                )
            )
        case QrPart():
            level, data = (
                f"level_{part.level.lower()}",
                part.qr.encode("utf-8", "replace"),
            )
            return codes.matrix(
                codes.Matrix("qrcode_model_2", data, level=level, width=part.size)
            )
        case ImagePart():
            data = _base64(part.image)
            rows = -(-len(data) // -(-part.width // 8))
            return pictures.picture(pictures.Image(part.width, rows, data))


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
