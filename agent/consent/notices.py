"""The sentences beside a field: by id and version, in five languages, never edited.

A new wording is a new version in a file of its own, and the old file stays: a record
names its sentence by the SHA-256 of what was shown, and is checked against it later.
A purpose without a sentence is not asked (DOMAIN G01).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent.consent.purposes import TERMS
from agent.verbs import Lang, Words
from agent.wire import consent
from agent.wire.consent import Channel, Purpose

MAX_CHARS: Final = 600
"""It stands beside a field, at a till."""
CONTROLLER: Final = "{controller}"


class Sentences(BaseModel):
    """The five languages of the counter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fr: str = Field(min_length=1, max_length=MAX_CHARS)
    en: str = Field(min_length=1, max_length=MAX_CHARS)
    es: str = Field(min_length=1, max_length=MAX_CHARS)
    de: str = Field(min_length=1, max_length=MAX_CHARS)
    ar: str = Field(min_length=1, max_length=MAX_CHARS)


class Notice(BaseModel):
    """One file: for which purpose, by which channel, in which words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")
    version: str = Field(pattern=r"^[0-9]{4}-[0-9]{1,3}$")
    purpose: Purpose
    channel: Channel
    text: Sentences

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.channel not in TERMS[self.purpose].channels:
            raise ValueError(f"{self.purpose} does not go by {self.channel}")
        for lang, sentence in self.text.model_dump().items():
            rest = sentence.replace(CONTROLLER, "")
            if rest == sentence or "{" in rest or "}" in rest:
                raise ValueError(f"text.{lang}: say who answers for it, {{controller}}")
        return self

    @property
    def name(self) -> str:
        """Id and version in one word, as events call it."""
        return f"{self.id}-{self.version}"

    @property
    def age(self) -> tuple[int, ...]:
        """Grows from version to version."""
        return tuple(map(int, re.findall("[0-9]+", self.version)))

    def shown(self, lang: Lang, controller: str) -> str:
        """The sentence as it stands on the screen."""
        text: str = getattr(self.text, lang)
        return text.replace(CONTROLLER, controller)

    def words(self, controller: str) -> Words:
        """In all languages, for a screen."""
        langs: tuple[Lang, ...] = ("fr", "en", "es", "de", "ar")
        return Words(*(self.shown(lang, controller) for lang in langs))

    def reference(self, lang: Lang, controller: str) -> consent.Notice:
        """What a record says of it."""
        said = sha256(self.shown(lang, controller).encode()).hexdigest()
        return consent.Notice(id=self.id, version=self.version, lang=lang, sha256=said)


class Notices:
    """All versions of all sentences."""

    def __init__(self, notices: Iterable[Notice]) -> None:
        self._all = {(each.id, each.version): each for each in notices}

    def current(self, purpose: Purpose, channel: Channel) -> Notice | None:
        """The newest for that; ``None``: it must not be asked."""
        fits = [
            each
            for each in self._all.values()
            if (each.purpose, each.channel) == (purpose, channel)
        ]
        return max(fits, key=lambda each: each.age, default=None)

    def offered(self) -> frozenset[Purpose]:
        """The purposes that may be asked for here: those with a sentence."""
        return frozenset(each.purpose for each in self._all.values())

    def knows(self, said: consent.Notice, controller: str) -> bool:
        """Whether that record's sentence is the one under its id and version."""
        return self.text(said, controller) is not None

    def text(self, said: consent.Notice, controller: str) -> str | None:
        """The sentence that a record names; ``None``: not at hand as it was shown."""
        notice = self._all.get((said.id, said.version))
        if notice is None or notice.reference(said.lang, controller) != said:
            return None
        return notice.shown(said.lang, controller)
