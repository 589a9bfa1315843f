"""Other formats: what goes there comes back, as far as the format holds it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from agent.wire import arts_se, ekabs, schema_org
from agent.wire.arts_xml import MAX_CHARACTERS
from agent.wire.fiscal import Fiscal
from agent.wire.formats import FORMATS, paths
from agent.wire.holding import NotHeldError, gtin
from agent.wire.receipt import (
    Attachment,
    DocKind,
    Item,
    Merchant,
    Payment,
    Receipt,
    Vat,
)
from tests.wire.receipts import (
    FULL,
    HOSTILE,
    TSE_CODE,
    at_leisure,
    dates,
    maybe_dates,
    money,
    receipts,
)

SAMPLES = Path(__file__).with_name("arts_se")
PARIS = dt.timezone(dt.timedelta(hours=2))


@dataclass(frozen=True)
class Format:
    """A mapper, with its documents made text and back, as they travel."""

    kinds: frozenset[DocKind]
    write: Callable[[Receipt], str]
    read: Callable[[str], Receipt]
    projection: Callable[[Receipt], Receipt]


RIGS = {
    "EKaBS": Format(
        ekabs.KINDS,
        lambda receipt: json.dumps(ekabs.to_ekabs(receipt), allow_nan=False),
        lambda text: ekabs.from_ekabs(json.loads(text)),
        ekabs.projection,
    ),
    "ARTS-SE": Format(
        arts_se.KINDS,
        arts_se.to_arts_se,
        arts_se.from_arts_se,
        arts_se.projection,
    ),
    "schema.org": Format(
        schema_org.KINDS,
        lambda receipt: schema_org.script_text(schema_org.to_schema_org(receipt)),
        lambda text: schema_org.from_schema_org(json.loads(text)),
        schema_org.projection,
    ),
}
every_format = pytest.mark.parametrize("name", RIGS)


def test_every_format_has_a_rig() -> None:
    assert set(RIGS) == set(FORMATS)


@every_format
@at_leisure
@given(data=st.data())
def test_a_receipt_comes_back_as_its_projection(name: str, data: st.DataObject) -> None:
    rig = RIGS[name]
    kinds = st.sampled_from(sorted(rig.kinds))
    dated = dates if name == "EKaBS" else maybe_dates
    receipt = data.draw(receipts(kinds, dated, money))
    held = rig.projection(receipt)
    assert rig.read(rig.write(receipt)) == held
    if name != "EKaBS":  # whose TSE block needs the code, which does not come back
        assert rig.projection(held) == held


@every_format
def test_the_table_says_what_comes_back(name: str) -> None:
    """A field is in it if and only if a value of it came through unchanged."""
    rig, held = RIGS[name], FORMATS[name]
    back = rig.read(rig.write(FULL))
    assert set(held) <= set(paths(Receipt))
    through = {
        path
        for path in paths(Receipt)
        if path != "schema_version" and _told(back, path) and _same(back, path)
    }
    assert through == set(held)


def _told(receipt: Receipt, path: str) -> set[str]:
    """What was set on purpose, of all that stands at a path."""
    return {value for value, default in _at(receipt, path.split(".")) if not default}


def _same(back: Receipt, path: str) -> bool:
    return bool(_told(back, path) & _told(FULL, path))


def _at(value: Any, path: list[str]) -> Iterator[tuple[str, bool]]:
    if isinstance(value, tuple):
        for each in value:
            yield from _at(each, path)
    elif isinstance(value, BaseModel):
        name, *rest = path
        inner = getattr(value, name)
        if rest:
            yield from _at(inner, rest)
        elif inner is not None:
            field = type(value).model_fields[name]
            default = not field.is_required() and inner == field.get_default()
            yield repr(inner), default


@every_format
@pytest.mark.parametrize("kind", DocKind)
def test_only_receipts_are_written(name: str, kind: DocKind) -> None:
    rig, receipt = RIGS[name], FULL.model_copy(update={"kind": kind})
    if kind in rig.kinds:
        assert rig.read(rig.write(receipt)) == rig.projection(receipt)
        return
    for refuse in (rig.write, rig.projection):
        with pytest.raises(NotHeldError):
            refuse(receipt)


@every_format
@pytest.mark.parametrize(
    "update",
    [
        {"total": 10**15},
        {"total": -(10**40)},
        {"currency": "<b>"},
        {"currency": ""},
        {"currency": "eur"},
        {"items": (Item(label="x", amount=1, quantity=Decimal("1E+999999")),)},
        {"items": (Item(label="x", amount=1, quantity=Decimal("1E-999999")),)},
        {"items": (Item(label="x", amount=10**30),)},
    ],
)
def test_what_would_be_rounded_is_refused(name: str, update: dict[str, Any]) -> None:
    update = {"kind": DocKind.SALE, **update}
    if "items" in update and name == "EKaBS":  # it needs a price to have a quantity
        priced = update["items"][0].model_copy(update={"unit_price": 1})
        update["items"] = (priced.model_copy(update={"vat_rate": 550}),)
    with pytest.raises(NotHeldError):
        RIGS[name].write(FULL.model_copy(update=update))


@pytest.mark.parametrize("minor", [0, 1, -1, 10, 99, 101, 999_999_999_999_999])
@pytest.mark.parametrize("currency", ["EUR", "JPY", "TND"])
def test_money_becomes_a_number_and_back_to_the_unit(minor: int, currency: str) -> None:
    receipt = FULL.model_copy(
        update={"total": minor, "currency": currency, "items": (), "vat": ()}
    )
    for name in ("EKaBS", "schema.org"):
        rig = RIGS[name]
        assert rig.read(rig.write(receipt)).total == minor


@every_format
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(name: str, text: str) -> None:
    calm, rig = FULL.model_copy(update={"lines": ("x",)}), RIGS[name]
    hostile = calm.model_copy(
        update={
            "number": text,
            "merchant": Merchant(name=text, address=(text,), siret=text),
            "items": (Item(label=text, amount=1, sku=text),),
            "payments": (Payment(kind="card", label=text, amount=1),),
            "vat": (Vat(code=text),),
            "lines": (text,),
            "attachments": (Attachment(kind=DocKind.CARD_SLIP, lines=(text,)),),
        }
    )
    written = rig.write(hostile)
    if name != "EKaBS":  # JSON is no markup
        assert "<script" not in written
        assert "<!DOCTYPE" not in written
    assert rig.read(written) == rig.projection(hostile)


# --- EKaBS ------------------------------------------------------------------------


@pytest.mark.parametrize("update", [{"date": None}, {"total": None}])
def test_ekabs_takes_no_receipt_without_day_or_total(update: dict[str, Any]) -> None:
    receipt = FULL.model_copy(update=update)
    for refuse in (ekabs.to_ekabs, ekabs.projection):
        with pytest.raises(NotHeldError):
            refuse(receipt)


def test_the_example_of_the_sdk_is_read() -> None:
    """From the README of epap-app/receipt-api-sdk (MIT)."""
    receipt = ekabs.from_ekabs(
        {
            "version": "1.0.0",
            "type": "INVOICE",
            "cash_register": {"serial_number": "YOUR CASH REGISTER SERIAL NUMBER"},
            "head": {"date": "2022-10-04T10:40:54.707Z", "number": "17"},
            "data": {
                "currency": "EUR",
                "full_amount_incl_vat": 3.5,
                "payment_types": [{"name": "CASH", "amount": 3.5}],
                "lines": [{"text": "Coffee"}],
                "vat_amounts": [],
            },
        }
    )
    assert (receipt.number, receipt.total, receipt.date) == (
        "17",
        350,
        dt.date(2022, 10, 4),
    )
    assert receipt.items == ()  # a line without a price is none


def test_other_shapes_of_an_ekabs_line_are_read() -> None:
    document = ekabs.to_ekabs(FULL)
    document["data"]["lines"] = [
        {
            "text": "Menü",
            "vat_amounts": [
                {"percentage": 19, "incl_vat": 3.5},
                {"percentage": 7, "excl_vat": 1, "vat": 0.07},
            ],
        },
        {
            "text": "E10",
            "item": {
                "number": "",
                "gtin": "none",
                "quantity": 37.5,
                "price_per_unit": 1.929,
            },
        },
    ]
    menu, fuel = ekabs.from_ekabs(document).items
    assert (menu.amount, menu.vat_rate) == (457, None)
    # The price of a litre has parts of a cent, so it is left out.
    assert (fuel.amount, fuel.unit_price, fuel.gtin) == (7234, None, None)


def test_the_zone_of_the_till_is_written_and_its_clock_read() -> None:
    document = ekabs.to_ekabs(FULL, zone=PARIS)
    assert document["head"]["date"] == "2026-07-13T17:40:00+02:00"
    assert ekabs.from_ekabs(document).time == dt.time(17, 40)


@pytest.mark.parametrize(
    "code", [None, "", "V0;", TSE_CODE.replace("V0", "V1"), TSE_CODE.replace("60", "x")]
)
def test_no_tse_block_is_made_up(code: str | None) -> None:
    fiscal = Fiscal(regime="tse", device="d4c1", code=code)
    receipt = FULL.model_copy(update={"fiscal": fiscal})
    assert "security" not in ekabs.to_ekabs(receipt)
    assert ekabs.projection(receipt).fiscal is None


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"version": "2.0.0"},
        {"data": {}},
        {
            "misc": {
                "additional_receipts": [{"content_type": "text/plain", "content": "*"}]
            }
        },
    ],
)
def test_what_is_no_ekabs_is_refused(wrong: dict[str, Any]) -> None:
    document = {**ekabs.to_ekabs(FULL), **wrong} if wrong else {}
    with pytest.raises(ValueError, match=r".") as refused:
        ekabs.from_ekabs(document)
    assert "CARTE" not in str(refused.value)


# --- ARTS -------------------------------------------------------------------------


def test_the_swedish_sample_of_a_sale_is_read() -> None:
    text = (SAMPLES / "swe-standard-dr-sale.xml").read_text("utf-8")
    receipt = arts_se.from_arts_se(text)
    assert (receipt.kind, receipt.currency, receipt.total) == (
        DocKind.SALE,
        "SEK",
        55800,
    )
    assert receipt.merchant.address == ("Stortorget 278", "11100 Köpstad")
    assert receipt.merchant.siret == "1122334444"
    tow, headset, boots, bag = receipt.items
    assert (tow.label, tow.amount, tow.unit_price) == (
        "Bogserlina med krokar",
        13800,
        6900,
    )
    assert (tow.sku, tow.vat_rate) == ("608794", 2500)
    assert headset.amount + boots.amount + bag.amount == 44550
    assert receipt.vat == (Vat(rate=2500, net=44680, vat=11170, gross=55850),)
    assert [(paid.kind, paid.amount) for paid in receipt.payments] == [
        ("gift_card", 50300),
        ("cash", 5550),
    ]


def test_the_swedish_sample_of_a_return_is_read() -> None:
    text = (SAMPLES / "swe-standard-dr-return.xml").read_text("utf-8")
    receipt = arts_se.from_arts_se(text)
    assert [item.amount for item in receipt.items] == [-4900]
    assert receipt.total == -4900
    assert receipt.links.returns_of == "cd5d49f0-56e8-11e1-b86c-0800200c9a66"
    assert [paid.amount for paid in receipt.payments] == [-4900]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<",
        "<a/>",
        '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
        '<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        '<DigitalReceipt xmlns="http://www.nrf-arts.org/IXRetail/namespace/"/>',
        "<a>" * (MAX_CHARACTERS // 3 + 1),
    ],
)
def test_what_is_no_digital_receipt_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        arts_se.from_arts_se(text)


def test_a_digital_receipt_with_a_doctype_is_refused_for_it() -> None:
    text = f"<!DOCTYPE x>{arts_se.to_arts_se(FULL)}"
    with pytest.raises(ValueError, match="a document type is not read"):
        arts_se.from_arts_se(text)


@pytest.mark.parametrize(
    ("put", "instead"),
    [
        (">004217<", "><"),
        (">1<", ">many<"),
        (">5.5<", ">lots<"),
        (">-6.90<", ">NaN<"),
        (">-0.312<", ">some<"),
        (">card_slip<", ">love_letter<"),
        ("text/plain", "image/png"),
        ('Name="regime">tse<', 'Name="regime">nf203<'),
    ],
)
def test_a_value_that_says_nothing_is_absent(put: str, instead: str) -> None:
    text = arts_se.to_arts_se(FULL)
    assert put in text
    assert arts_se.from_arts_se(text.replace(put, instead)).merchant.name


def test_amounts_are_written_with_their_currency_and_without_sign() -> None:
    root = ET.fromstring(arts_se.to_arts_se(FULL))
    amounts = [at for at in root.iter() if at.tag.endswith("Amount")]
    assert len(amounts) == 7
    for amount in amounts:
        assert amount.get("Currency") == "CHF"
        assert not (amount.text or "-").startswith("-")


def test_an_amount_above_what_arts_has_is_refused() -> None:
    item = Item(label="x", amount=10_000_000_000)
    with pytest.raises(NotHeldError):
        arts_se.to_arts_se(FULL.model_copy(update={"items": (item,)}))


# --- schema.org -------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_ends_the_script_that_it_stands_in(text: str) -> None:
    written = schema_org.script_text({"name": text})
    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == {"name": text}


def test_an_order_in_another_state_is_unknown() -> None:
    order = {**schema_org.to_schema_org(FULL), "orderStatus": "OrderInTransit"}
    assert schema_org.from_schema_org(order).kind is DocKind.UNKNOWN


@pytest.mark.parametrize(
    "wrong",
    [{"@type": "Recipe"}, {"price": "0.001"}, {"price": "NaN"}, {"orderDate": "x"}],
)
def test_what_is_no_order_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        schema_org.from_schema_org({**schema_org.to_schema_org(FULL), **wrong})


def test_an_offer_without_a_price_is_no_line() -> None:
    order = {**schema_org.to_schema_org(FULL), "acceptedOffer": [{"@type": "Offer"}]}
    assert schema_org.from_schema_org(order).items == ()


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨"])
def test_other_digits_are_no_article_number(text: str) -> None:
    assert gtin(text) is None
