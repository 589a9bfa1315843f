"""Whatever a receipt says comes back out of its symbol; whoever its customer is does not."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.qr.decode import Decoded, Problem, Trust, decode, inflated, opened
from agent.qr.discreet import held
from agent.qr.encode import (
    COMFORTABLE,
    Coded,
    Detail,
    Issuer,
    Refused,
    Unsigned,
    Why,
    encode,
    reduced,
    unsigned,
)
from agent.qr.symbol import TARGETS, TargetName
from agent.receipt.read import from_text
from agent.wire.fiscal import Fiscal
from agent.wire.loyalty import Balance, Loyalty
from agent.wire.receipt import (
    Attachment,
    Code,
    Copy,
    Discount,
    DocKind,
    Item,
    Level,
    Links,
    Merchant,
    Payment,
    Picture,
    Reading,
    Receipt,
    Vat,
    Verdict,
)
from hardware_sim.papers.generate import generate
from tests.qr import rig
from tests.qr.make_vectors import FILE, coded, problems

VECTORS = json.loads(FILE.read_text())
words = st.text(max_size=24)
some = st.none() | words
money = st.integers(-(2**40), 2**40)
quantities = (
    st.none() | st.decimals(-999, 9999, places=3) | st.integers(0, 99).map(Decimal)
)
items = st.builds(
    Item,
    label=words,
    amount=money,
    kind=st.sampled_from(["item", "discount", "deposit", "void", "fee"]),
    quantity=quantities,
    unit=st.sampled_from([None, "kg", "L", "pièces"]),
    unit_price=st.none() | money,
    unit_price_exact=st.none() | st.decimals(0, 999, places=2),
    vat_code=st.sampled_from([None, "A", "B", "T2"]),
    vat_rate=st.sampled_from([None, 0, 550, 2000]),
    gtin=st.sampled_from(
        [None, "4006381333931", "96385074", "036000291452", "1234567890128"]
    ),
    discounts=st.lists(st.builds(Discount, amount=money, label=some), max_size=2).map(
        tuple
    ),
)
rows = st.builds(
    Vat,
    rate=st.none() | st.integers(-100, 3000),
    code=st.none() | st.sampled_from(["A", "B"]),
    net=st.none() | money,
    vat=st.none() | money,
    gross=st.none() | money,
)


def linked(lines: list[Item]) -> tuple[Item, ...]:
    """Every third line belongs to the one before, every seventh to the first."""

    def of(at: int) -> int | None:
        if at and at % 3 == 0:
            return at - 1
        return 0 if at and at % 7 == 0 else None

    return tuple(
        line.model_copy(update={"of": of(at)}) for at, line in enumerate(lines)
    )


receipts = st.builds(
    Receipt,
    kind=st.sampled_from([k for k in DocKind if "slip" not in k.value]),
    copy_mark=st.none() | st.builds(Copy, number=st.none() | st.integers(1, 9)),
    merchant=st.builds(
        Merchant, name=some, address=st.lists(words, max_size=2).map(tuple), siret=some
    ),
    number=some,
    store=some,
    till=some,
    operator=some,
    date=st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)),
    time=st.none() | st.times(),
    currency=st.sampled_from(["EUR", "CHF", "JPY"]),
    items=st.lists(items, max_size=9).map(linked),
    subtotal=st.none() | money,
    rounding=st.none() | money,
    discount_total=st.none() | money,
    total=st.none() | money,
    vat=st.lists(rows, max_size=3).map(tuple),
    payments=st.lists(
        st.builds(
            Payment,
            kind=st.sampled_from(["card", "cash", "other"]),
            label=words,
            amount=money,
        ),
        max_size=3,
    ).map(tuple),
    change=st.none() | money,
    item_count=st.none() | st.integers(0, 99),
    line_count=st.none() | st.integers(0, 99),
    fiscal=st.none()
    | st.builds(
        Fiscal,
        regime=st.sampled_from([None, "nf525", "tse"]),
        signature=some,
        software=some,
    ),
    links=st.builds(Links, annuls=some, returns_of=some),
    codes=st.just(()) | st.just((Code(system="CODE128", text="291", role="receipt"),)),
    mentions=st.sets(st.sampled_from(["guarantee", "training", "modifies"])).map(tuple),
    lines=st.lists(words, max_size=5).map(tuple),
    verdict=st.builds(Verdict, level=st.sampled_from(list(Level))),
)


def read(url: str) -> Decoded:
    found = decode(url, rig.LIST, rig.DICTIONARIES, rig.verifies)
    assert isinstance(found, Decoded), found
    return found


@settings(max_examples=300, deadline=None)
@given(receipts, st.booleans())
def test_what_a_symbol_holds_comes_back_exactly(
    receipt: Receipt, dictionary: bool
) -> None:
    made = encode(
        receipt, rig.issuer(dictionary=dictionary), TARGETS["screen"], rig.TOKEN
    )
    if isinstance(made, Refused):
        assert made.why in {Why.TOO_LARGE, Why.BUYER}
        return
    found = read(made.url)
    if made.left is None:
        want = reduced(held(receipt), made.detail)
        if want.merchant == Merchant():
            want = want.model_copy(update={"merchant": rig.SHOP})
        assert found.receipt == want
    assert held(found.receipt) == found.receipt


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_vectors_read_as_they_were_written(case: dict[str, Any]) -> None:
    found = decode(case["url"], rig.LIST, rig.DICTIONARIES, rig.verifies)
    if isinstance(found, Problem):
        assert found.value == case["problem"]
        return
    assert found.trust.value == case["trust"]
    assert found.receipt == Receipt.model_validate(case["receipt"])
    left = found.left and {"at": found.left.at, "lines": found.left.lines}
    assert left == case["left"]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 255))
def test_a_strangers_bytes_are_a_problem_or_a_receipt(raw: bytes, first: int) -> None:
    from tests.qr.make_vectors import forged

    found = decode(forged(raw, first=first), rig.LIST, rig.DICTIONARIES, rig.verifies)
    assert isinstance(found, Problem | Decoded)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_an_answer(address: str) -> None:
    found = decode(address, rig.LIST, rig.DICTIONARIES, rig.verifies)
    assert isinstance(found, Problem)


def test_every_changed_figure_is_noticed() -> None:
    url = coded(rig.paper(7, "bakery", "FR"), rig.issuer()).url
    start = len(rig.PREFIX)
    for at in range(start, len(url), 7):
        other = url[:at] + str((int(url[at]) + 1) % 10) + url[at + 1 :]
        found = decode(other, rig.LIST, rig.DICTIONARIES, rig.verifies)
        believed = isinstance(found, Decoded) and found.trust is Trust.VERIFIED
        assert not believed


def test_a_bomb_is_stopped_before_it_is_large() -> None:
    around = opened(problems()["a bomb"])
    assert not isinstance(around, Problem)
    assert inflated(around.packed, b"") is Problem.TOO_LARGE


# --- nobody in it -----------------------------------------------------------------

SECRETS = (
    "3010001234567",
    "jean.dupont@example.fr",
    "06 12 34 56 78",
    "4970101122334455",
    "DUPONT/JEAN",
    "Mme Martin",
    "123,45 points",
)
NOSY = (
    "AU PANIER",
    "Tel 04 00 00 00 00",
    "Carte fidélité 3010001234567",
    "Client : Mme Martin",
    "jean.dupont@example.fr",
    "Portable 06 12 34 56 78",
    "CB **** **** **** 4455",
    "4970 1011 2233 4455",
    "DUPONT/JEAN",
    "PAIN                 1,20",
    "TOTAL                1,20",
    "ARQC 0011223344556677",
)


def nosy(level: Level) -> Receipt:
    return Receipt(
        kind=DocKind.SALE,
        merchant=Merchant(name="AU PANIER", phone="04 00 00 00 00"),
        total=120,
        items=(
            Item(label="PAIN jean.dupont@example.fr 3010001234567", amount=120),
            Item(label="RETRAIT 4970101122334455 06 12 34 56 78", amount=0),
        ),
        payments=(Payment(kind="card", label="CB 4970101122334455", amount=120),),
        loyalty_card="3010001234567",
        loyalty=Loyalty(
            programme="Club de Mme Martin",
            balances=(Balance(label="Solde", text="123,45 points"),),
        ),
        codes=(
            Code(system="EAN13", text="3010001234567", role="loyalty"),
            Code(
                system="QR",
                text="https://x.example/jean.dupont@example.fr",
                role="link",
            ),
        ),
        attachments=(Attachment(kind=DocKind.CARD_SLIP, lines=("DUPONT/JEAN",)),),
        lines=NOSY,
        verdict=Verdict(level=level),
    )


@pytest.mark.parametrize("level", list(Level))
def test_no_customer_is_in_a_symbol(level: Level) -> None:
    found = read(coded(nosy(level), rig.issuer(dictionary=False)).url).receipt
    said = found.model_dump_json()
    squeezed = "".join(said.split())
    for secret in SECRETS:
        assert secret not in said
        assert "".join(secret.split()) not in squeezed
    assert "4455" not in squeezed
    assert "PAIN" in said


def test_the_shops_own_telephone_and_the_goods_stay() -> None:
    found = read(coded(nosy(Level.V0), rig.issuer()).url).receipt
    assert found.lines == (
        "AU PANIER",
        "Tel 04 00 00 00 00",
        "PAIN                 1,20",
        "TOTAL                1,20",
    )


def test_no_loyalty_card_of_a_made_up_paper_is_in_its_symbol() -> None:
    seen = 0
    for seed in range(160):
        paper = generate(seed, broken="total" if seed % 2 else None)
        card = "".join(filter(str.isdigit, str(paper.truth.get("loyalty") or "")))
        if len(card) < 8:
            continue
        seen += 1
        receipt = from_text(paper.lines, country=paper.country)
        told = held(receipt).model_dump_json()
        assert card not in "".join(filter(str.isalnum, told)), seed
    assert seen > 15


def test_a_number_of_the_till_that_looks_like_a_telephone_stays() -> None:
    receipt = nosy(Level.V2).model_copy(update={"number": "0612345678", "till": "02"})
    found = read(coded(receipt, rig.issuer()).url).receipt
    assert (found.number, found.till) == ("0612345678", "02")


def test_a_card_slip_and_a_picture_get_no_symbol() -> None:
    dots = Picture(width=8, height=8, png="iVBORw0KGgoAAAA")
    reading = Reading(engine="x", confidence=0.5)
    for receipt, why in (
        (Receipt(kind=DocKind.CARD_SLIP), Why.SLIP),
        (Receipt(kind=DocKind.MERCHANT_SLIP), Why.SLIP),
        (Receipt(kind=DocKind.SALE, picture=dots), Why.PICTURE),
        (Receipt(kind=DocKind.SALE, reading=reading), Why.PICTURE),
        (Receipt(kind=DocKind.INVOICE, lines=("12 impasse des Essais",)), Why.BUYER),
        (Receipt(items=(Item(label="x", amount=2**60),)), Why.NUMBERS),
        (Receipt(total=1, item_count=2**60), Why.NUMBERS),
    ):
        made = encode(receipt, rig.issuer(), TARGETS["screen"], rig.TOKEN)
        assert made == Refused(why)


# --- what goes when it does not fit -------------------------------------------------


def many(count: int) -> Receipt:
    """Incompressible, as far as goods go."""
    from hashlib import sha256

    lines = tuple(
        Item(
            label=sha256(str(at).encode()).hexdigest()[:20].upper(),
            amount=300 + at,
            quantity=Decimal("1.234"),
            unit="kg",
            unit_price=777 + 7 * at,
            gtin="4006381333931",
        )
        for at in range(count)
    )
    return Receipt(
        kind=DocKind.SALE,
        items=lines,
        total=sum(line.amount for line in lines),
        verdict=Verdict(level=Level.V2),
    )


@pytest.mark.parametrize("target", list(TARGETS))
def test_article_numbers_go_first_then_prices_then_lines(target: TargetName) -> None:
    seen = []
    for count in range(1, 90):
        made = coded(many(count), rig.issuer(), target)
        found = read(made.url)
        kept = found.receipt.items
        assert found.receipt.total == many(count).total
        assert made.fit.version <= TARGETS[target].largest
        if made.left is None:
            assert len(kept) == count
            assert found.token in {None, rig.TOKEN}
        else:
            assert (found.left, found.token) == (made.left, rig.TOKEN)
            assert made.left.lines == count
            assert len(kept) == made.left.at < count
        assert any(line.gtin for line in kept) == (made.detail is Detail.FULL)
        assert any(line.unit_price for line in kept) == (made.detail < Detail.NO_PRICES)
        seen.append((made.detail, made.left is not None))
    assert seen == sorted(seen)
    assert set(seen) == {
        (Detail.FULL, False),
        (Detail.NO_GTINS, False),
        (Detail.NO_PRICES, False),
        (Detail.NO_PRICES, True),
    }


@pytest.mark.parametrize("target", list(TARGETS))
def test_the_pages_token_comes_along_where_no_module_is_too_small_for_it(
    target: TargetName,
) -> None:
    came = []
    for count in range(1, 40):
        made = coded(many(count), rig.issuer(), target)
        bare = unsigned(many(count), rig.issuer().letterhead, TARGETS[target], b"")
        assert isinstance(bare, Unsigned)
        assert made.fit.module >= min(bare.fit.module, COMFORTABLE)
        came.append(read(made.url).token)
    assert came.count(rig.TOKEN) > len(came) * 3 // 4
    assert None in came


def test_one_more_line_would_not_have_fitted() -> None:
    made = coded(many(80), rig.issuer(), "roll58")
    assert made.left is not None
    whole = many(made.left.at + 1).model_copy(update={"total": many(80).total})
    bare = reduced(whole, Detail.NO_PRICES)
    tight = replace(rig.issuer(), prefix=rig.PREFIX + "x" * 18)
    assert coded(bare, tight, "roll58").left is not None


def test_text_that_is_too_long_loses_its_middle() -> None:
    printed = tuple(f"{at:03d} {hash_of(at)}" for at in range(120))
    receipt = Receipt(kind=DocKind.SALE, lines=printed, total=5)
    lines = held(receipt).lines
    made = coded(receipt, rig.issuer())
    found = read(made.url)
    assert made.left is not None
    told = found.receipt.lines
    assert told == lines[: made.left.at] + lines[made.left.at + made.left.lines :]
    assert told[0] == lines[0]
    assert told[-1] == lines[-1]


def hash_of(at: int) -> str:
    from hashlib import sha256

    return sha256(bytes([at])).hexdigest()[:24]


def test_a_receipt_that_cannot_fit_at_all_is_refused() -> None:
    whole = Receipt(
        kind=DocKind.SALE,
        fiscal=Fiscal(code="".join(hash_of(at) for at in range(90))),
        verdict=Verdict(level=Level.V2),
    )
    made = encode(whole, rig.issuer(), TARGETS["roll58"], rig.TOKEN)
    assert made == Refused(Why.TOO_LARGE)


def test_the_shop_is_told_only_where_the_list_does_not_have_it() -> None:
    receipt = rig.paper(119, land="FR")
    inline = coded(receipt, rig.issuer())
    listed = coded(receipt, rig.issuer(listed=True))
    assert listed.body_bytes < inline.body_bytes
    assert read(inline.url).receipt.merchant == held(receipt).merchant
    assert read(listed.url).receipt.merchant == rig.SHOP


def test_an_issuer_can_sign_with_either_algorithm() -> None:
    for signer in (rig.TILL, rig.EDWARDS):
        issuer = Issuer(rig.PREFIX, signer)
        made = encode(
            rig.paper(7, "bakery", "FR"), issuer, TARGETS["screen"], rig.TOKEN
        )
        assert isinstance(made, Coded)
        assert read(made.url).trust is Trust.VERIFIED
