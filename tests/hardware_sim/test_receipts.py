from __future__ import annotations

from datetime import datetime

import pytest

from hardware_sim import hand_bytes, library_bytes
from hardware_sim.goods import SHOPS, Trade, ean13, luhn_digit
from hardware_sim.office import DOCUMENTS
from hardware_sim.receipts import TRADES, basket, money, sale
from hardware_sim.sheet import Sheet, sheets_of
from hardware_sim.tickets import Kick, Ticket

WIDTH_DOTS = {42: 512, 48: 576}


def _printed(ticket: Ticket, raw: bytes) -> Sheet:
    (sheet,) = sheets_of(raw, WIDTH_DOTS[ticket.columns])
    return sheet


def _inked(sheet: Sheet) -> list[str]:
    return [line.strip() for line in sheet.lines if line.strip()]


@pytest.mark.parametrize("columns", [42, 48])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_two_generators_print_the_same_paper(name: str, columns: int) -> None:
    ticket = DOCUMENTS[name](7, columns, None)
    by_library = _printed(ticket, library_bytes.encode(ticket))
    by_hand = _printed(ticket, hand_bytes.encode(ticket))
    assert _inked(by_library) == _inked(by_hand)
    assert [s.data[-12:] for s in by_library.symbols] == [
        s.data[-12:] for s in by_hand.symbols
    ]


@pytest.mark.parametrize("columns", [42, 48])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_line_fits_the_paper(name: str, columns: int) -> None:
    ticket = DOCUMENTS[name](11, columns, None)
    typed = [line.rstrip() for line in ticket.text.splitlines()]
    printed = [
        line.strip() for line in _printed(ticket, hand_bytes.encode(ticket)).lines
    ]
    missing = [line for line in typed if line.strip() and line.strip() not in printed]
    assert not missing


@pytest.mark.parametrize("trade", TRADES)
def test_sums_close(trade: Trade) -> None:
    for seed in range(40):
        sold, truth = basket(trade, seed), sale(trade, seed).truth
        paid = sum(cents for _, cents in sold.payments) - sold.change_cents
        assert truth.total_cents == paid == sum(item.cents for item in sold.items)
        assert truth.total_cents == sum(
            row.net_cents + row.vat_cents for row in truth.vat
        )
        for row in truth.vat:
            assert abs(row.net_cents * row.permille / 1000 - row.vat_cents) <= 1


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_total_stands_on_the_paper(name: str) -> None:
    ticket = DOCUMENTS[name](5, 42, None)
    if ticket.truth.total_cents is None:
        assert "," not in ticket.text
    else:
        assert money(ticket.truth.total_cents) in ticket.text


def test_the_same_seed_is_the_same_ticket_and_another_one_is_not() -> None:
    assert sale("bakery", 3) == sale("bakery", 3)
    assert sale("bakery", 3) != sale("bakery", 4)


def test_a_ticket_can_be_dated_now() -> None:
    moment = datetime(2027, 3, 4, 10, 11)  # noqa: DTZ001 -- tills print local time
    assert "04/03/2027 10:11" in sale("supermarket", 1, 42, moment).text


def test_the_drawer_opens_for_cash_only() -> None:
    for seed in range(30):
        ticket = sale("bakery", seed)
        cash = any(name == "ESPECES" for name, _ in ticket.truth.payments)
        assert cash == any(isinstance(part, Kick) for part in ticket.parts)


def test_shops_are_well_formed_and_fictional() -> None:
    for shop in SHOPS.values():
        assert luhn_digit(shop.siren[:-1]) == shop.siren[-1]
        assert luhn_digit(shop.siret[:-1]) == shop.siret[-1]
        assert len(shop.siret) == 14
        assert shop.siren.startswith("00000")
        assert int(shop.vat_id[2:4]) == (12 + 3 * (int(shop.siren) % 97)) % 97


def test_check_digits_are_those_of_known_numbers() -> None:
    assert luhn_digit("7992739871") == "3"
    assert ean13("301762042200") == "3017620422003"


def test_duty_of_guarantee_is_said_on_durable_goods() -> None:
    assert "GARANTIE LEGALE DE CONFORMITE" in sale("diy", 2).text


def test_kitchen_orders_have_no_prices_and_refunds_are_negative() -> None:
    assert "€" not in DOCUMENTS["kitchen"](1, 42, None).text
    refund = DOCUMENTS["refund"](1, 42, None).truth
    assert refund.total_cents is not None
    assert refund.total_cents < 0
