"""What a paper says to the rules, and by what goods under guarantee are known."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from agent.profiles.model import Profile
from agent.wire.goods import Category, Goods
from agent.wire.receipt import Receipt
from agent.worker.facts import facts_of, told
from agent.worker.tasks import understand

IMEI = "490154203237518"
"""3GPP TS 23.003, annex B: with its check digit."""


def receipt(*lines: str, kind: str = "sale", **more: Any) -> Receipt:
    return Receipt.model_validate({"kind": kind, "lines": lines, **more})


def item(label: str, **more: Any) -> dict[str, Any]:
    return {"label": label, "amount": 100, **more}


def profile(*goods: dict[str, Any]) -> Profile:
    return Profile.model_validate({"schema": "profile/1", "name": "p", "goods": goods})


def test_the_mention_is_a_sign() -> None:
    goods, signs, _ = facts_of(receipt(mentions=["guarantee"]), None)
    assert not goods
    assert signs == {"mention"}


def test_a_mention_that_a_profile_gave_is_the_map_s() -> None:
    known = Profile.model_validate(
        {"schema": "profile/1", "name": "p", "guarantee": {"words": ["OURS"]}}
    )
    assert facts_of(receipt("OURS", mentions=["guarantee"]), known)[1] == {"map"}
    printed = receipt("Garantie légale 2 ans", mentions=["guarantee"])
    assert facts_of(printed, known)[1] == {"mention"}


@pytest.mark.parametrize("category", get_args(Category))
def test_a_map_knows_goods_by_their_number_or_its_beginning(category: Category) -> None:
    known = profile({"gtins": ["30001", "4006381333931"], "category": category})
    items = [
        item("A", gtin="4006381333931"),
        item("B", sku="30001777"),
        item("C", gtin="96385074"),
    ]
    goods, signs, _ = facts_of(receipt(items=items), known)
    assert goods == (Goods("good", category, lines=2), Goods())
    assert signs == {"map"}


def test_by_a_label_or_the_line_of_a_department() -> None:
    known = profile({"words": ["PERCEUSE", "^JOUETS"], "category": "toys"})
    by_label = facts_of(receipt(items=[item("Perceuse 18 V")]), known)
    assert by_label[0] == (Goods("good", "toys"),)
    lines = ("JOUETS", "OURS BRUN  9,90")
    department = facts_of(receipt(*lines, items=[item("OURS BRUN")]), known)
    assert department[0] == (Goods(), Goods("good", "toys"))


def test_services_and_weighed_goods_are_told_apart() -> None:
    known = profile({"words": ["COUPE"], "nature": "service"})
    items = [item("COUPE HOMME"), item("POMMES", unit="kg", quantity="0.792")]
    goods, signs, _ = facts_of(receipt(items=items), known)
    assert goods == (Goods("service"), Goods(weighed=True))
    assert signs == set()


def test_discounts_deposits_and_voids_are_no_goods() -> None:
    items = [item("X", kind=kind) for kind in ("discount", "deposit", "void", "fee")]
    assert facts_of(receipt(items=items), None)[0] == ()


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        (f"IMEI : {IMEI}", "serial"),
        (f"N° série {IMEI}", "serial"),
        ("dont ECO-PART. 0,12", "eco_fee"),
        ("Éco-participation 1,20 €", "eco_fee"),
        ("DEEE 0,40", "eco_fee"),
    ],
)
def test_two_signs_need_no_map(line: str, sign: str) -> None:
    assert facts_of(receipt(line), None)[1] == {sign}


@pytest.mark.parametrize(
    "line",
    [
        "IMEI : 490154203237519",  # its check digit is wrong
        f"CARTE {IMEI}",  # a number of that length may be a card's
        f"IMEI {IMEI}0",
        "ECOLE DE CONDUITE 30,00",
        "DEEE",
        "IDEE CADEAU 12,00",
    ],
)
def test_what_looks_like_one_is_none(line: str) -> None:
    assert facts_of(receipt(line), None)[1] == set()


def test_only_a_sale_has_goods() -> None:
    known = profile({"words": ["OURS"], "category": "toys"})
    refund = receipt("IMEI", IMEI, kind="refund", items=[item("OURS")])
    goods, signs, _ = facts_of(refund, known)
    assert not goods
    assert not signs


def test_goods_that_want_the_mention_give_it_to_the_receipt_once() -> None:
    known = profile({"words": ["OURS"], "category": "toys"})
    paper, _ = told(receipt(items=[item("OURS")]), known)
    assert paper.mentions == ("guarantee",)
    assert told(paper, known)[0].mentions == ("guarantee",)
    assert told(receipt(items=[item("PAIN")]), known)[0].mentions == ()


@pytest.mark.parametrize(
    ("text", "promotion"),
    [
        ("BON DE RÉDUCTION -1,00 € sur votre prochain achat", True),
        ("COUPON -20 %", True),
        ("AVOIR 12,00", False),
        ("BON D’ACHAT 10,00", False),
        ("CARTE CADEAU 50,00", False),
        (
            "BON DE REDUCTION reprise d'articles usagés 5,00",
            False,
        ),  # out of AGEC's scope
        ("COUPON code d'accès 1234", False),
        ("BON DE REPAS", False),
    ],
)
def test_in_doubt_a_voucher_is_a_right(text: str, *, promotion: bool) -> None:
    assert facts_of(receipt(text, kind="voucher"), None)[2] is promotion


def test_no_other_kind_is_a_promotional_voucher() -> None:
    assert not facts_of(receipt("COUPON -20 %"), None)[2]


def test_a_frame_carries_the_facts() -> None:
    job = b"MAISON EXEMPLE\nOURS BRUN   9,90\nTOTAL TTC   9,90 EUR\nCB   9,90\n"
    known = profile({"words": ["OURS"], "category": "toys"})
    params = {
        "profile": "default",
        "country": "FR",
        "known": known.model_dump_json(by_alias=True),
    }
    header = understand(params, job).header
    assert header["goods"] == (Goods("good", "toys"),)
    assert header["signs"] == ["map"]
    assert header["promotion"] is False
    assert "guarantee" in header["mentions"]


def test_the_strip_says_where_the_articles_begin() -> None:
    job = (
        b"AU PAIN DORE\nTicket 12  21/11/2026 18:42\nPAIN COMPLET          3,20\n"
        b"TOTAL                 3,20\nESPECES               3,20\n\x1dV\x00"
    )
    params = {"profile": "default", "country": "FR", "reads": False}
    strip = understand(params, job).parts[1].decode()
    line = next(each for each in strip.split("<div ") if "PAIN COMPLET" in each)
    assert 'class="strip-line strip-first' in line
    assert strip.count("strip-first") == 1
