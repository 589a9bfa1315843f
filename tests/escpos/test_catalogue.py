"""The catalogue: every command of the list has its entry, and every job its words."""

from __future__ import annotations

import csv
import string
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.escpos import describe
from agent.escpos.catalogue.entry import Entry, form, read
from agent.escpos.catalogue.index import DISPLAY, ROLL, SLIP
from agent.escpos.catalogue.reading import Described
from agent.escpos.catalogue.scene import Scene
from agent.escpos.catalogue.ways import way
from agent.escpos.codepages import upper_half
from agent.escpos.settings import Printer
from agent.escpos.tokens import Command, Text
from tests.escpos.notation import LIST, Listed, printer_rows
from tests.escpos.streams import CORPUS, cut_up, cuts, streams

PRINTER = Printer()
SET_UP = {"page": b"\x1bL", "slip": b"\x1bc0\x04", "slip page": b"\x1bc0\x04\x1bL"}
"""What brings the printer into the state that an entry is for."""

# Its tab lists fall, and it uses the italics of other printers.
BROKEN = "thermal__typography"

# Characters of two bytes are sent high byte first, unlike numbers.
BY_HAND = {"FS ?": b"\x1c?\x77\x21"}


def told(raw: bytes, printer: Printer = PRINTER) -> list[Described]:
    return list(describe.job([raw], printer))


def listed_display() -> list[Listed]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return [
            Listed(row["mnemonic"], row["bytes"], row["group"])
            for row in csv.DictReader(file)
            if row["group"].startswith("Customer display")
        ]


def rows(entries: tuple[Entry, ...]) -> Counter[tuple[str, str, str]]:
    return Counter((entry.mnemonic, entry.notation, entry.group) for entry in entries)


class TestTheCatalogue:
    def test_has_the_301_printer_commands_of_the_list_and_no_other(self) -> None:
        listed = Counter((r.mnemonic, r.notation, r.group) for r in printer_rows())
        assert rows((*ROLL, *SLIP)) == listed
        assert (len(ROLL), len(SLIP)) == (248, 53)

    def test_has_the_34_commands_of_the_customer_display(self) -> None:
        listed = Counter((r.mnemonic, r.notation, r.group) for r in listed_display())
        assert rows(tuple(DISPLAY)) == listed
        assert len(DISPLAY) == 34

    @pytest.mark.parametrize(
        "entry", [*ROLL, *SLIP, *DISPLAY], ids=lambda e: e.mnemonic
    )
    def test_says_each_parameter_and_no_other(self, entry: Entry) -> None:
        names = [name for name, _ in form(entry).named.values()]
        said = {field for _, field, _, _ in string.Formatter().parse(entry.effect)}
        assert sorted(names) == sorted(set(names)) == sorted(dict(entry.ways))
        assert said - {None} <= set(names)

    def test_gives_a_reason_where_a_command_means_nothing_to_us(self) -> None:
        silent = [
            entry for entry in (*ROLL, *SLIP, *DISPLAY) if entry.meaning == "none"
        ]
        assert all(entry.why for entry in silent)

    @pytest.mark.parametrize(
        "written",
        [
            "ESC a | 1B 61 00 | Name\n  nonsense | | effect",
            "ESC a | 1B 61 00 | Name\n  none | | effect",
            "ESC a | 1B 61 00 | Name\n  none: why\n",
        ],
    )
    def test_refuses_an_entry_that_is_badly_written(self, written: str) -> None:
        with pytest.raises(ValueError, match=r"ESC a|unpack"):
            list(read({"Group": written}))

    def test_refuses_names_that_do_not_fit_the_bytes(self) -> None:
        table = "ESC a | 1B 61 00-02 | Name\n  style | n=count, m=count | {n}"
        (entry,) = read({"Group": table})
        with pytest.raises(ValueError, match="zip"):
            form(entry)

    def test_costs_the_relay_and_the_worker_nothing(self) -> None:
        program = (
            "import sys, agent.cli, agent.house, agent.worker.__main__;"
            "sys.exit(any('escpos.catalogue' in name for name in sys.modules))"
        )
        assert (
            subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
        )


def _example(entry: Entry) -> bytes:
    listed = Listed(entry.mnemonic, entry.notation, entry.group)
    return BY_HAND.get(entry.mnemonic, listed.example)


def _needed(entry: Entry) -> list[int]:
    parts = form(entry).layout.parts
    return [at for at in form(entry).named if not parts[at].optional]


@pytest.mark.parametrize(
    "entry", [*ROLL, *SLIP], ids=lambda e: f"{e.mnemonic} {e.where}".strip()
)
def test_an_example_of_each_printer_command_is_told_by_its_own_entry(
    entry: Entry,
) -> None:
    example = _example(entry)
    *_, got, text = told(SET_UP.get(entry.where, b"") + example + b"AFTER")
    assert (got.name, got.title, got.raw) == (entry.mnemonic, entry.title, example)
    assert (got.kind, got.meaning) == ("command", entry.meaning)
    needed = [form(entry).named[at][0] for at in _needed(entry)]
    assert [name for name, _ in got.params] == needed
    assert got.warnings == ()
    assert got.effect
    assert "?" not in got.effect
    assert text.effect == '"AFTER"'


@pytest.mark.parametrize("entry", DISPLAY, ids=lambda e: e.mnemonic)
def test_an_example_of_each_display_command_is_told_when_it_is_spoken_to(
    entry: Entry,
) -> None:
    hand = {"ESC =": b"\x1b=\x03", "ESC &": b"\x1b&\x01AA\x02\x1d\x56"}
    example = hand.get(entry.mnemonic, _example(entry))
    _, got, *text = told(b"\x1b=\x02" + example + b"AFTER")
    assert (got.name, got.raw) == (entry.mnemonic, example)
    assert got.warnings == ()
    assert [each.effect for each in text] == ['"AFTER"']
    assert got.kind == ("command" if entry.mnemonic == "ESC =" else "display")


@pytest.mark.parametrize(
    ("raw", "effect"),
    [
        (b"\x1ba\x01", "justification: centre"),
        (b"\x1ba1", "justification: centre"),
        (b"\x1bt\x10", "code page CP1252"),
        (b"\x1bt\x63", "code page 99, which the manual does not have"),
        (b"\x1b!\x38", "print mode: emphasized, double height, double width"),
        (b"\x1b!\x00", "print mode: plain"),
        (b"\x1d!\x23", "character size: 3 wide, 4 high"),
        (b"\x1bR\x01", "national characters: France"),
        (b"\x1b\\\xf0\xff", "moves by -16 units (-2.00 mm)"),
        (b"\x1bD\x08\x10\x00", "tab stops at columns: 8, 16"),
        (
            b"\x1bD\x09\x01",
            "tab stops at columns: 9 (broken off: no NUL, no higher column)",
        ),
        (b"\x1bp\x00\x19\xfa", "opens the drawer: pin 2, 50 ms on, 500 ms off"),
        (b"\x1dVB\x1e", "feeds 30 units (3.75 mm) past the cutter, then partial cut"),
        (b"\x1dw\x45", "bar code module: 2.5 dots wide"),
        (b"\x1dI\x42", "asks who it is: maker"),
        (b"\x1dg2\0\x14\0", "asks for the counter of lines fed"),
        (b"\x1dg2\0\x44\0", "asks for the counter of 68"),
        (b"\x10\x04\x01", "asks at once for the status: printer"),
        (b"\x10\x04\x07\x02", "asks at once for the status: ink 2"),
        (b"\x1dk\x04AB\x00", 'bar code CODE39, 2 bytes "AB"'),
        (b"\x1d(k\x03\x001C\x06", "QR module: 6 dots"),
        (b"\x1d(k\x08\x001P0https", 'QR store 5 bytes "https"'),
        (b"\x1d(k\x03\x000A\x00", "PDF417 columns: automatic"),
        (
            b"\x1dv0\0\x30\0\x78\0" + bytes(48 * 120),
            "raster 384 x 120 dots, scale 1x1, 5\xa0760 bytes",
        ),
        (
            b"\x1cq\x01\x02\0\x01\0" + bytes(16),
            "stores 1 logos in place of all older ones: 16 x 8 dots",
        ),
    ],
)
def test_what_it_does_is_said_in_a_sentence(raw: bytes, effect: str) -> None:
    assert told(raw)[0].effect.replace("\xa0", " ") == effect.replace("\xa0", " ")


class TestTheWordsFollowTheJob:
    def test_text_is_read_in_the_code_page_and_the_national_set(self) -> None:
        raw = b"\x1bt\x10\x80 \x1bR\x01#[ \x1b@\x9b"
        texts = [each.effect for each in told(raw) if each.kind == "text"]
        assert texts == ['"€ "', '"#° "', '"¢"']

    def test_text_is_read_in_kanji_when_the_printer_has_them(self) -> None:
        kanji = "領収書".encode("gb18030")
        got = told(b"\x1c&" + kanji + b"\x1c.A", Printer(multibyte="gb18030"))
        assert [each.effect for each in got if each.kind == "text"] == [
            '"領収書"',
            '"A"',
        ]

    def test_a_byte_without_a_character_is_warned_of(self) -> None:
        (_, text) = told(b"\x1bt\x14\xff\xfe")
        assert text.warnings == ("2 without a character on this code page",)

    def test_units_become_millimetres_of_the_motion_unit_that_is_set(self) -> None:
        assert told(b"\x1dP\xb4\xb4\x1bJ\x5a")[1].effect.endswith("(12.70 mm)")

    def test_a_form_feed_prints_the_page_only_in_page_mode(self) -> None:
        page, end = told(b"\x1bL\x0c\x0c")[1:]
        assert "page" in page.effect
        assert "ends the job" in end.effect

    def test_a_page_that_this_printer_has_elsewhere_is_told_with_both_names(
        self,
    ) -> None:
        printer = Printer(pages={19: upper_half("CP852"), 99: upper_half("CP858")})
        assert told(b"\x1bt\x13\x1bt\x63\x1bt\xff", printer)[0].effect == (
            "code page CP852 on this printer (CP858 by the manual)"
        )
        assert (
            told(b"\x1bt\x63", printer)[0].effect == "code page CP858 on this printer"
        )
        assert told(b"\x1bt\xff")[0].effect == "code page of the user's own"


class TestWhatDoesNotFitIsWarnedOf:
    def test_a_value_outside_the_manuals_range(self) -> None:
        assert told(b"\x1ba\x07")[0].warnings == ("n is 7; the manual has 0-2, 48-50",)
        assert told(b"\x1d!\x88")[0].warnings == (
            "n is 136; the manual has 0x00 under the mask 0x88",
        )

    def test_a_length_that_the_manual_does_not_have(self) -> None:
        long, short = told(b"\x1d(k\x04\x001C\x06!\x1d(k\x02\x001C")
        assert long.warnings == ("4 bytes; the manual has 3",)
        assert short.warnings == ("2 bytes; the manual has 3", "ends before n")
        assert short.effect == "QR module: ?"

    def test_a_fixed_byte_that_is_another_one(self) -> None:
        got = told(b"\x1d(L\x05\x000AXLR")[0]
        assert got.warnings == ("a fixed byte is 88; the manual has 67",)

    def test_a_function_and_a_letter_of_no_manual(self) -> None:
        function, letter, driver = told(
            b"\x1d(k\x03\x001\x63\x09" + b"\x1d(Z\x01\x00\x00" + b"\x1d(J\x01\x00\x00"
        )
        assert function.warnings == ("function 99 is not in the manual",)
        assert letter.warnings == ("command is not in the manual",)
        assert {function.kind, letter.kind, driver.kind} == {"unlisted"}
        assert "Windows driver" in driver.effect


class TestWhatIsNoCommand:
    @pytest.mark.parametrize(
        ("raw", "looks"),
        [
            (b"\x1b\x06\x01", "Star: asks for the automatic status"),
            (b"\x1b\x1dt\x20", "Star: code page"),
            (b"\x1b*rA", "PCL"),
            (b"\x1bB\x02\x03", "clone: beep"),
            (b"\x00\x00", "2 x NUL"),
            (b"\x07\x1f", "BEL (Star drawer 1, or a clone's buzzer), US"),
            (b"\x02\x03\x02\x03\x02", "02, which no printer knows"),
        ],
    )
    def test_is_told_by_what_it_looks_like(self, raw: bytes, looks: str) -> None:
        got = told(raw)[0]
        assert got.kind == "unknown"
        assert looks in got.effect

    @pytest.mark.parametrize(
        ("raw", "of", "missing"),
        [
            (b"\x1dv0\0\x30\0\x78\0abc", "GS v 0", "5 757 more bytes"),
            (b"\x1b", "", "at least 1 more bytes"),
            (b"\x1d(k\x05", "GS ( k", "at least 1 more bytes"),
        ],
    )
    def test_is_told_to_be_cut_off_at_the_end(
        self, raw: bytes, of: str, missing: str
    ) -> None:
        (got,) = told(raw)
        assert (got.kind, got.name) == ("cut off", of)
        assert missing in got.warnings[0].replace("\xa0", " ")

    def test_is_told_to_be_a_piece_of_a_command_that_is_too_long(self) -> None:
        huge = b"\x1d8L" + (0x7FFFFFFF).to_bytes(4, "little") + bytes(200_000)
        got = told(huge)
        assert len(got) == 4
        assert {(each.kind, each.name) for each in got} == {("piece", "GS 8 L")}


class TestTheCustomerDisplay:
    def test_is_told_apart_from_the_printer(self) -> None:
        got = told(b"\x1b=\x02\x0cTotal\x1f$\x01\x02\x1b=\x01\x0c")
        assert [each.name for each in got] == [
            "ESC =",
            "CLR",
            "",
            "US $",
            "ESC =",
            "FF",
        ]
        assert [each.kind for each in got[1:4]] == ["display"] * 3

    def test_holds_back_no_more_than_it_can_show(self) -> None:
        describer = describe.Describer(PRINTER)
        _ = list(describer.describe(Command("ESC =", b"\x1b=\x02", 2, None, 0)))
        assert list(describer.describe(Text(b"x" * 4096, 3))) == []
        assert list(describer.describe(Text(b"y", 4099)))

    def test_what_it_does_not_know_and_what_is_cut_off_are_kept(self) -> None:
        got = told(b"\x1b=\x02\x02\x1f$\x01")
        assert [each.raw for each in got] == [b"\x1b=\x02", b"\x02", b"\x1f$\x01"]
        assert got[2].warnings == ("ends before y",)


@given(raw=streams | st.binary(max_size=300), at=cuts)
def test_no_byte_is_lost_whatever_is_sent_in_whatever_chunks(
    raw: bytes, at: list[int]
) -> None:
    whole = told(raw)
    assert b"".join(each.raw for each in whole) == raw
    assert [each.at for each in whole] == [
        sum(len(each.raw) for each in whole[:n]) for n in range(len(whole))
    ]
    if not any(each.kind in {"display", "piece"} for each in whole):
        assert list(describe.job(cut_up(raw, at), PRINTER)) == whole


@given(
    entry=st.sampled_from((*ROLL, *SLIP, *DISPLAY)),
    body=st.binary(max_size=40),
)
def test_any_way_says_any_bytes(entry: Entry, body: bytes) -> None:
    scene = Scene(PRINTER)
    for part, raw in form(entry).layout.split(body):
        assert isinstance(part.value(raw), int | str)
    for _, how in entry.ways:
        assert isinstance(way(how)(body.ljust(2, b"\0"), scene), str)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_recorded_jobs_are_known_to_the_last_byte(path: Path) -> None:
    raw = path.read_bytes()
    got = told(raw)
    assert b"".join(each.raw for each in got) == raw
    strange = {each.kind for each in got} - {"text", "command"}
    assert strange == ({"unknown"} if path.stem == BROKEN else set())
