"""Slips for every printer that python-escpos knows."""

from __future__ import annotations

import io
import logging
import re
from base64 import b64encode
from decimal import Decimal

import pytest
import zxingcpp
from PIL import Image

logging.getLogger().addHandler(logging.NullHandler())  # before escpos: see slips.py
from escpos.capabilities import CAPABILITIES  # noqa: E402 -- after the handler above
from escpos.codepages import CodePages  # noqa: E402 -- after the handler above

from agent.escpos.interpret import interpret  # noqa: E402 -- after the handler above
from agent.escpos.settings import Printer  # noqa: E402 -- after the handler above
from agent.letters.slips import SLIPS  # noqa: E402 -- after the handler above
from agent.paper.strip import Cut, Raster, Symbol  # noqa: E402 -- after the handler
from agent.paper.text import lines  # noqa: E402 -- after the handler above
from agent.wire.receipt import Item  # noqa: E402 -- after the handler above
from tests.letters.receipts import GROCER  # noqa: E402 -- after the handler above
from tests.star.printed import strip_of  # noqa: E402 -- after the handler above
from tests.star.printed import text as star_text  # noqa: E402 -- after the handler

INIT = b"\x1b@"
URL = "HTTPS://TICKET.EXAMPLE/R/ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PROFILES = sorted(CAPABILITIES["profiles"])
AT = "2026-11-21T18:43:00+01:00"
FIELDS: dict[str, dict[str, object]] = {
    "qr": {"url": URL, "shop": "Épicerie « Lucie »", "total": "42,17\u00a0€"},
    "duplicata": {"number": 2, "at": AT},
    "gift": {"receipt": GROCER.model_dump(mode="json"), "at": AT},
    "test": {"shop": "Épicerie Lucie", "till": "Caisse 2", "at": AT},
    "exit": {
        "receipt": GROCER.model_dump(mode="json"),
        "shop": "Épicerie Lucie",
        "at": AT,
    },
    "again": {"receipt": GROCER.model_dump(mode="json"), "number": 2, "at": AT},
}

AMOUNT = re.compile(r"\d+[.,]\d\d(?!\d)")


def slip(name: str, profile: str = "TM-T88V", **more: object) -> bytes:
    return SLIPS[name](profile, {**FIELDS[name], **more})


def words(raw: bytes, profile: str) -> str:
    """The text of a slip: code pages followed, other commands dropped."""
    pages = {
        int(slot): name
        for slot, name in CAPABILITIES["profiles"][profile]["codePages"].items()
    }
    table: dict[int, str] = {}
    out, at = "", 0
    while at < len(raw):
        byte = raw[at]
        if raw[at : at + 2] == b"\x1bt":
            table = _table(pages[raw[at + 2]])
            at += 3
        elif byte in (0x1B, 0x1D):
            at += _length(raw, at)
        else:
            out += chr(byte) if byte < 128 else table[byte]
            at += 1
    return out


FIXED = {
    b"\x1b@": 2,
    b"\x1b2": 2,
    b"\x1b!": 3,
    b"\x1bE": 3,
    b"\x1ba": 3,
    b"\x1bd": 3,
    b"\x1b3": 3,
}


def _length(raw: bytes, at: int) -> int:
    """How long the commands are that a slip is made of."""
    head, two = raw[at : at + 2], raw[at + 3 : at + 5]
    if head in FIXED:
        return FIXED[head]
    if head == b"\x1dV":
        return 4 if raw[at + 2] in (65, 66) else 3
    if head == b"\x1d(":
        return 5 + int.from_bytes(two, "little")
    if head == b"\x1b*":
        return 5 + int.from_bytes(two, "little") * (3 if raw[at + 2] > 1 else 1)
    assert head == b"\x1dv", f"a command this test does not know: {head!r}"
    wide = int.from_bytes(raw[at + 4 : at + 6], "little")
    return 8 + wide * int.from_bytes(raw[at + 6 : at + 8], "little")


def _table(name: str) -> dict[int, str]:
    page = CodePages.get_encoding(name)
    if "data" in page:
        return {128 + i: char for i, char in enumerate("".join(page["data"]))}
    return {
        byte: bytes([byte]).decode(page["python_encode"], "replace")
        for byte in range(128, 256)
    }


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", sorted(SLIPS))
def test_every_printer_gets_a_slip_that_leaves_no_style_behind(
    name: str, profile: str
) -> None:
    raw = slip(name, profile)
    assert raw.startswith(INIT)
    assert raw.endswith(INIT)
    assert len(raw) > 40


@pytest.mark.parametrize("profile", PROFILES)
def test_no_printer_loses_a_letter(profile: str) -> None:
    """With its accent where a code page has it; never as a question mark."""
    printed = words(slip("qr", profile, shop="Café Hélène"), profile)
    assert "?" not in printed
    assert "Café Hélène" in printed or "Cafe Helene" in printed


@pytest.mark.parametrize("profile", ["TM-T88V", "TM-U220", "NT-5890K", "default"])
def test_an_accent_stays_an_accent(profile: str) -> None:
    printed = words(slip("duplicata", profile), profile)
    assert "imprimée" in printed
    assert "à 18:43" in printed.replace("\n", " ")


def test_a_printer_without_the_euro_sign_writes_it_out() -> None:
    assert "42,17 EUR" in words(slip("qr", "TM-U220"), "TM-U220")
    assert "42,17 €" in words(slip("qr", "TM-T88V"), "TM-T88V")


def test_a_mark_counts_the_copy_in_double_size_and_does_not_cut() -> None:
    raw = slip("duplicata")
    assert b"DUPLICATA 2" in raw
    assert b"\x1b!\x30" in raw[: raw.index(b"DUPLICATA")]
    assert b"\x1dV" not in raw
    assert "imprimée le 21/11/2026 à 18:43" in words(raw, "TM-T88V")


def test_a_printer_that_can_draws_the_symbol_itself() -> None:
    raw = slip("qr", "TM-T88V")
    assert b"1P0" + URL.encode() in raw
    assert b"\x1dv0" not in raw


@pytest.mark.parametrize("profile", ["NT-5890K", "POS-5890", "ZJ-5870", "simple"])
def test_another_gets_it_as_a_picture_that_a_phone_reads(profile: str) -> None:
    raw = slip("qr", profile)
    at = raw.index(b"\x1dv0")
    wide = int.from_bytes(raw[at + 4 : at + 6], "little")
    high = int.from_bytes(raw[at + 6 : at + 8], "little")
    bits = bytes(b ^ 0xFF for b in raw[at + 8 : at + 8 + wide * high])
    picture = Image.frombytes("1", (wide * 8, high), bits).convert("L")
    assert wide * 8 <= 384
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == URL


def test_a_pole_display_gets_the_address_as_text() -> None:
    printed = words(slip("qr", "OCD-300"), "OCD-300").replace("\n", "")
    assert URL in printed


@pytest.mark.parametrize("field", ["shop", "total"])
def test_text_can_never_become_a_command(field: str) -> None:
    hostile = "a\x1bp\x00\x19\x19b\x1d(k\x10\x04\x01\r\nc"
    raw = slip("qr", **{field: hostile})
    for command in (b"\x1bp", b"\x10", b"\r"):
        assert command not in raw
    assert raw.count(b"\x1d(k") == slip("qr").count(b"\x1d(k")


def test_foreign_letters_do_not_take_the_french_ones_away() -> None:
    printed = words(slip("qr", shop="é 中 é"), "TM-T88V")
    assert "é ? é" in printed


def test_english_is_english() -> None:
    printed = words(slip("test", lang="en"), "TM-T88V")
    assert "Test receipt" in printed
    assert "21 November 2026" in printed


def test_a_gift_receipt_names_the_goods_and_no_price() -> None:
    printed = words(slip("gift"), "TM-T88V")
    assert "TICKET CADEAU" in printed
    assert "Achat du 21/11/2026" in printed
    assert "Ticket n° 000482" in printed
    assert "Pain de campagne" in printed
    assert not AMOUNT.findall(printed.replace("0,792 kg", ""))


def test_a_gift_receipt_leaves_out_what_was_taken_back_or_is_no_article() -> None:
    items = (
        Item(label="PULL LAINE 49,90 €", amount=4990),
        Item(label="ÉCHARPE", amount=1990, quantity=Decimal(2)),
        Item(label="CHAPEAU", amount=990),
        Item(label="ANNULATION", amount=-990, kind="void", of=2),
        Item(label="REMISE", amount=-500, kind="discount"),
    )
    receipt = GROCER.model_copy(update={"items": items})
    printed = words(slip("gift", receipt=receipt.model_dump(mode="json")), "TM-T88V")
    assert "PULL LAINE\n" in printed
    assert "2 x ÉCHARPE" in printed
    for left_out in ("CHAPEAU", "ANNULATION", "REMISE", "49,90"):
        assert left_out not in printed


def test_there_is_no_gift_receipt_of_goods_that_nobody_could_read() -> None:
    receipt = GROCER.model_copy(update={"items": ()})
    assert slip("gift", receipt=receipt.model_dump(mode="json")) == b""


def test_a_code_for_the_phone_stands_beneath_the_symbol() -> None:
    said = words(slip("qr", code="ABCD-EFGH", code_at="tickets.example/c"), "TM-T88V")
    assert "tickets.example/c" in said
    assert "ABCD-EFGH" in said
    assert "dix minutes" not in words(slip("qr"), "TM-T88V")


def star_lines(raw: bytes) -> list[str]:
    return star_text(raw)


@pytest.mark.parametrize("name", sorted(SLIPS))
def test_a_star_gets_every_slip_in_its_own_words(name: str) -> None:
    raw = slip(name, "star")
    assert raw.startswith(INIT)
    assert raw.endswith(INIT)
    strip = strip_of(raw)
    assert strip.unread == 0
    said = "\n".join(star_lines(raw))
    assert "?" not in said
    assert {"duplicata": "DUPLICATA 2", "again": "DUPLICATA 2"}.get(name, "") in said
    cut = [each for each in strip.elements if isinstance(each, Cut)]
    assert bool(cut) is (name != "duplicata")


def test_a_star_s_slip_has_accents_sizes_and_a_symbol() -> None:
    raw = slip("qr", "star")
    assert "Épicerie « Lucie »" not in raw.decode("latin-1")[:4]
    assert any("Épicerie « Lucie »" in line for line in star_lines(raw))
    (symbol,) = [e for e in strip_of(raw).elements if isinstance(e, Symbol)]
    assert (symbol.system, symbol.data.decode()) == ("QR", URL)


def paid(**more: object) -> dict[str, object]:
    return {**GROCER.model_dump(mode="json"), **more}


@pytest.mark.parametrize("profile", ["TM-T88V", "default", "star"])
def test_an_exit_slip_bears_the_code_that_the_pos_printed_for_it(profile: str) -> None:
    codes = [
        {"system": "CODE128", "text": "EXIT 000482", "role": "receipt"},
        {"system": "QR", "text": "https://fiscal.example", "role": "fiscal"},
    ]
    raw = slip("exit", profile, receipt=paid(codes=codes))
    symbols = symbols_of(raw, profile)
    assert [(each.system, each.data.removeprefix(b"{B")) for each in symbols] == [
        ("CODE128", b"EXIT 000482")
    ]
    said = words_of(raw, profile)
    for part in ("000482", "21/11/2026 18:42", "42,17"):
        assert part in said
    assert "Comt" not in said  # nothing of what was bought
    assert "5 articles" in said
    one = words_of(slip("exit", profile, receipt=paid(item_count=1)), profile)
    assert "1 article -" in one


def test_a_receipt_is_drawn_again_as_its_lines_stood() -> None:
    said = words_of(slip("again"), "TM-T88V")
    assert "DUPLICATA 2" in said
    for line in GROCER.lines:
        assert line.rstrip() in said
    assert "DUPLICATA" not in words_of(slip("again", number=0), "TM-T88V")


def test_a_receipt_that_is_a_picture_is_drawn_again_as_one() -> None:
    dots = Image.new("1", (700, 40), 1)
    dots.paste(0, (10, 10, 690, 30))
    png = io.BytesIO()
    dots.save(png, "PNG")
    picture = {
        "width": 700,
        "height": 40,
        "png": b64encode(png.getvalue()).decode(),
    }
    raw = slip("again", receipt=paid(lines=[], picture=picture))
    strip = interpret(raw, Printer(width_dots=512))
    (raster,) = [each for each in strip.elements if isinstance(each, Raster)]
    assert raster.width <= 512
    assert not words_of(raw, "TM-T88V").startswith("TOTAL")


def test_of_a_receipt_of_which_nothing_is_known_nothing_is_drawn() -> None:
    assert slip("again", receipt={}) == b""


def symbols_of(raw: bytes, profile: str) -> list[Symbol]:
    strip = strip_of(raw) if profile == "star" else interpret(raw, Printer())
    return [each for each in strip.elements if isinstance(each, Symbol)]


def words_of(raw: bytes, profile: str) -> str:
    if profile == "star":
        return "\n".join(star_lines(raw))
    return "\n".join(line.text for line in lines(interpret(raw, Printer())))
