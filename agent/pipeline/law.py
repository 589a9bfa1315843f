"""The law at this till: its pack of rules, and the facts that no paper says.

Without a pack (a file that cannot be read) everything is printed: R00.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from agent.ids import JobId
from agent.pipeline.settings import PolicySettings
from agent.rules.decide import (
    NOT_UNDERSTOOD,
    RESENT,
    Decision,
    decide,
    in_pack,
    record,
)
from agent.rules.facts import Facts
from agent.rules.pack import Pack, Sentences
from agent.screens.snapshot import Legal
from agent.store.decisions import KeepPack
from agent.store.records import Change, JobState, SettleJob
from agent.verbs import Words
from agent.wire.receipt import DocKind

SHAPES: Final[Mapping[str, tuple[str, str]]] = {
    "R01": (
        "Commandes seules : tiroir, coupe, réglages",
        "Commands only: drawer, cut, settings",
    ),
    RESENT: (
        "Même document renvoyé par la caisse, déjà imprimé : réimprimé",
        "The same document sent again by the POS, printed already: printed again",
    ),
}
"""Why a job is printed that no row was asked about."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision, and the facts that it rests on."""

    facts: Facts
    decision: Decision

    @property
    def goes_up(self) -> bool:
        """Whether the document goes to the RCU: a coupon with permission only (R50)."""
        coupon = self.facts.kind is DocKind.VOUCHER
        return not (coupon and "no_promo" in self.decision.marks)

    @property
    def is_sale(self) -> bool:
        """Not in training, nor while the security device is away (R33)."""
        return "not_a_sale" not in self.decision.marks

    def settled(self, job: JobId, state: JobState) -> SettleJob:
        """The job's new state, with the whole of why."""
        why = record(self.facts, self.decision)
        return SettleJob(job, state, self.decision.rule, why)


class Shelf(Protocol):
    """The part of the store that the law needs."""

    async def commit(self, *changes: Change) -> None: ...


class Law:
    """``country`` is that of the till; the two questions are asked at each document.

    ``text`` is the file of the pack, byte by byte.
    """

    def __init__(
        self,
        pack: Pack | None,
        settings: PolicySettings,
        country: str,
        *,
        text: bytes = b"",
        link_up: Callable[[], bool] = lambda: True,
        printer_ok: Callable[[], bool] = lambda: True,
    ) -> None:
        self._pack = pack
        self._text = text
        self._settings = settings
        self._country = country
        self._link_up = link_up
        self._printer_ok = printer_ok

    async def keep(self, shelf: Shelf) -> None:
        """The pack's file, so that what it decides can be explained when it is gone."""
        if self._pack is not None:
            digest = bytes.fromhex(self._pack.digest)
            await shelf.commit(KeepPack(digest, self._text))

    def rule(self, paper: Facts) -> Ruling:
        """What is done with a document of which the paper says ``paper``."""
        facts = replace(
            paper,
            country=self._country,
            terminal=self._settings.terminal,
            vertical=self._settings.vertical,
            scale=self._settings.scale,
            needed=self._settings.needed,
            link_up=self._link_up(),
            printer_ok=self._printer_ok(),
        )
        return Ruling(facts, decide(facts, self._pack))

    def by_shape(self, rule: str) -> Ruling:
        """Of a job that says nothing, or that nobody could read: paper."""
        decision = replace(in_pack(NOT_UNDERSTOOD, self._pack), rule=rule)
        fr, en = SHAPES.get(rule, (decision.reason_fr, decision.reason_en))
        facts = Facts(DocKind.UNKNOWN, country=self._country)
        return Ruling(facts, replace(decision, reason_fr=fr, reason_en=en))

    @property
    def legal(self) -> tuple[Legal, ...]:
        """What the law wants displayed where one pays (C. env., art. D. 541-372)."""
        if self._pack is None or (display := self._pack.display) is None:
            return ()
        name, version = f"display-{self._pack.id}", self._pack.version
        said = [Legal(name, version, _words(display.text))]
        if self._settings.services and display.services:
            said.append(Legal(f"{name}-services", version, _words(display.services)))
        return tuple(said)

    def why(self, rule: str) -> tuple[str, str]:
        """The reason of a rule in French and English, for a document that is offered."""
        rows = self._pack.row if self._pack else ()
        meant = [row for row in rows if row.id == rule]
        offered = [row for row in meant if row.paper != "pass"]
        for row in (*offered, *meant):
            return row.reason_fr, row.reason_en
        return NOT_UNDERSTOOD.reason_fr, NOT_UNDERSTOOD.reason_en


def _words(said: Sentences) -> Words:
    return Words(said.fr, said.en, said.es, said.de, said.ar)
