"""A profile says where the columns of a row of goods stand; the sums say if it is so."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent import profile_file
from agent.errors import ConfigError
from agent.paper.strip import PaperLine
from agent.profiles import sharpen
from agent.profiles.model import Profile
from agent.receipt.columns import pieces_of
from agent.receipt.lines import prepare
from agent.receipt.read import from_text
from agent.wire.receipt import Level, Receipt
from hardware_sim.papers.axes import BROKEN
from hardware_sim.papers.generate import generate

CONFIG = Path(__file__).parent.parent.parent / "config" / "profiles"

JOINERY = """\
MENUISERIE DUPONT
PLANCHE CHENE       2,40   1,20  2,0
HUISSERIE           7,50   2,50  3,0
POSE                1,00   1,00  1,0
A REGLER           10,90
CB                 10,90
""".splitlines()
PLACES = {
    "label": {"from": 1, "to": 18},
    "amount": {"from": 19, "to": 24, "align": "right"},
    "unit_price": {"from": 26, "to": 31, "align": "right"},
    "quantity": {"from": 33, "to": 37},
}
HEADED = """\
Lib. article    Nb  Tarif  Payer
PANNEAU BOIS
MASSIF RABOTE  2,5  10,00  25,00
VIS             10   0,10   1,00
A REGLER                   26,00
CB                         26,00
""".splitlines()
WORDS = {
    "label": {"word": "Lib. article"},
    "quantity": {"word": "Nb", "align": "right"},
    "unit_price": {"word": "Tarif"},
    "amount": {"word": "Payer"},
}


def profile(columns: dict[str, Any]) -> Profile:
    return Profile.model_validate(
        {"schema": "profile/1", "name": "x", "columns": columns}
    )


def read(lines: list[str], columns: dict[str, Any], country: str = "FR") -> Receipt:
    paper = [PaperLine(line) for line in lines]
    return sharpen.read(paper, country=country, profile=profile(columns))


def rows(receipt: Receipt) -> list[tuple[str, Decimal | None, int | None, int]]:
    return [(i.label, i.quantity, i.unit_price, i.amount) for i in receipt.items]


def test_an_amount_that_stands_before_its_price_is_found() -> None:
    assert from_text(JOINERY).verdict.level is Level.V0
    receipt = read(JOINERY, PLACES)
    assert rows(receipt)[0] == ("PLANCHE CHENE", Decimal("2.0"), 120, 240)
    assert receipt.verdict.level is Level.V2


def test_one_row_that_does_not_multiply_and_the_table_is_not_believed() -> None:
    lines = [line.replace("2,40", "2,90") for line in JOINERY]
    lines = [line.replace("10,90", "11,40") for line in lines]
    assert read(lines, PLACES) == from_text(lines)
    assert read(lines, PLACES).verdict.level is Level.V0


def test_an_amount_outside_the_table_is_not_passed_over() -> None:
    told: dict[str, Any] = {name: PLACES[name] for name in ("label", "amount")}
    told["other"] = [{"from": 26, "to": 37}]
    assert read(JOINERY, told).verdict.level is Level.V0


def test_nor_is_one_of_a_row_whose_label_goes_on_below() -> None:
    """The second row prints an amount that no column takes."""
    lines = [*JOINERY[:2], "  27 MM", *JOINERY[2:]]
    assert read(lines, {**PLACES, "continuation": "below"}).verdict.level is Level.V2
    lines[1] = f"{lines[1]}    9,99"
    told = {**PLACES, "continuation": "below", "other": [{"from": 39, "to": 46}]}
    assert read(lines, told).verdict.level is Level.V0


@pytest.mark.parametrize(
    ("where", "label"),
    [("above", "PANNEAU BOIS MASSIF RABOTE"), (None, "MASSIF RABOTE")],
)
def test_a_label_may_begin_above_its_row(where: str | None, label: str) -> None:
    receipt = read(HEADED, {**WORDS, "continuation": where})
    assert rows(receipt) == [
        (label, Decimal("2.5"), 1000, 2500),
        ("VIS", Decimal(10), 10, 100),
    ]
    assert receipt.verdict.level is Level.V2


def test_a_label_may_end_below_its_row() -> None:
    lines = [*HEADED[:1], HEADED[2], HEADED[1], "FINITION", *HEADED[3:]]
    receipt = read(lines, {**WORDS, "continuation": "below"})
    assert [item.label for item in receipt.items] == [
        "MASSIF RABOTE PANNEAU BOIS FINITION",
        "VIS",
    ]


def test_a_quantity_of_more_decimals_than_the_till_has_is_none() -> None:
    assert from_text(HEADED).items[0].quantity is None
    assert read(HEADED, {**WORDS, "decimals": 1}).items[0].quantity == Decimal("2.5")
    assert read(HEADED, {**WORDS, "decimals": 0}).items[0].quantity is None


def test_codes_numbers_units_and_reductions_have_columns() -> None:
    lines = [
        "3760123456789 CAFE MOULU     2,000 kg 10,00  -2,00  18,00 A",
        "3760123450008 FILTRES        1,000 u   3,00          3,00 B",
        "NET A PAYER                                         21,00",
        "CB                                                  21,00",
    ]
    places = {
        "gtin": {"from": 1, "to": 13},
        "label": {"from": 15, "to": 28},
        "quantity": {"from": 30, "to": 34, "align": "right"},
        "unit": {"from": 36, "to": 37},
        "unit_price": {"from": 39, "to": 43, "align": "right"},
        "discount": {"from": 45, "to": 50, "align": "right"},
        "amount": {"from": 52, "to": 57, "align": "right"},
        "vat_code": {"from": 59, "to": 59},
    }
    first, second = read(lines, places).items
    assert (first.label, first.unit, first.vat_code) == ("CAFE MOULU", "kg", "A")
    assert (first.quantity, first.unit_price, first.amount) == (Decimal(2), 1000, 1800)
    assert [each.amount for each in first.discounts] == [-200]
    assert first.gtin == "3760123456789" or first.sku == "3760123456789"
    assert (second.vat_code, second.discounts) == ("B", ())


def test_without_rows_in_its_columns_a_table_changes_nothing() -> None:
    lines = ["PAIN 1,00", "VIN 5,00", "TOTAL 6,00", "CB 6,00"]
    assert read(lines, PLACES) == from_text(lines)
    assert read(lines, WORDS) == from_text(lines)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("label = { from = 3, to = 20 }\namount = { from = 18, to = 30 }",
         "columns: label ends at 20 and amount begins at 18; end label at 17 or begin amount at 21"),
        ("label = { from = 1, to = 10 }", "columns.amount: is missing"),
        ("label = { from = 1, to = 10 }\namount = { from = 30, to = 20 }",
         "columns.amount: it ends at 20 before it begins at 30"),
        ("label = { word = 'Art' }\namount = { from = 3, to = 4 }",
         "columns: label stands under a word and amount at a place"),
        ("label = { word = 'Art' }\namount = { word = 'art' }",
         "columns: amount and label stand under the same word 'ART'"),
        ("label = { from = 1, to = 10 }\namount = { from = 50, to = 70 }",
         "columns: one ends at 70, the paper has 48"),
        ("label = { from = 1 }\namount = { from = 5, to = 9 }", "columns.label: from and to belong together"),
        ("label = { from = 1, to = 4 }\namount = { from = 5, to = 9 }\ndecimals = 2",
         "columns: decimals are those of quantity, which is not there"),
        ("label = { from = 1, to = 4 }\namount = { from = 5, to = 9 }\nprix = { from = 10, to = 12 }",
         "columns.prix: there is no such key"),
    ],
)  # fmt: skip
def test_a_bad_table_is_refused_with_file_key_and_remedy(
    tmp_path: Path, columns: str, said: str
) -> None:
    path = tmp_path / "caisse.toml"
    path.write_text(
        f'schema = "profile/1"\nname = "x"\n[paper]\ncolumns = 48\n[columns]\n{columns}\n'
    )
    with pytest.raises(ConfigError) as error:
        profile_file.load(path)
    assert str(error.value).startswith(f"{path}: ")
    assert said in str(error.value)


@pytest.mark.parametrize("first", [0, 300])
def test_no_table_makes_a_lie_true(first: int) -> None:
    dice, tried = random.Random(first), 0
    for seed in range(first, first + 12):
        for how in BROKEN:
            paper = generate(seed, broken=how)
            if paper.axes["broken"] == "none":
                continue
            lines = list(paper.lines)
            columns = any_table(dice, lines)
            if columns is None or _holds(from_text(lines, country=paper.country)):
                continue
            tried += 1
            sharp = read(lines, columns, paper.country)
            assert sharp.verdict.level is Level.V0, (seed, how, columns)
    assert tried > 50


def _holds(receipt: Receipt) -> bool:
    return all(each.holds for each in receipt.verdict.equations)


def any_table(dice: random.Random, lines: list[str]) -> dict[str, Any] | None:
    """The places of some row's own cells, with any meaning."""
    page = prepare([PaperLine(line) for line in lines]).lines
    cells = [pieces_of(line) for line in page if line.amounts]
    cells = [row for row in cells if len(row) > 2]
    if not cells:
        return None
    row = dice.choice(cells)
    words = dice.randrange(1, len(row))
    names = ["amount", *dice.sample(["quantity", "unit_price", "discount", "unit"], 4)]
    rest = row[words:][: len(names)]
    meant = names[: len(rest)]
    dice.shuffle(meant)
    columns: dict[str, Any] = {}
    columns["label"] = {"from": row[0].start + 1, "to": row[words - 1].end}
    for name, cell in zip(meant, rest, strict=True):
        columns[name] = {"from": cell.start + 1, "to": cell.end, "align": "right"}
    try:
        profile(columns)
    except ValueError:
        return None
    return columns


def test_the_example_reads_the_papers_that_it_was_written_for() -> None:
    known = profile_file.load(CONFIG / "example-joinery.toml")
    paper = [
        "            MENUISERIE DU PONT NEUF",
        "PLANCHE CHENE RABOTEE     50,00   20,00    2,5 A",
        "  27 MM SEC",
        "TASSEAU PIN              121,50   13,50    9,0 A",
        "NET A PAYER              171,50",
        "CB                       171,50",
    ]
    lines = [PaperLine(line) for line in paper]
    assert from_text(paper).verdict.level is not Level.V2
    receipt = sharpen.read(lines, profile=known)
    assert rows(receipt) == [
        ("PLANCHE CHENE RABOTEE 27 MM SEC", Decimal("2.5"), 2000, 5000),
        ("TASSEAU PIN", Decimal("9.0"), 1350, 12150),
    ]
    assert (receipt.total, receipt.verdict.level) == (17150, Level.V2)


def test_the_wrapped_labels_of_a_printed_head_are_joined() -> None:
    paper = [
        "QUINCAILLERIE MODERNE",
        "Article               Qte    Prix   Total",
        "Cheville nylon 8mm",
        "boite de 100            2    3,99    7,98",
        "Perceuse percussion",
        "18V                     1   49,95   49,95",
        "Total a payer                       57,93",
        "Carte bancaire                      57,93",
    ]
    head = {
        "label": "Article",
        "quantity": "Qte",
        "unit_price": "Prix",
        "amount": "Total",
    }
    columns = {name: {"word": word} for name, word in head.items()}
    receipt = read(paper, {**columns, "continuation": "above"})
    assert [item.label for item in receipt.items] == [
        "Cheville nylon 8mm boite de 100",
        "Perceuse percussion 18V",
    ]
    assert [item.label for item in from_text(paper).items] == ["boite de 100", "18V"]


@pytest.mark.parametrize("columns", [PLACES, WORDS])
def test_a_table_reaches_the_worker_as_it_is(columns: dict[str, Any]) -> None:
    known = profile({**columns, "continuation": "below", "decimals": 3})
    assert sharpen.profile_of(known.model_dump_json(by_alias=True)) == known
