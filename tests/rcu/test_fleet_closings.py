"""A closed day on the page of a till: French on the French page, English on the other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from agent.wire.closing import NOT_A_SALE, START, DayClosed, Sold
from agent.wire.receipt import DocKind
from rcu.fleet import closings, till_page, view
from rcu.reconciling import Day
from tests.rcu.fakes import START_MS

HEAD = "0123456789abcdef" * 4


def day(*sold: Sold, **more: Any) -> DayClosed:
    at = dt.datetime(2026, 11, 21, 22, 0, tzinfo=dt.UTC)
    said = {"first": 12, "last": 40, "events": 29, "types": {}, "before": START}
    given = {"day": at.date(), "head": HEAD, "closed_at": at, "sold": sold}
    return DayClosed.model_validate({**said, **given, **more})


def sold(kind: str, count: int, total: int, **more: Any) -> Sold:
    return Sold(kind=kind, currency="EUR", count=count, total=total, **more)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def row(closed: Day, lang: Any) -> tuple[str, str, str]:
    till = view.tills(["urn:edge:E:S:T"], {}, {}, START_MS)[0]
    told = till_page.facts(till, lang, changes=[], orders=[], days=[closed])
    (shown,) = told.closings
    return plain(shown[0]), plain(shown[1]), plain(shown[2])


def test_it_is_said_in_the_reader_s_language() -> None:
    closed = day(
        sold("sale", 12, 123_456), sold("refund", 1, -300, unread=1),
        erased=2, unsent=((15, "e-15"),),
    )  # fmt: skip
    assert row(Day(closed, ()), "fr") == (
        (
            "2026-11-21 · 12–40 · 29 écritures · ventes : 12, 1 234,56 €"
            " · remboursements : 1, −3,00 € (1 sans total lu)"
            " · effacés avant : 2 · mis de côté : 1 · tête 0123456789abcdef"
        ),
        "égale",
        "",
    )
    assert row(Day(closed, ()), "en") == (
        (
            "2026-11-21 · 12–40 · 29 entries · sales: 12, €1,234.56"
            " · refunds: 1, −€3.00 (1 unread)"
            " · erased before: 2 · set aside: 1 · head 0123456789abcdef"
        ),
        "equal",
        "",
    )


def test_a_day_without_a_sale_says_so() -> None:
    assert "· rien de vendu ·" in closings.shown(day(), "fr")
    assert "· nothing sold ·" in closings.shown(day(), "en")


def test_what_differs_is_said_so_too() -> None:
    faults = ("7 entries here, missing 1, 2, 3, 4, 5 and 3 more",)
    sums = ("sums here: 2 sale 30 EUR; 1 training 5 EUR", "sums here: nothing sold")
    closed = Day(day(), (*faults, *sums))
    assert row(closed, "fr")[1:] == (
        "diffère",
        (
            "7 écritures ici, manquent 1, 2, 3, 4, 5 et 3 autres"
            " ; sommes d’ici : ventes : 2, 0,30 € ; essais en mode école : 1, 0,05 €"
            " ; sommes d’ici : rien de vendu"
        ),
    )
    assert (
        "sums here: sales: 2, €0.30; made in training mode: 1" in row(closed, "en")[2]
    )


@pytest.mark.parametrize("kind", [*DocKind, *NOT_A_SALE])
def test_every_kind_of_document_has_a_word(kind: str) -> None:
    said = closings.shown(day(sold(kind, 1, 5)), "fr")
    assert f"· {kind}" not in said
