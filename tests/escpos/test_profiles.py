from __future__ import annotations

import pytest
from escpos.capabilities import CAPABILITIES
from escpos.printer import Dummy

from agent.errors import ConfigError
from agent.escpos.codepages import EPSON_PAGES, upper_half
from agent.escpos.interpret import interpret
from agent.escpos.pagetables import HOLE, SECOND
from agent.escpos.profiles import printer
from agent.escpos.settings import Printer
from agent.paper.strip import TextLine
from tests.escpos.printed import text

FRENCH = [
    "BOULANGERIE LEFÈVRE",
    "3 allée de l’Île, 35000 RENNES",
    "2 CROISSANTS              2,40 €",
    "1 PÂTÉ EN CROÛTE          7,90 €",
    "1 GÂTEAU À L’ŒUF         12,00 €",
    "3 ÉCLAIRS CAFÉ, NOËL      8,70 €",
    "-" * 32,
    "TOTAL                    31,00 €",
    "ESPÈCES                  40,00 €",
    "RENDU                     9,00 €",
    "À bientôt, Ÿves ç ï ù",
]


def _receipt(profile: str, lines: list[str]) -> bytes:
    dummy = Dummy(profile=profile)
    for line in lines:
        dummy.text(f"{line}\n")
    output: bytes = dummy.output
    return output


@pytest.mark.parametrize(
    "profile",
    [
        *("TM-T88V", "TM-T88III", "TM-T20II", "TM-L90", "TM-P80", "NT-5890K"),
        *("POS-5890", "CT-S651", "TSP600", "RP-F10-80mm", "Sunmi-V2", "ZJ-5870"),
        "default",
    ],
)
def test_an_accented_french_receipt_is_exact_for_each_model(profile: str) -> None:
    assert text(_receipt(profile, FRENCH), printer=printer(profile)) == FRENCH


def test_the_database_says_how_wide_a_model_prints() -> None:
    assert printer("TM-T20II").width_dots == 576
    assert printer("NT-5890K").columns == 32
    assert printer("TM-T88V").columns == 42
    assert printer("default").width_dots == 576


def test_a_model_that_counts_characters_wraps_where_it_says() -> None:
    assert printer("TM-U220").columns == 42


def test_a_page_the_database_lacks_is_epsons() -> None:
    assert text(b"\x1bt\x13\xd5 \x82", printer=printer("simple")) == ["€ é"]


def _python(name: str) -> str | None:
    """The 128 characters by Python's codec of that name, as a second opinion."""
    codec = name.lower().replace("iso_", "iso").replace("rk1048", "kz1048")
    if codec == "cp932":  # Epson's page 1, whatever the database calls it
        return None
    try:
        each = (bytes((n,)).decode(codec, "replace") for n in range(0x80, 0x100))
        return "".join(HOLE if "\x7f" <= c <= "\x9f" else c for c in each)
    except LookupError:
        return None


def _printed(profile: str, number: int) -> str:
    """The 128 characters, with spaces between so that none can lean on another."""
    job = b"\x1bt" + bytes((number,)) + b" ".join(bytes((n,)) for n in range(128, 256))
    strip = interpret(job, printer(profile, width_dots=10_000))
    (line,) = strip.elements
    assert isinstance(line, TextLine)
    return "".join(run.text for run in line.runs)[::2]


@pytest.mark.parametrize("profile", sorted(CAPABILITIES["profiles"]))
def test_every_page_of_every_model_is_the_one_that_it_names(profile: str) -> None:
    pages = CAPABILITIES["profiles"][profile]["codePages"]
    compared = 0
    for number, name in pages.items():
        encoding = CAPABILITIES["encodings"].get(name, {})
        table = "".join(encoding.get("data", ())) or _python(name)
        # the database has the Icelandic letter where Viet Nam has its own
        table = table.replace("Ð", "Đ") if table and name == "TCVN-3-2" else table
        printed = _printed(profile, int(number))
        assert len(printed) == 128
        if table is not None:
            assert printed == table, (number, name)
            compared += 1
    assert compared or profile in {"TM-U220", "TM-U220B", "simple", "AF-240"}


@pytest.mark.parametrize("profile", sorted(CAPABILITIES["profiles"]))
def test_a_number_that_the_database_cannot_name_is_epsons(profile: str) -> None:
    pages = CAPABILITIES["profiles"][profile]["codePages"]
    unknown = [n for n in EPSON_PAGES if pages.get(str(n), "Unknown") == "Unknown"]
    for number in unknown:
        # the right half of a kanji is nothing alone
        expected = upper_half(EPSON_PAGES[number]).replace(SECOND, HOLE)
        assert _printed(profile, number) == expected, number


ACCENTED = [
    "BOULANGERIE LEFÈVRE, 3 ALLÉE DE L'ÎLE",
    "1 CAFÉ CRÈME            2,40",
    "2 ÉCLAIRS À LA NOËL     6,80 €",
    "1 Gâteau brûlé          1.234,50 £",
    "RÉGLÉ EN ESPÈCES      -20,00",
    "Total à payer          12.345.678,90",
]


@pytest.mark.parametrize("profile", sorted(CAPABILITIES["profiles"]))
def test_money_lines_are_kept_on_every_page_of_every_model(profile: str) -> None:
    """In the letters that the page has; those it lacks are left out by the POS."""
    model = printer(profile, width_dots=1000)
    for number in {**model.pages, **EPSON_PAGES}:
        page = model.pages.get(number) or upper_half(EPSON_PAGES[number])
        codes = {character: 0x80 + at for at, character in enumerate(page)}
        codes |= {chr(n): n for n in range(0x20, 0x7F)}
        said = ["".join(c for c in line if c in codes).rstrip() for line in ACCENTED]
        raw = b"".join(bytes(map(codes.__getitem__, line)) + b"\n" for line in said)
        assert text(b"\x1bt" + bytes((number,)) + raw, printer=model) == said, number


def test_facts_that_no_stream_shows_can_be_configured() -> None:
    found = printer("TM-T88V", width_dots=384, default_page=16, country=1)
    assert (found.width_dots, found.default_page, found.country) == (384, 16, 1)
    assert text(b"\x80 {\n", printer=found) == ["€ é"]


def test_an_unknown_model_is_a_fault_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match="TM-T88V"):
        printer("TM-T88VII-PRO")


def test_a_printer_without_a_database_still_reads_french() -> None:
    job = b"\x1bt\x10" + "Crème 2,40 €".encode("cp1252")
    assert text(job, printer=Printer()) == ["Crème 2,40 €"]
