"""Receipts of every shape, for Hypothesis: ``receipts()``, and one with every field.

Texts are hostile: markup, control characters, line breaks, other scripts.  Amounts stay
below a hundred million minor units, as every format can hold; that more is refused has
tests of its own.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from agent.wire.ekabs import CHANGE
from agent.wire.fiscal import Fiscal, Regime
from agent.wire.loyalty import Balance, BalanceRole, Loyalty
from agent.wire.receipt import (
    Attachment,
    Code,
    CodeRole,
    Copy,
    Discount,
    DocKind,
    Equation,
    Item,
    ItemKind,
    Level,
    Links,
    Mention,
    Merchant,
    Payment,
    PaymentKind,
    Picture,
    Reading,
    Receipt,
    Vat,
    Verdict,
)

at_leisure = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
"""A whole receipt is some two hundred choices, 20 ms of them."""

TSE_CODE = (
    "V0;ARC1234;Kassenbeleg-V1;Beleg^3.50_0.00_0.00_0.00_0.00^3.50:Bar;60;1326;"
    "2020-06-16T10:58:12.000Z;2020-06-16T10:58:13.000Z;ecdsa-plain-SHA384;unixTime;"
    "Y6QLrsGBeB80wgNVp1EYrMR+vKO=;BHhWOeisRpPBTGQ1W4VUH95TXx2GARf8e2NYZXJoInjtGqnx"
)
HOSTILE = (
    "<script>alert(1)</script>",
    '" onload="x',
    "]]>&amp;<!DOCTYPE x [<!ENTITY e 'e'>]>",
    "a\r\nb\rc\nd",
    "\x00\x1b[31m\x07",
    "\u202e24,71\u2066",
    "\ufffe\uffff",
    "\t  \x85\u2028",
    "مقهى",
    CHANGE,
)

words = st.sampled_from((*HOSTILE, "", "CB", "75010 PARIS")) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=6
)
maybe_words = st.none() | words
money = st.integers(-99_999_999, 99_999_999)
maybe_money = st.none() | money
counts = st.none() | st.integers(0, 9_999)
quantities = st.none() | st.decimals(
    -9_999, 9_999, places=3, allow_nan=False, allow_infinity=False
)
rates = st.none() | st.sampled_from([0, 210, 550, 1000, 1925, 2000, 10_000])
gtins = st.none() | st.from_regex(r"[0-9]{8}(?:[0-9]{4,6})?", fullmatch=True).filter(
    str.isascii
)
kinds = st.sampled_from(DocKind)
dates = st.dates(dt.date(1900, 1, 1))
maybe_dates = st.none() | dates
texts = st.lists(words, max_size=3).map(tuple)
towns = st.tuples(words, st.sampled_from(["75010 PARIS", "1000 Bruxelles", "12 x"]))


def _many(each: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[Any]:
    return st.lists(each, max_size=most).map(tuple)


merchants = st.builds(
    Merchant,
    name=maybe_words,
    address=texts | towns,
    phone=maybe_words,
    siret=maybe_words,
    vat_id=maybe_words,
    naf=maybe_words,
    rcs=maybe_words,
    country=st.none() | st.sampled_from(["FR", "DE", "SE", "XK"]),
)
items = st.builds(
    Item,
    label=words,
    amount=money,
    kind=st.sampled_from(get_args(ItemKind)),
    quantity=quantities,
    unit=st.none() | st.sampled_from(["kg", "KG", "l", "m2", "pce"]) | words,
    unit_price=maybe_money,
    unit_price_exact=quantities,
    vat_code=maybe_words,
    vat_rate=rates,
    gtin=gtins,
    sku=maybe_words,
    discounts=_many(st.builds(Discount, amount=money, label=maybe_words), 2),
)


@st.composite
def _sold(draw: st.DrawFn) -> tuple[Item, ...]:
    """Lines, some of which belong to another."""
    lines = draw(st.lists(items, max_size=4))
    owners = st.none() | st.integers(0, max(0, len(lines) - 1))
    return tuple(line.model_copy(update={"of": draw(owners)}) for line in lines)


fiscals = st.builds(
    Fiscal,
    regime=st.none() | st.sampled_from(get_args(Regime)),
    number=maybe_words,
    device=maybe_words,
    signature=maybe_words,
    certificate=maybe_words,
    software=maybe_words,
    software_version=maybe_words,
    line_count=counts,
    print_count=counts,
    code=st.just(TSE_CODE) | maybe_words,
)
balances = st.builds(
    Balance,
    label=words,
    text=words,
    role=st.sampled_from(get_args(BalanceRole)),
    amount=maybe_money,
    points=counts,
)
PICTURE = Picture(width=1, height=1, png="iVBORw0KGgo=")


def receipts(
    kind: st.SearchStrategy[DocKind] = kinds,
    date: st.SearchStrategy[dt.date | None] = maybe_dates,
    total: st.SearchStrategy[int | None] = maybe_money,
) -> st.SearchStrategy[Receipt]:
    """Any receipt; without arguments also such as no format holds."""
    return st.builds(
        Receipt,
        kind=kind,
        confidence=st.floats(0, 1),
        kind_evidence=st.sampled_from([(), ("sums_close", "headline:sale")]),
        copy_mark=st.none() | st.builds(Copy, number=counts),
        merchant=merchants,
        number=maybe_words,
        store=maybe_words,
        till=maybe_words,
        operator=maybe_words,
        date=date,
        time=st.none() | st.just(dt.time()) | st.times(),
        currency=st.sampled_from(["EUR", "CHF", "JPY", "TND"]),
        items=_sold(),
        subtotal=maybe_money,
        discount_total=maybe_money,
        rounding=maybe_money,
        total=total,
        vat=_many(
            st.builds(
                Vat,
                rate=rates,
                code=maybe_words,
                net=maybe_money,
                vat=maybe_money,
                gross=maybe_money,
            )
        ),
        payments=_many(
            st.builds(
                Payment,
                kind=st.sampled_from(get_args(PaymentKind)),
                label=words,
                amount=money,
            )
        ),
        change=maybe_money,
        item_count=counts,
        line_count=counts,
        loyalty_card=maybe_words,
        loyalty=st.none()
        | st.builds(
            Loyalty,
            programme=maybe_words,
            balances=_many(balances),
            savings=maybe_money,
        ),
        fiscal=st.none() | fiscals,
        links=st.builds(
            Links,
            annuls=maybe_words,
            annulled_by=maybe_words,
            modifies=maybe_words,
            returns_of=maybe_words,
        ),
        codes=_many(
            st.builds(
                Code,
                system=words,
                text=words,
                role=st.sampled_from(get_args(CodeRole)),
            )
        ),
        mentions=_many(st.sampled_from(get_args(Mention))),
        attachments=_many(st.builds(Attachment, kind=kinds, lines=texts), 2),
        lines=texts,
        reading=st.none() | st.just(Reading(engine="tesseract", confidence=0.9)),
        picture=st.none() | st.just(PICTURE),
        verdict=st.builds(
            Verdict,
            level=st.sampled_from(Level),
            equations=_many(st.builds(Equation, name=words, holds=st.booleans()), 2),
        ),
    )


FULL = Receipt(
    kind=DocKind.REFUND,
    confidence=0.9,
    kind_evidence=("headline:refund",),
    copy_mark=Copy(number=2),
    merchant=Merchant(
        name="Le Petit Marché",
        address=("12 rue des Lilas", "75010 PARIS"),
        phone="01 02 03 04 05",
        siret="90012345600015",
        vat_id="FR87900123456",
        naf="4711D",
        rcs="RCS Paris 900 123 456",
        country="FR",
    ),
    number="004217",
    store="S0042",
    till="3",
    operator="Nadia",
    date=dt.date(2026, 7, 13),
    time=dt.time(17, 40),
    currency="CHF",
    items=(
        Item(
            label="Comté",
            amount=-741,
            quantity=Decimal("-0.312"),
            unit="kg",
            unit_price=2375,
            unit_price_exact=Decimal("2374.6"),
            vat_code="A",
            vat_rate=550,
            gtin="3017620422003",
            sku="10427",
            discounts=(Discount(amount=-59, label="fidélité"),),
        ),
        Item(label="Remise", amount=50, kind="discount", vat_rate=550, of=0),
    ),
    subtotal=-691,
    discount_total=-109,
    rounding=1,
    total=-690,
    vat=(Vat(rate=550, code="A", net=-654, vat=-36, gross=-690),),
    payments=(Payment(kind="card", label="CB", amount=-700),),
    change=10,
    item_count=1,
    line_count=2,
    loyalty_card="2094000012345",
    loyalty=Loyalty(
        programme="Club",
        balances=(
            Balance(label="Solde", text="1,20", role="after", amount=120, points=12),
        ),
        savings=109,
    ),
    fiscal=Fiscal(
        regime="tse",
        number="60",
        device="d4c1",
        signature="Y6QLrsGBeB80wgNVp1EYrMR+vKO=",
        certificate="0247",
        software="Kasse",
        software_version="2.1",
        line_count=2,
        print_count=1,
        code=TSE_CODE,
    ),
    links=Links(annuls="1", annulled_by="2", modifies="3", returns_of="4"),
    codes=(Code(system="EAN13", text="3017620422003", role="receipt"),),
    mentions=("guarantee", "exchange"),
    attachments=(Attachment(kind=DocKind.CARD_SLIP, lines=("CARTE BANCAIRE", "CB")),),
    lines=("LE PETIT MARCHE", "TOTAL"),
    reading=Reading(engine="tesseract 5.3.0", confidence=0.97, doubtful=(1,)),
    picture=PICTURE,
    verdict=Verdict(
        level=Level.V2, equations=(Equation(name="A1", holds=True, gap=1),)
    ),
)
"""Every field of the model is set, and not to its default."""
