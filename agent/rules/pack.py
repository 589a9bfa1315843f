"""A pack of rules: what a country's law wants, as data that counsel can read and change.

Rows are looked at in order and the first that fits decides; of the rows ``also`` all
that fit add their marks and notices.  Nothing is evaluated: a row names facts and the
values that fit.  All names must fit, one value of each is enough.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from agent.rules.facts import (
    NAMED,
    Asked,
    Basket,
    Facts,
    Mode,
    Payment,
    Terminal,
    Value,
    Vertical,
)
from agent.wire.goods import Category
from agent.wire.receipt import DocKind, Mention

PaperDue = Literal["must", "on_request", "forbid_auto", "pass"]
Electronic = Literal["substitutes", "additional", "none"]
Strength = Literal[
    "statute", "regulation", "dgccrf_reading", "authority_reading", "judgement"
]
"""Where a row comes from; ``judgement`` is ours, and the only one without an article."""
Mark = Literal[
    "original",  # as the POS printed it
    "duplicata",  # bears DUPLICATA n
    "forced_print",  # printed without being asked for, by a derogation
    "keep_words",  # what it says of itself stays in every rendering
    "not_a_sale",  # does not go up as a sale
    "no_consent",  # no consent is asked for beside it
    "no_promo",  # no promotional block in any rendering
    "fiscal_code_first",  # the fiscal code stays first and untouched
    "pdf",  # the page offers a PDF
    "signed_pdf",  # and it is signed
    "record_agreement",  # that the customer agreed is kept
    "record_retrieval",  # that it was fetched is kept: shown is not handed over
    "copy_if_printed",  # the electronic one is a copy where paper was the original
]
NoticeId = Literal[
    "display",  # the legal display beside the till
    "note_on_request",  # a note may be asked for
    "note_before_payment",  # the note is due before the customer pays
    "queued",  # e-mail and SMS leave once the network is back
]
Rule = Annotated[str, Field(pattern=r"^R\d{2}$")]
Sentence = Annotated[str, Field(min_length=1, max_length=240)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Number(_Part):
    """``at_least <= value < below``, minor units; ``known``: whether there is one."""

    at_least: int | None = None
    below: int | None = None
    known: StrictBool = True

    @model_validator(mode="after")
    def _some_number_fits(self) -> Self:
        low, high = self.at_least, self.below
        if low is not None and high is not None and low >= high:
            raise ValueError(f"no number is at least {low} and below {high}")
        if not self.known and (low, high) != (None, None):
            raise ValueError("an unknown number has no bounds; leave out known")
        return self

    def holds(self, value: int | None) -> bool:
        if value is None or not self.known:
            return (value is not None) is self.known
        low, high = self.at_least, self.below
        return (low is None or value >= low) and (high is None or value < high)


_ONE_AT_LEAST = Field(default=None, min_length=1)


class When(_Part):
    """Facts by name, and the values that fit.  One that is not named fits always.

    ``elsewhere``: the till stands in another country than the pack's.
    """

    elsewhere: StrictBool | None = None
    kind: tuple[DocKind, ...] | None = _ONE_AT_LEAST
    total: Number | None = None
    currency: tuple[Currency, ...] | None = _ONE_AT_LEAST
    mentions: tuple[Mention, ...] | None = _ONE_AT_LEAST
    unread: StrictBool | None = None
    terminal: tuple[Terminal, ...] | None = _ONE_AT_LEAST
    vertical: tuple[Vertical, ...] | None = _ONE_AT_LEAST
    basket: tuple[Basket, ...] | None = _ONE_AT_LEAST
    guarantee: StrictBool | None = None
    categories: tuple[Category, ...] | None = _ONE_AT_LEAST
    weighed: StrictBool | None = None
    payment: tuple[Payment, ...] | None = _ONE_AT_LEAST
    mode: tuple[Mode, ...] | None = _ONE_AT_LEAST
    b2b: StrictBool | None = None
    link: tuple[Literal["up", "down"], ...] | None = _ONE_AT_LEAST
    printer: tuple[Literal["ok", "needs"], ...] | None = _ONE_AT_LEAST
    delivery: tuple[Literal["first", "later"], ...] | None = _ONE_AT_LEAST
    promotion: StrictBool | None = None
    may_promote: StrictBool | None = None
    needed: StrictBool | None = None
    choice: tuple[Asked, ...] | None = _ONE_AT_LEAST

    def misfit(self, facts: Facts, country: str) -> str | None:
        """The first name that does not fit; ``None``: the row fits."""
        for name, wanted in self.named:
            if not _fits(wanted, value_of(name, facts, country)):
                return name
        return None

    @model_validator(mode="after")
    def _reckoned(self) -> Self:
        """When the pack is read, not when the first customer waits."""
        _ = self.named
        return self

    @cached_property
    def named(self) -> tuple[tuple[str, Any], ...]:
        """The facts that are named, and what fits."""
        pairs = ((name, getattr(self, name)) for name in type(self).model_fields)
        return tuple((name, wanted) for name, wanted in pairs if wanted is not None)


def value_of(name: str, facts: Facts, country: str) -> Value:
    """A fact, as a row of ``country``'s pack names it."""
    if name == "elsewhere":
        return facts.country not in {"", country}
    return NAMED[name](facts)


def _fits(wanted: Any, value: Value) -> bool:
    if isinstance(wanted, bool):
        return value is wanted
    if isinstance(wanted, Number):
        return wanted.holds(value if isinstance(value, int) else None)
    if isinstance(value, frozenset):
        return not value.isdisjoint(wanted)
    return value in wanted


class _Why(_Part):
    """The ground of a row: an article, what gives it weight, the reason for people."""

    legal_ref: str = Field(default="", max_length=240)
    strength: Strength
    reason_fr: Sentence
    reason_en: Sentence

    @model_validator(mode="after")
    def _has_a_ground(self) -> Self:
        if not self.legal_ref and self.strength != "judgement":
            raise ValueError(
                f'strength = "{self.strength}" needs legal_ref; write the article, or '
                'strength = "judgement"'
            )
        return self


class Row(_Why):
    """What follows for a document that fits."""

    id: Rule
    when: When = When()
    paper: PaperDue
    electronic: Electronic
    on_silence: Literal["paper", "none"]
    marks: tuple[Mark, ...] = ()
    notices: tuple[NoticeId, ...] = ()
    mentions: tuple[Mention, ...] = Field(
        default=(), description="what every rendering of it has to say"
    )

    @model_validator(mode="after")
    def _does_not_contradict_itself(self) -> Self:
        if self.paper in {"must", "pass"} and self.on_silence != "paper":
            raise ValueError(
                f'paper = "{self.paper}" with on_silence = "{self.on_silence}": what is due '
                'on paper comes out when nobody answers; write on_silence = "paper"'
            )
        if self.paper == "forbid_auto" and self.on_silence != "none":
            raise ValueError(
                'paper = "forbid_auto" with on_silence = "paper" would print without being '
                'asked; write on_silence = "none"'
            )
        if self.paper == "pass" and self.electronic == "substitutes":
            raise ValueError(
                'paper = "pass" is printed at once, so nothing can substitute it; write '
                'electronic = "additional" or "none"'
            )
        return self


class Also(_Why):
    """What is added to a decision; ``rules``: only to one by these rows.

    ``unasked``: only to what is printed without anybody having been asked.
    """

    id: Rule
    when: When = When()
    rules: tuple[Rule, ...] = ()
    unasked: bool = False
    marks: tuple[Mark, ...] = ()
    notices: tuple[NoticeId, ...] = ()
    mentions: tuple[Mention, ...] = ()


class Sentences(_Part):
    """What a customer reads, in the languages of the counter; empty: in English."""

    fr: str = Field(min_length=1, max_length=600)
    en: str = Field(min_length=1, max_length=600)
    es: str = Field(default="", max_length=600)
    de: str = Field(default="", max_length=600)
    ar: str = Field(default="", max_length=600)


class Display(_Part):
    """What is put up beside the till, on paper or on a screen.

    ``services`` is for a shop that sells services too.
    """

    legal_ref: str = Field(max_length=240)
    heading: Sentences
    text: Sentences
    services_ref: str = Field(default="", max_length=240)
    services: Sentences | None = None


class Pack(_Part):
    """A file of ``config/policies``.  ``digest`` is the SHA-256 of its bytes, in hex."""

    schema_version: Literal["policy/1"] = Field(alias="schema")
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    version: str = Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$")
    country: str = Field(pattern=r"^[A-Z]{2}$")
    in_force: dt.date
    about: str = Field(default="", max_length=800)
    display: Display | None = None
    row: tuple[Row, ...] = Field(min_length=1, max_length=200)
    also: tuple[Also, ...] = Field(default=(), max_length=100)
    digest: str = Field(default="", pattern=r"^(?:[0-9a-f]{64})?$")

    @model_validator(mode="after")
    def _every_row_can_fit(self) -> Self:
        for at, row in enumerate(self.row[:-1]):
            if row.when == When():
                raise ValueError(
                    f"row {at + 1} ({row.id}) names no fact, so it fits always and no row "
                    "below it ever does; name a fact, or put it last"
                )
        known = {row.id for row in self.row}
        for also in self.also:
            if wrong := [rule for rule in also.rules if rule not in known]:
                raise ValueError(f"also {also.id}: rules: there is no row {wrong[0]}")
        return self
