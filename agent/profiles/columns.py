"""The columns of a row of goods, as a profile declares them.

By place (``from``, ``to``, counted from 1) or by the words of the head that the paper
prints; all columns of a table in one way.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent.receipt.column_heads import Declared
from agent.receipt.columns import MAX_COLUMNS, Column, Side, Table
from agent.receipt.columns import Field as Holds
from agent.receipt.lines import folded

WIDEST: Final = 160
NAMES: Final = tuple(field.value for field in Holds if field is not Holds.OTHER)
Place = Annotated[int, Field(ge=1, le=WIDEST)]
Word = Annotated[str, Field(min_length=1, max_length=24)]


class Span(BaseModel):
    """Where a column stands: from and to which place, or under which word."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    first: Place | None = Field(default=None, alias="from")
    last: Place | None = Field(default=None, alias="to")
    word: Word | None = None
    align: Literal["left", "right"] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        placed = self.first is not None or self.last is not None
        if placed == (self.word is not None):
            raise ValueError(
                "say where it stands, in one way: { from = 1, to = 4 }, counted from 1, or "
                "{ word = 'Qté' }, the word above it"
            )
        if placed and (self.first is None or self.last is None):
            raise ValueError("from and to belong together; write both")
        if self.first is not None and self.last is not None and self.first > self.last:
            raise ValueError(
                f"it ends at {self.last} before it begins at {self.first}; "
                "change from and to over"
            )
        if self.word is not None and any(char.isdigit() for char in self.word):
            raise ValueError("a head has no digits; write the word alone")
        return self


class Columns(BaseModel):
    """``decimals``: the most that a quantity has; ``continuation``: of a long label."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quantity: Span | None = None
    unit: Span | None = None
    label: Span
    unit_price: Span | None = None
    discount: Span | None = None
    amount: Span
    vat_code: Span | None = None
    gtin: Span | None = None
    other: tuple[Span, ...] = Field(default=(), max_length=4)
    decimals: int | None = Field(default=None, ge=0, le=4)
    continuation: Side | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        spans = self.spans
        if len(spans) > MAX_COLUMNS:
            raise ValueError(f"at most {MAX_COLUMNS} columns, not {len(spans)}")
        worded = [name for name, _, span in spans if span.word is not None]
        if worded and len(worded) < len(spans):
            rest = next(name for name, _, span in spans if span.word is None)
            raise ValueError(
                f"{worded[0]} stands under a word and {rest} at a place; "
                "write all columns in one way"
            )
        if self.decimals is not None and self.quantity is None:
            raise ValueError("decimals are those of quantity, which is not there")
        _in_a_row(spans)
        return self

    @property
    def spans(self) -> list[tuple[str, Holds, Span]]:
        """Name, what it holds, where; as they are declared."""
        named = [(name, Holds(name), getattr(self, name)) for name in NAMES]
        rest = [
            (f"other.{at}", Holds.OTHER, span) for at, span in enumerate(self.other)
        ]
        return [each for each in (*named, *rest) if each[2] is not None]

    @property
    def last(self) -> int:
        """The last place of all; 0 where they stand under words."""
        return max(span.last or 0 for _, _, span in self.spans)

    @property
    def declared(self) -> Declared:
        """As the reading takes it."""
        columns = [
            Column(holds, (span.first or 1) - 1, span.last or 0, span.align)
            for _, holds, span in self.spans
        ]
        columns.sort(key=lambda column: column.start)
        words = tuple(
            (holds, folded(span.word), span.align)
            for _, holds, span in self.spans
            if span.word is not None
        )
        table = Table(
            columns=tuple(columns),
            declared=True,
            decimals=self.decimals,
            continuation=self.continuation,
        )
        return Declared(table, words)


def _in_a_row(spans: list[tuple[str, Holds, Span]]) -> None:
    placed = [(s.first, s.last, name) for name, _, s in spans if s.first and s.last]
    for (_, end, one), (start, _, other) in pairwise(sorted(placed)):
        if start <= end:
            raise ValueError(
                f"{one} ends at {end} and {other} begins at {start}; end {one} at "
                f"{start - 1} or begin {other} at {end + 1}"
            )
    words = [(folded(span.word), name) for name, _, span in spans if span.word]
    for (one, name), (other, again) in pairwise(sorted(words)):
        if one == other:
            raise ValueError(f"{name} and {again} stand under the same word {one!r}")
