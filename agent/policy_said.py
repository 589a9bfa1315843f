"""What ``receipt-agent policy explain`` tells a person, in French and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agent.verbs import Words
from agent.wire.money import Lang


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language; names of facts, rows and values are those of the pack."""

    paper: str
    electronic: str
    on_silence: str
    marks: str
    notices: str
    keeps: str
    displayed: str
    since: str
    unseen: str
    facts: str
    decided: str
    pack: str
    no_article: str
    no_rules: str
    in_force: str
    not_at_hand: str
    above: str
    misfit: str
    added: str
    handed: str
    by: str
    the_rule: str
    happened: str
    erased: str
    clock: str
    yes: str
    no: str
    none: str
    or_: str
    and_: str
    at_least: str
    below: str
    a_number: str
    quoted: str


PHRASES: Final[Mapping[Lang, Phrases]] = {
    "fr": Phrases(
        paper="papier",
        electronic="électronique",
        on_silence="sans réponse",
        marks="marques",
        notices="avis",
        keeps="mentions",
        displayed="affiché",
        since="affiché dès",
        unseen="aucune trace à l’écran client ce jour-là",
        facts="faits",
        decided="décidé",
        pack="règles",
        no_article="sans article",
        no_rules="aucune\u00a0: les règles étaient illisibles",
        in_force="en vigueur depuis le {day}",
        not_at_hand="; leur fichier n’est plus là, les lignes ne sont pas montrées",
        above="Lignes au-dessus, qui ne conviennent pas\u00a0:",
        misfit="{name} = {found}, attendu\u00a0: {wanted}",
        added="S’y ajoute\u00a0:",
        handed="Remises\u00a0:",
        by="par",
        the_rule="la règle",
        happened="Ce qui s’est passé\u00a0:",
        erased="(contenu effacé à son terme)",
        clock="{wall} (démarrage n°\u00a0{boot} de l’agent, {seconds:.3f}\u00a0s d’une horloge que "
        "personne ne règle)",
        yes="oui",
        no="non",
        none="aucun",
        or_=" ou ",
        and_=" et ",
        at_least="au moins",
        below="moins de",
        a_number="un nombre",
        quoted="«\u00a0{text}\u00a0»",
    ),
    "en": Phrases(
        paper="paper",
        electronic="electronic",
        on_silence="on silence",
        marks="marks",
        notices="notices",
        keeps="keeps",
        displayed="displayed",
        since="shown since",
        unseen="no trace on the customer’s screen that day",
        facts="facts",
        decided="decided",
        pack="pack",
        no_article="no article",
        no_rules="none: the rules could not be read",
        in_force="in force since {day}",
        not_at_hand="; its file is not at hand, so its rows are not shown",
        above="Rows above, which do not fit:",
        misfit="{name} is {found}, wanted: {wanted}",
        added="Added to it:",
        handed="Handed over:",
        by="by",
        the_rule="the rule",
        happened="What happened:",
        erased="(its content was erased by the retention)",
        clock="{wall} (start {boot} of the agent, {seconds:.3f} s by a clock that nobody sets)",
        yes="yes",
        no="no",
        none="none",
        or_=" or ",
        and_=" and ",
        at_least="at least",
        below="below",
        a_number="a number",
        quoted="“{text}”",
    ),
}

HAPPENED: Final[Mapping[str, Words]] = {
    "receipt.issued.v1": Words("le ticket a été lu", "the receipt was read"),
    "receipt.attached.v1": Words("un papier s’y rattache", "a slip belongs to it"),
    "receipt.voided.v1": Words("la vente a été annulée", "the sale was voided"),
    "page.reserved.v1": Words(
        "sa page web a été réservée, pour le QR code",
        "its web page was reserved, for the QR code",
    ),
    "phone.invited.v1": Words(
        "un code pour le téléphone du client a été affiché",
        "a code for the customer’s phone was shown",
    ),
    "choice.answered.v1": Words(
        "le choix fait sur un téléphone a eu sa réponse",
        "a choice made on a phone had its answer",
    ),
    "choice.made.v1": Words("un choix a été fait", "a choice was made"),
    "identity.captured.v1": Words(
        "une adresse, un numéro ou une carte a été donné",
        "an address, a number or a card was given",
    ),
    "identity.refused.v1": Words(
        "l’adresse ou le numéro était à quelqu’un d’autre",
        "the address or the number was another’s",
    ),
    "consent.recorded.v1": Words(
        "un consentement ou son retrait a été consigné",
        "a consent or its withdrawal was recorded",
    ),
    "delivery.status.v1": Words("l’envoi a avancé", "a delivery went on"),
    "account.pushed.v1": Words(
        "le ticket va dans le compte du client", "it goes into the customer’s account"
    ),
    "proof.sent.v1": Words(
        "un message porte de quoi prouver l’adresse",
        "a message carries what proves the address",
    ),
    "order.applied.v1": Words(
        "un ordre du centre a été exécuté", "an order of the centre was done"
    ),
    "day.closed.v1": Words("la journée a été close", "the day was closed"),
}
"""What a type of entry of the log means, for who knows none of their names."""
