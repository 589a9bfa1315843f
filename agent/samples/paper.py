"""One recorded paper, whatever it was recorded as.

Bytes are told apart by what they hold: an object in JSON with ``lines`` is a labelled
receipt; text without control characters is text; everything else is a print job, also
text in a printer's code page.  Whoever knows better says so (``kind``).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.escpos import interpret
from agent.escpos.settings import Printer
from agent.paper import text
from agent.paper.strip import PaperLine, Symbol
from agent.profiles import sharpen
from agent.profiles.model import Profile
from agent.star import interpret as star
from agent.star import profiles as star_profiles
from agent.wire.receipt import Receipt

Kind = Literal["escpos", "star", "text", "json"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
DEFAULT_COUNTRY: Final = "FR"

MAX_LINES: Final = 20_000
"""Of one receipt in JSON: the reading itself takes no more than 1,500."""
MAX_ID: Final = 200

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class Labelled(BaseModel):
    """The part of a labelled receipt, or of a question in a batch, that is read."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str | int = Field(union_mode="left_to_right")
    lines: tuple[str, ...] = Field(max_length=MAX_LINES)
    country: str | None = Field(default=None, max_length=32)
    truth: dict[str, Any] = {}

    @property
    def sample(self) -> Sample:
        return Sample(
            str(self.id)[:MAX_ID],
            tuple(PaperLine(line) for line in self.lines),
            country=(self.country or "").strip().upper() or None,
            truth=self.truth,
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """A paper: its lines, its symbols, and what its file says of it."""

    id: str
    lines: tuple[PaperLine, ...]
    symbols: tuple[Symbol, ...] = ()
    country: str | None = None
    truth: Mapping[str, Any] = field(default_factory=dict)

    def read(
        self, country: str = DEFAULT_COUNTRY, profile: Profile | None = None
    ) -> Receipt:
        """``country`` where its file does not say one."""
        where = self.country or country
        return sharpen.read(self.lines, self.symbols, country=where, profile=profile)


class NotASampleError(ValueError):
    """The bytes are not what they were said to be; the text is for people."""


def sample_of(
    raw: bytes, name: str, printer: Printer, kind: Kind | None = None
) -> Sample:
    """The paper in a file's bytes.

    Raises:
        NotASampleError: it was said to be JSON, and is not a receipt.
    """
    stem = PurePath(name).stem or name
    bare = raw.removeprefix(codecs.BOM_UTF8).lstrip()
    if kind == "json" or (kind is None and bare.startswith(b"{")):
        labelled = _labelled(bare)
        if isinstance(labelled, Labelled):
            return labelled.sample
        if kind == "json":
            raise NotASampleError(labelled)
    if kind == "text" or (kind is None and _is_text(raw)):
        return Sample(stem, _lines(raw))
    if kind == "star":
        strip = star.interpret(raw, star_profiles.printer())
    else:
        strip = interpret.interpret(raw, printer)
    return Sample(stem, tuple(text.lines(strip)), tuple(text.symbols(strip)))


def problem_of(error: ValidationError) -> str:
    """``lines.3: Input should be a valid string``, never the input itself."""
    first, *more = error.errors(include_url=False, include_input=False)
    place = ".".join(map(str, first["loc"]))[:80]
    also = f" (and {len(more)} more)" if more else ""
    return f"{place}: {first['msg']}{also}" if place else f"{first['msg']}{also}"


def _labelled(raw: bytes) -> Labelled | str:
    """Or what is wrong with it."""
    try:
        return Labelled.model_validate_json(raw)
    except ValidationError as error:
        return problem_of(error)


def _is_text(raw: bytes) -> bool:
    try:
        decoded = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return _CONTROLS.search(decoded) is None


def _lines(raw: bytes) -> tuple[PaperLine, ...]:
    decoded = raw.decode("utf-8-sig", "replace")
    return tuple(PaperLine(line) for line in decoded.splitlines())
