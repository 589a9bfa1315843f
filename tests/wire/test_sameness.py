"""Which papers are of one sale."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from agent.receipt.read import from_text
from agent.wire.receipt import Copy, DocKind, Links, Payment, Receipt
from agent.wire.sameness import Printed, printed

LINES = (
    "ÉPICERIE LUCIE", "Ticket n° 4217  Caisse 3", "13/07/2026 17:40",
    "------------", "PAIN        1,30", "TOTAL       1,30", "CB          1,30",
)  # fmt: skip
SALE = Receipt(
    kind=DocKind.SALE,
    number="4217",
    till="3",
    date=dt.date(2026, 7, 13),
    time=dt.time(17, 40),
    total=130,
    lines=LINES,
)


def of(**changed: Any) -> Printed:
    return printed(SALE.model_copy(update=changed))


def test_the_same_paper_is_the_same() -> None:
    assert printed(SALE) == of()
    assert of().number


def test_blanks_rules_and_case_are_not_the_paper() -> None:
    lines = (*(line.upper().replace("  ", " ") for line in LINES), "======", "")
    assert of(lines=lines).paper == of().paper
    assert of(lines=(*LINES, "MERCI")).paper != of().paper


@pytest.mark.parametrize(
    "other",
    [
        {"number": "4218"},
        {"till": "4"},
        {"store": "12"},
        {"date": dt.date(2026, 7, 14)},
    ],
)
def test_another_number_till_shop_or_day_is_another_sale(other: dict[str, Any]) -> None:
    assert of(**other).number != of().number
    assert of(**other).total != of().total


@pytest.mark.parametrize(
    "other", [{"total": 131}, {"total": -130}, {"currency": "CHF"}]
)
def test_another_amount_is_another_sale(other: dict[str, Any]) -> None:
    assert of(**other).number == of().number
    assert of(**other).total != of().total


@pytest.mark.parametrize(
    "missing",
    [{"number": None}, {"date": None}, {"total": None}, {"number": "ABC"},
     {"number": " "}, {"kind": DocKind.CARD_SLIP}, {"kind": DocKind.UNKNOWN}],
)  # fmt: skip
def test_what_names_no_sale_is_the_same_as_nothing(missing: dict[str, Any]) -> None:
    assert of(**missing).number is None


def test_a_number_that_is_the_count_of_articles_is_none() -> None:
    assert of(number="4", item_count=4).number is None
    assert of(number="4", line_count=4).number is None
    assert of(number="4", item_count=3).number


def test_a_copy_says_so() -> None:
    assert not of().copy
    assert of(copy_mark=Copy(number=1)).copy
    assert of(kind=DocKind.DUPLICATE).copy
    assert of(kind=DocKind.DUPLICATE).total == of().total


def test_a_card_slip_may_say_the_total_or_what_a_card_paid() -> None:
    paid = (
        Payment(kind="card", label="CB", amount=100),
        Payment(kind="cash", label="ESPECES", amount=30),
    )
    assert of(payments=paid).amounts == (100, 130)


def test_it_goes_through_json() -> None:
    said = printed(SALE)
    assert Printed.again(json.loads(json.dumps(said))) == said


def test_papers_that_were_read_are_told_apart() -> None:
    one = printed(from_text(LINES))
    assert one.number
    assert one == printed(from_text([*LINES, ""]))
    other = [line.replace("4217", "4218") for line in LINES]
    assert printed(from_text(other)).number != one.number


@pytest.mark.parametrize("text", ["\ud800", "\x00", "４２１７", "9" * 500])
def test_hostile_numbers_have_digests_too(text: str) -> None:
    said = of(number=text, lines=(text,))
    assert len(said.paper) in {0, 32}


@pytest.mark.parametrize(
    "headline",
    [
        "Ticket annulé", "*** VENTE ANNULÉE ***", "ANNULE PAR LUCIE", "Annulation",
        "DUPLICATA - TICKET ANNULE", "This receipt is cancelled", "STORNIERT",
    ],
)  # fmt: skip
def test_a_headline_says_that_its_sale_was_annulled(headline: str) -> None:
    said = of(lines=(LINES[0], headline, *LINES[1:]))
    assert said.annulled_by == ""
    assert said.copy
    assert said.total == of().total


@pytest.mark.parametrize(
    "line",
    [
        "Annulation possible sous 24 h", "CONDITIONS D'ANNULATION", "ANNULATION 1,30",
        "Remboursement", "Cinéma Annule",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_is_none(line: str) -> None:
    assert of(lines=(line, *LINES)).annulled_by is None


def test_below_a_price_it_is_a_line_that_was_voided() -> None:
    assert of(lines=(*LINES[:5], "ANNULATION", "PAIN  -1,30")).annulled_by is None
    assert of(lines=("",) * 8 + ("ANNULATION",)).annulled_by is None


def test_the_number_of_what_annuls_it_goes_with_it() -> None:
    assert of(links=Links(annulled_by="4218")).annulled_by == "4218"
    assert of(links=Links(annulled_by="4" * 99)).annulled_by == "4" * 64
    assert Printed.again(json.loads(json.dumps(of(links=Links(annuls="9"))))) == of(
        links=Links(annuls="9")
    )


def test_a_sale_is_annulled_by_number_within_three_days() -> None:
    known = of().number
    for days, found in ((0, True), (2, True), (3, False), (-1, False)):
        day = dt.date(2026, 7, 13) + dt.timedelta(days)
        said = of(number="9", date=day, links=Links(annuls="4217"))
        assert (known in {each.number for each in said.annuls}) is found


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
def test_the_first_and_the_last_day_have_neighbours_too(day: dt.date) -> None:
    assert of(date=day, links=Links(annuls="1")).annuls


def test_a_refund_annuls_only_the_whole() -> None:
    back = {"kind": DocKind.REFUND, "number": "9", "links": Links(annuls="4217")}
    (*_, today) = of(**back, total=-130).annuls
    assert (today.number, today.total) == (of().number, of().total)
    (*_, today) = of(**back, total=-100).annuls
    assert today.total != of().total
