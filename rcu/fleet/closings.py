"""A till's closed days in the reader's language: range, counts, sums, head of the chain.

What an auditor compares by eye on both sides is :func:`agent.wire.closing.line`, in
``receipt-rcu reconcile``; here stands the same for who reads a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from agent.wire.closing import DayClosed
from rcu.fleet import reasons
from rcu.fleet.words import Lang, spaced
from rcu.typography import money

_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "sale": ("ventes", "sales"),
    "refund": ("remboursements", "refunds"),
    "void": ("annulations", "voids"),
    "duplicate": ("duplicatas", "copies"),
    "gift": ("tickets cadeau", "gift receipts"),
    "proforma": ("notes provisoires", "provisional bills"),
    "card_slip": ("tickets carte", "card slips"),
    "merchant_slip": ("tickets carte du commerçant", "merchant’s card slips"),
    "kitchen": ("bons de cuisine", "kitchen slips"),
    "x_report": ("rapports X", "X reports"),
    "z_report": ("rapports Z", "Z reports"),
    "cash_report": ("états de caisse", "cash reports"),
    "voucher": ("bons", "vouchers"),
    "exit_slip": ("tickets de sortie", "exit slips"),
    "invoice": ("factures", "invoices"),
    "drawer": ("ouvertures du tiroir", "openings of the drawer"),
    "test_page": ("pages de test", "test pages"),
    "label": ("étiquettes", "labels"),
    "other": ("autres papiers", "other papers"),
    "unknown": ("papiers inconnus", "unknown papers"),
    "training": ("essais en mode école", "made in training mode"),
    "provisional": ("documents provisoires", "provisional documents"),
    "degraded": ("tickets en mode dégradé", "receipts in degraded mode"),
}
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "entries": ("{} écritures", "{} entries"),
    "nothing": ("rien de vendu", "nothing sold"),
    "unread": (" ({} sans total lu)", " ({} unread)"),
    "erased": ("effacés avant : {}", "erased before: {}"),
    "unsent": ("mis de côté : {}", "set aside: {}"),
    "head": ("tête {}", "head {}"),
}
_SUM: Final = re.compile(r"\b(\d+) (\w+) (-?\d+) ([A-Z]{3})\b")
"""As :mod:`rcu.reconciling` says what it counted."""


def shown(day: DayClosed, lang: Lang) -> str:
    """In one line."""
    sold = [
        _sold(each.kind, each.count, each.total, each.currency, lang)
        + (_word("unread", each.unread, lang) if each.unread else "")
        for each in day.sold
    ]
    parts = [
        f"{day.day} · {day.first}–{day.last}",
        _word("entries", day.events, lang),
        *(sold or [_word("nothing", "", lang)]),
        _word("erased", day.erased, lang) if day.erased else "",
        _word("unsent", len(day.unsent), lang) if day.unsent else "",
        _word("head", day.head[:16], lang),
    ]
    return spaced(" · ".join(filter(None, parts)), lang)


def differing(said: Iterable[str], lang: Lang) -> str:
    """What differs from this server's own count, and what could not be counted."""
    told = (reasons.shown(_SUM.sub(partial(_sum, lang), each), lang) for each in said)
    joined = "; ".join(told)
    return spaced(joined.replace("; ", " ; ") if lang == "fr" else joined, lang)


def _sum(lang: Lang, found: re.Match[str]) -> str:
    count, kind, total, currency = found.groups()
    return _sold(kind, int(count), int(total), currency, lang)


def _sold(kind: str, count: int, total: int, currency: str, lang: Lang) -> str:
    named = _KINDS.get(kind, (kind, kind))[lang == "en"]
    colon = ": " if lang == "en" else " : "
    return f"{named}{colon}{count}, {money(total, currency, lang)}"


def _word(name: str, value: object, lang: Lang) -> str:
    return _WORDS[name][lang == "en"].format(value)
