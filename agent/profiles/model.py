"""What may stand in a profile (``config/profiles/*.toml``)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from agent.profiles.columns import Columns
from agent.profiles.pattern import compiled
from agent.receipt.registers import is_siret, luhn
from agent.wire.goods import Category, Nature
from agent.wire.receipt import DocKind

MAX_PATTERNS: Final = 40
Text = Annotated[str, Field(min_length=1, max_length=160)]

PRINTED: Final = frozenset(
    {
        *(DocKind.KITCHEN, DocKind.X_REPORT, DocKind.Z_REPORT, DocKind.CASH_REPORT),
        *(DocKind.MERCHANT_SLIP, DocKind.VOUCHER, DocKind.PROFORMA, DocKind.GIFT),
        *(DocKind.EXIT_SLIP, DocKind.DRAWER, DocKind.TEST_PAGE, DocKind.LABEL),
        DocKind.OTHER,
    }
)
"""Kinds whose paper comes out at once: a profile that is wrong costs paper only."""

Meaning = Literal[
    "total", "subtotal", "discount", "rounding", "change", "count", "card", "cash",
    "cheque", "meal_voucher", "gift_card", "voucher",
]  # fmt: skip


def _is_pattern(source: str) -> str:
    compiled(source)
    return source


def _finds_one(source: str) -> str:
    if compiled(source).groups != 1:
        raise ValueError("put ( ) around what is wanted, once")
    return source


def _finds_named(*needed: str) -> AfterValidator:
    def check(source: str) -> str:
        names = compiled(source).groupindex.keys()
        if missing := [name for name in needed if name not in names]:
            wanted = " ".join(rf"(?P<{name}>\d+)" for name in missing)
            raise ValueError(f"name its parts: {wanted}")
        return source

    return AfterValidator(check)


def _checked(siret: str) -> str:
    """INSEE: a SIREN and a number of the establishment, with Luhn's check digit."""
    digits = "".join(siret.split())
    if len(digits) != 14 or not digits.isdecimal():
        raise ValueError("a SIRET has 14 digits; write them without blanks")
    # The head office of La Poste has the one, its branches the other.
    if not (is_siret(digits) or luhn(digits)):
        raise ValueError(
            "the check digit does not fit (Luhn): a digit is wrong, or two have changed "
            "places; compare it with the shop's Kbis extract"
        )
    return digits


Pattern = Annotated[str, AfterValidator(_is_pattern)]
Capture = Annotated[str, AfterValidator(_finds_one)]
Patterns = Annotated[tuple[Pattern, ...], Field(max_length=MAX_PATTERNS)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class PaperFacts(_Part):
    """``columns`` of text; ``code_page`` (the n of ESC t) that the POS relies on."""

    columns: int | None = Field(default=None, ge=16, le=160)
    code_page: int | None = Field(default=None, ge=0, le=255)


class MerchantFacts(_Part):
    """Who sells, where the paper says it in a logo or not at all."""

    name: Text | None = None
    address: tuple[Text, ...] = Field(default=(), max_length=6)
    phone: Text | None = None
    siret: Annotated[str, AfterValidator(_checked)] | None = None
    vat_id: Text | None = None
    naf: str | None = Field(default=None, pattern=r"^\d{4}[A-Z]$")


class FieldPatterns(_Part):
    """Where a value stands: the first line that matches, and its ( )."""

    number: Capture | None = None
    store: Capture | None = None
    till: Capture | None = None
    operator: Capture | None = None
    loyalty_card: Capture | None = None
    date: Annotated[str, _finds_named("day", "month", "year")] | None = None
    time: Annotated[str, _finds_named("hour", "minute")] | None = None


class Word(_Part):
    """A POS's own word for what the reading knows by another."""

    pattern: Pattern
    means: Meaning


class ReadingHints(_Part):
    """``noise``: lines that say nothing, never one with an amount.

    ``tail``: with it the sale is over; never at or above the total.
    """

    noise: Patterns = ()
    tail: Pattern | None = None
    words: tuple[Word, ...] = Field(default=(), max_length=MAX_PATTERNS)


class Guarantee(_Part):
    """Goods under legal guarantee of conformity (C. conso., art. D. 211-7)."""

    gtins: tuple[Annotated[str, Field(pattern=r"^\d{3,14}$")], ...] = Field(
        default=(),
        max_length=20_000,
        description="article numbers, or their beginnings",
    )
    words: Patterns = Field(default=(), description="departments or labels")


class GoodsSort(_Part):
    """Articles of one sort, by number or by a pattern of their label or department.

    ``category``: one of the twelve of C. conso., art. D. 211-6; none: not among them.
    """

    gtins: tuple[Annotated[str, Field(pattern=r"^\d{3,14}$")], ...] = Field(
        default=(), max_length=20_000
    )
    words: Patterns = ()
    category: Category | None = None
    nature: Nature = "good"
    weighed: bool = False

    @model_validator(mode="after")
    def _names_something(self) -> GoodsSort:
        if not self.gtins and not self.words:
            raise ValueError("it names no article; write gtins or words")
        if self.nature == "service" and self.category:
            raise ValueError("a service is no good under guarantee; leave out category")
        return self


class Profile(_Part):
    """A layout of a POS."""

    version: Literal["profile/1"] = Field(alias="schema")
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,47}$")]
    about: str = Field(default="", max_length=400)
    paper: PaperFacts = PaperFacts()
    merchant: MerchantFacts = MerchantFacts()
    fields: FieldPatterns = FieldPatterns()
    reading: ReadingHints = ReadingHints()
    columns: Columns | None = None
    kinds: dict[DocKind, Patterns] = {}
    guarantee: Guarantee = Guarantee()
    goods: tuple[GoodsSort, ...] = Field(default=(), max_length=MAX_PATTERNS)

    @model_validator(mode="after")
    def _bounded(self) -> Profile:
        if wrong := [kind for kind in self.kinds if kind not in PRINTED]:
            known = ", ".join(sorted(PRINTED))
            raise ValueError(f"kinds: {wrong[0]} is not among {known}")
        wide = self.paper.columns
        if self.columns is not None and wide is not None and self.columns.last > wide:
            raise ValueError(
                f"columns: one ends at {self.columns.last}, the paper has {wide} "
                "(paper.columns); one of the two is wrong"
            )
        reading = self.reading
        count = len(reading.noise) + len(reading.words) + len(self.guarantee.words)
        count += sum(map(len, self.kinds.values()))
        count += sum(len(sort.words) for sort in self.goods)
        if count > MAX_PATTERNS:
            raise ValueError(f"at most {MAX_PATTERNS} patterns, not {count}")
        return self
