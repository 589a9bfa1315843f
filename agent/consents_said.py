"""What ``receipt-agent consent`` tells a person, in French and in English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Lang = Literal["fr", "en"]


@dataclass(frozen=True, slots=True)
class Said:
    """One language; ``{places}`` hold values."""

    records: str
    over: str
    destroyed: str
    early: str
    to: str
    whole: str
    broken: str
    signatures: str
    unvouched: str
    known: str
    strange: str
    decisions: str
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
        records="{till}\u00a0: {n} décisions enregistrées{erased}",
        over=", dont {n} effacées à leur terme",
        destroyed=", {n} détruites sur demande",
        early="effacées avant {days} jours (store.proof_days)\u00a0: n° {which}",
        to="{first} à {last}",
        whole="chaîne\u00a0: entière, elle finit par {head}",
        broken="chaîne\u00a0: rompue à la décision n° {seq}\u00a0: {why}",
        signatures="signatures\u00a0: {n} valables{unvouched}",
        unvouched=", {n} à la fin sans signature",
        known="mentions\u00a0: toutes connues",
        strange="mentions\u00a0: inconnues {which}",
        decisions="{mask}\u00a0: {n} décisions",
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
        records="{till}: {n} records{erased}",
        over=", {n} of them past their time",
        destroyed=", {n} destroyed on request",
        early="erased before {days} days (store.proof_days): record {which}",
        to="{first} to {last}",
        whole="chain: whole, it ends in {head}",
        broken="chain: broken at record {seq}: {why}",
        signatures="signatures: {n} good{unvouched}",
        unvouched=", {n} at the end without one",
        known="sentences: all known",
        strange="sentences: unknown {which}",
        decisions="{mask}: {n} decisions",
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
