"""What ``receipt-agent consent`` tells a person, in French and in English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Lang = Literal["fr", "en"]


@dataclass(frozen=True, slots=True)
class Counted:
    """A sentence about ``n`` things; French takes none for one, English does not."""

    one: str
    many: str
    alone: tuple[int, ...]

    def format(self, *, n: int, **values: object) -> str:
        return (self.one if n in self.alone else self.many).format(n=n, **values)


def _fr(one: str, many: str) -> Counted:
    return Counted(one, many, (0, 1))


def _en(one: str, many: str) -> Counted:
    return Counted(one, many, (1,))


@dataclass(frozen=True, slots=True)
class Said:
    """One language; ``{places}`` hold values."""

    records: Counted
    over: Counted
    destroyed: Counted
    early: str
    to: str
    whole: str
    broken: str
    signatures: Counted
    unvouched: str
    known: str
    strange: str
    decisions: Counted
    line: str
    until: str
    past: str
    not_asked: str
    withdrawn: str
    objected: str
    recorded: str
    taken_up: str
    not_shut_out: str
    blocked: str
    bounced: str
    unwanted: str
    admitted: str


SAID: Final[Mapping[Lang, Said]] = {
    "fr": Said(
        records=_fr(
            "{till}\u00a0: {n} décision enregistrée{erased}",
            "{till}\u00a0: {n} décisions enregistrées{erased}",
        ),
        over=_fr(", dont {n} effacée à son terme", ", dont {n} effacées à leur terme"),
        destroyed=_fr(", {n} détruite sur demande", ", {n} détruites sur demande"),
        early="effacées avant {days} jours (store.proof_days)\u00a0: n° {which}",
        to="{first} à {last}",
        whole="chaîne\u00a0: entière, elle finit par {head}",
        broken="chaîne\u00a0: rompue à la décision n° {seq}\u00a0: {why}",
        signatures=_fr(
            "signatures\u00a0: {n} valable{unvouched}",
            "signatures\u00a0: {n} valables{unvouched}",
        ),
        unvouched=", {n} à la fin sans signature",
        known="mentions\u00a0: toutes connues",
        strange="mentions\u00a0: inconnues {which}",
        decisions=_fr("{mask}\u00a0: {n} décision", "{mask}\u00a0: {n} décisions"),
        line="{purpose} par {channel}",
        until="jusqu’au {day}",
        past="au-delà de son terme",
        not_asked="{purpose} ne se demande pas pour ce genre de contact",
        withdrawn="accord retiré",
        objected="opposition",
        recorded="enregistré",
        taken_up="l’agent s’en charge dans les {n}\u00a0s de sa marche",
        not_shut_out="cette adresse n’est pas écartée",
        blocked="bloquée par le RCU, qui peut seul la rendre (receipt-rcu block --undo)",
        bounced="écartée\u00a0: un e-mail est revenu",
        unwanted="écartée\u00a0: ne voulait plus d’e-mails",
        admitted="admise à nouveau",
    ),
    "en": Said(
        records=_en("{till}: {n} record{erased}", "{till}: {n} records{erased}"),
        over=_en(", {n} of them past its time", ", {n} of them past their time"),
        destroyed=_en(", {n} destroyed on request", ", {n} destroyed on request"),
        early="erased before {days} days (store.proof_days): record {which}",
        to="{first} to {last}",
        whole="chain: whole, it ends in {head}",
        broken="chain: broken at record {seq}: {why}",
        signatures=_en(
            "signatures: {n} good{unvouched}", "signatures: {n} good{unvouched}"
        ),
        unvouched=", {n} at the end without one",
        known="sentences: all known",
        strange="sentences: unknown {which}",
        decisions=_en("{mask}: {n} decision", "{mask}: {n} decisions"),
        line="{purpose} by {channel}",
        until="until {day}",
        past="past its time",
        not_asked="{purpose} is not asked of this kind of contact",
        withdrawn="withdrawn",
        objected="objected",
        recorded="recorded",
        taken_up="the agent takes it up within {n} s of running",
        not_shut_out="this address is not shut out",
        blocked="blocked by the RCU, which alone can undo it (receipt-rcu block --undo)",
        bounced="shut out: a mail came back",
        unwanted="shut out: wanted no more mails",
        admitted="let in again",
    ),
}
WHY: Final[Mapping[str, str]] = {
    r"record (\d+) is missing": r"la décision n° \1 manque",
    r"its content is gone before its time": "son contenu a disparu avant son terme",
    r"it does not follow the record before it": "elle ne suit pas la précédente",
    r"its content is not the one that was recorded": (
        "son contenu n’est pas celui qui fut enregistré"
    ),
    r"it calls itself record (\d+)": r"elle se dit la décision n° \1",
    r"what stands beside it is not what it says": (
        "ce qui est écrit à côté n’est pas ce qu’elle dit"
    ),
    r"it names a key and bears no signature": (
        "elle nomme une clé et ne porte pas de signature"
    ),
    r"it is signed by a key that nobody knows \((.*)\)": (
        r"signée par une clé inconnue (\1)"
    ),
    r"it is signed by a key that was revoked before \((.*)\)": (
        r"signée par une clé déjà révoquée (\1)"
    ),
    r"its signature is wrong": "sa signature est fausse",
    r"it is too long for a record": "trop longue pour une décision",
    r"it is no record: (.*)": "ce n’est pas une décision\u00a0: \\1",
    r"it is damaged on the disk": "elle est abîmée sur le disque",
}
"""What breaks a chain (:mod:`agent.consent.checking`), in French."""


def why(reason: str, lang: Lang) -> str:
    """The reason in that language; one that is not known stays as it is."""
    if lang == "fr":
        for pattern, says in WHY.items():
            if found := re.fullmatch(pattern, reason):
                return found.expand(says)
    return reason
