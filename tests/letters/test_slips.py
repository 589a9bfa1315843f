"""Slips for every printer that python-escpos knows."""

from __future__ import annotations

import logging

import pytest
import zxingcpp
from PIL import Image

logging.getLogger().addHandler(logging.NullHandler())  # before escpos: see slips.py
from escpos.capabilities import CAPABILITIES  # noqa: E402 -- after the handler above
from escpos.codepages import CodePages  # noqa: E402 -- after the handler above

from agent.letters.slips import SLIPS  # noqa: E402 -- after the handler above

INIT = b"\x1b@"
URL = "HTTPS://TICKET.EXAMPLE/R/ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PROFILES = sorted(CAPABILITIES["profiles"])
AT = "2026-11-21T18:43:00+01:00"
FIELDS: dict[str, dict[str, object]] = {
    "qr": {"url": URL, "shop": "Épicerie « Lucie »", "total": "42,17\u00a0€"},
    "duplicata": {"number": 2, "at": AT},
    "test": {"shop": "Épicerie Lucie", "till": "Caisse 2", "at": AT},
}


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
