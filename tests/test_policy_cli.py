"""``receipt-agent policy``: what store IT and counsel type, and what they read."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest
from PIL import Image

from agent import policy_cases, policy_file
from agent.choice.ledger import HandOver
from agent.cli import main
from agent.config import EXIT_CONFIG
from agent.letters import notice
from agent.pipeline.entries import Scribe
from agent.pipeline.law import Law
from agent.pipeline.settings import PolicySettings
from agent.policy_said import HAPPENED
from agent.rules.facts import Facts
from agent.store.displayed import KeepDisplayed
from agent.store.handovers import OrderHandOver
from agent.store.records import AcceptJob, JobState, OpenReceipt
from agent.wire.events import ChoiceMade, EventType, IdentityCaptured
from agent.wire.receipt import DocKind
from tests.fakes.clock import FakeClock
from tests.fakes.entropy import FakeEntropy
from tests.rules.test_policy_file import ALSO, HEAD, ROW
from tests.store.builders import (
    AT_MS,
    a_job,
    a_receipt,
    job_id,
    leave_key,
    opened,
    raw_of,
    receipt_id,
)

EXIT_DATA, EXIT_NO_INPUT, EXIT_UNAVAILABLE, EXIT_CANNOT_CREATE = 65, 66, 69, 73
PAPER = """MAISON EXEMPLE SARL
69002 LYON
13/07/2026 17:40
PERCEUSE 18V   129,00
TOTAL TTC   129,00 EUR
CB   129,00
Garantie légale de conformité
"""


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "ticket.txt"
    path.write_text(PAPER)
    return path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "agent.toml"
    path.write_text(f"""
[till]
tenant = "t"
store = "s"
till = "1"
shop = "Épicerie Lucie"
tickets_url = "https://tickets.example"
state_dir = "{tmp_path}"
[printer]
link = "tcp://192.168.1.50:9100"
""")
    return path


# -- list and test ------------------------------------------------------------


def test_the_packs_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "list"]) == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 7
    assert re.search(
        r"^fr\s.*FR\s+20 rows, 6 added\s+since 2023-08-01", out, re.MULTILINE
    )


def test_all_packs_decide_as_expected(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "test"]) == 0
    out = capsys.readouterr().out
    assert out.count(" 0 écarts (cases, differences)") == 7
    assert "no case reaches" not in out
    # Rows that are added to what another decided are told as well.
    assert re.search(r"R21×\d+ R30×\d+ R31×\d+ R33×\d+ .*R60×\d+$", out, re.MULTILINE)
    assert main(["policy", "test", "de", "--all"]) == 0
    lines = capsys.readouterr().out.splitlines()
    cases = [line for line in lines if line.startswith("  = ")]
    assert len(cases) > 50
    assert not any(line.startswith("  ≠ ") for line in lines)


def test_a_pack_of_ones_own_is_held_against_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = policy_file.text_of(policy_file.named("fr", "FR")).decode()
    row = text.index('reason_fr = "Ticket d’un instrument de pesage')
    start = text.rindex('electronic = "additional"', 0, row)
    relaxed = text[:start] + text[start:].replace('"additional"', '"substitutes"', 1)
    mine = tmp_path / "mine.toml"
    mine.write_text(relaxed)
    assert main(["policy", "test", str(mine)]) == 1
    out = capsys.readouterr().out
    assert (
        "electronic: attendu (expected) additional, décidé (decided) substitutes" in out
    )
    assert re.search(r"expected\.csv:\d+: kind=sale total=350 terminal=scale", out)


def test_a_table_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine, table = tmp_path / "mine.toml", tmp_path / "mine.csv"
    mine.write_text(HEAD + ROW)
    header = ",".join((*policy_cases.GIVEN, *policy_cases.EXPECTED, "ground"))
    table.write_text(f"{header}\n# people\nmine,kind=sale,R21,,,,,,,,,ours\n")
    arguments = ["policy", "test", str(mine), "--expected", str(table)]
    assert main(arguments) == 0
    table.write_text(f"{header}\nother,kind=sale,R21,,,,,,,,,ours\n")
    capsys.readouterr()
    assert main(arguments) == 1, "a pack without a case is not tested"
    out = capsys.readouterr().out
    assert "no case names it" in out
    assert "(no case reaches): 1 R21" in out


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("fr,kind=sales,R21,,,,,,,,,x", "line 3: facts: sales: write one of sale"),
        ("fr,knd=sale,R21,,,,,,,,,x", "no fact of that name; did you mean kind?"),
        ("fr,kind=sale total=4.5,R21,,,,,,,,,x", "write cents"),
        ("fr,kind=sale unread=maybe,R21,,,,,,,,,x", "write yes or no"),
        ("fr,kind=sale link=slow,R21,,,,,,,,,x", "write up or down"),
        ("fr,kind=sale goods=good/hats,R21,,,,,,,,,x", "hats: write one of appliance"),
        ("fr,kind=sale goods=good/toys/sport,R21,,,,,,,,,x", "one category"),
        ("fr,kind=sale,R21", "not as many cells as columns"),
        ("fr,kind=sale,R21,,,,,,,,,x,y", "not as many cells as columns"),
    ],
)
def test_a_line_that_says_nothing_known_is_refused_with_its_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, says: str
) -> None:
    table = tmp_path / "mine.csv"
    header = ",".join((*policy_cases.GIVEN, *policy_cases.EXPECTED, "ground"))
    table.write_text(f"{header}\n# people\n{line}\n")
    assert main(["policy", "test", "--expected", str(table)]) == EXIT_CONFIG
    err = capsys.readouterr().err
    assert says in err
    assert str(table) in err


def test_a_file_that_is_no_table_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("a,b\n1,2\n")
    assert main(["policy", "test", "--expected", str(table)]) == EXIT_CONFIG
    assert "no column" in capsys.readouterr().err
    assert main(["policy", "test", "--expected", "/nowhere.csv"]) == EXIT_CONFIG


def test_facts_are_written_as_they_are_read() -> None:
    cases = policy_cases.read(Path(__file__).parent / "rules" / "expected.csv")
    for case in cases:
        again = policy_cases.facts_of(policy_cases.notation(case.facts))
        assert again == case.facts


# -- explain ------------------------------------------------------------------


def test_a_file_is_explained_with_the_rows_that_do_not_fit(
    paper: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["policy", "explain", str(paper), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("ticket.txt: R10, offer")
    assert "Garantie légale de conformité\u00a0: papier sauf accord du client" in out
    assert "Legal guarantee goods: paper unless the customer agrees" in out
    assert "C. env., art. D. 541-371, 1°" in out
    assert "dgccrf_reading" in out
    assert "3 R11  weighed is no, wanted: yes" in out
    assert "R12  payment is approved, wanted: declined or cancelled" in out
    assert "forced_print" not in out
    assert policy_file.load(policy_file.named("fr", "FR")).digest in out


def test_what_no_paper_says_is_given_or_configured(
    paper: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kiosk = ["--fact", "terminal=kiosk", "--fact", "needed=yes"]
    assert main(["policy", "explain", str(paper), *kiosk]) == 0
    out = capsys.readouterr().out
    assert ": R13, print" in out
    assert "R32  forced_print" in out
    config.write_text(config.read_text() + '[policy]\nvertical = "restaurant"\n')
    assert main(["policy", "explain", str(paper), "--config", str(config)]) == 0
    assert ": R14, print" in capsys.readouterr().out
    assert main(["policy", "explain", str(paper), "--fact", "x=1"]) == EXIT_CONFIG
    assert main(["policy", "explain", str(paper), "--pack", "de"]) == 0
    assert ": R21, offer" in capsys.readouterr().out
    elsewhere = ["--pack", "de", "--country", "fr"]
    assert main(["policy", "explain", str(paper), *elsewhere]) == 0
    assert ": R60, print" in capsys.readouterr().out


def test_a_receipt_in_json_is_explained_as_an_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps({"kind": "sale", "total": 500}))
    assert main(["policy", "explain", str(path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["decision"]["rule"] == "R21"
    assert said["facts"] == {"kind": "sale", "total": 500, "country": "FR"}
    assert [each["row"] for each in said["passed_over"]] == list(range(1, 20))


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, EXIT_NO_INPUT), (b'{"kind": "sales"}', EXIT_DATA)],
)
def test_a_file_that_cannot_be_read_has_its_exit_code(
    tmp_path: Path, content: bytes | None, code: int
) -> None:
    path = tmp_path / "job"
    if content is not None:
        path.write_bytes(content)
    assert main(["policy", "explain", str(path)]) == code


async def settle(folder: Path, pack_text: bytes, **facts: Any) -> None:
    """A receipt of the store, chosen for, with an address that nobody may read here."""
    clock = FakeClock()
    scribe = Scribe(clock, FakeEntropy())
    pack = policy_file.read(pack_text, "mine.toml")
    law = Law(pack, PolicySettings(), "FR", text=pack_text)
    ruling = law.rule(Facts(DocKind.SALE, 4217, **facts))
    secret = IdentityCaptured(
        receipt_id=str(receipt_id(1)),
        kind="email",
        value="anna@example.org",
        provenance="typed_by_customer",
    )
    chosen = ChoiceMade(
        receipt_id=str(receipt_id(1)),
        choice="paper",
        by="customer",
        rule=ruling.decision.rule,
    )
    leave_key(folder)
    async with opened(folder, clock=clock) as store:
        await law.keep(store)
        await store.commit(
            AcceptJob(a_job(1), raw_of(1)),
            OpenReceipt(a_receipt(1)),
            ruling.settled(job_id(1), JobState.HELD),
            scribe.write(receipt_id(1), secret),
            OrderHandOver(
                HandOver(receipt_id(1), 0, "paper", "chosen", "customer", AT_MS)
            ),
        )
        await clock.advance(3)
        await store.commit(scribe.write(receipt_id(1), chosen))
        day = clock.now().astimezone().date().isoformat()
        await store.commit(KeepDisplayed(day, "display-mine", "1", bytes(32), "fr"))


async def test_a_receipt_of_the_store_is_explained_by_what_was_in_force_then(
    tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also when the pack's file is another one by now."""
    old = ROW.replace("Because", "It was so in 2026")
    text = (HEAD + old + ALSO).encode()
    await settle(tmp_path, text)
    wanted = ["policy", "explain", str(receipt_id(1)), "--config", str(config)]
    wanted += ["--lang", "en"]
    assert main(wanted) == 0
    out = capsys.readouterr().out
    assert f"receipt {receipt_id(1)}: R21, offer" in out
    assert "It was so in 2026" in out
    assert "mine 1, in force since 2026-01-01" in out
    made = "a choice was made · choice.made.v1  choice=paper by=customer rule=R21"
    assert made in out
    assert "start 1 of the agent, 0.000 s by a clock that nobody sets" in out
    assert "start 1 of the agent, 3.000 s by" in out
    assert "anna" not in out
    assert "ORIGINAL     paper, chosen, by customer: waiting" in out
    assert f"display-mine 1 fr, SHA-256 {'00' * 32}" in out
    assert main([*wanted, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["handed_over"][0]["mark"] == "ORIGINAL"
    assert said["decided"]["boot"] == 1
    assert said["displayed_since"][0]["notice"] == "display-mine"
    assert said["displayed_since"][0]["mono_ms"] == said["decided"]["mono_ms"] + 3000
    assert [each["type"] for each in said["events"]] == [
        "identity.captured.v1",
        "choice.made.v1",
    ]
    assert "anna" not in json.dumps(said)
    by_job = ["policy", "explain", str(job_id(1)), "--config", str(config)]
    assert main(by_job) == 0


def test_every_type_of_entry_has_its_words() -> None:
    assert set(HAPPENED) == set(get_args(EventType))


async def test_what_the_store_does_not_know_is_said(
    tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = ["policy", "explain", str(uuid4()), "--config", str(config)]
    assert main(wanted) == EXIT_UNAVAILABLE
    assert "has the agent run" in capsys.readouterr().err
    await settle(tmp_path, (HEAD + ROW).encode())
    assert main(wanted) == EXIT_NO_INPUT
    assert "no decision" in capsys.readouterr().err


# -- notice -------------------------------------------------------------------


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_the_notice_is_one_a5_and_the_same_each_time(
    tmp_path: Path, config: Path
) -> None:
    made = []
    for name in ("a.pdf", "b.pdf"):
        out = tmp_path / name
        assert main(["policy", "notice", "-o", str(out), "--config", str(config)]) == 0
        made.append(out.read_bytes())
    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF")
    assert pages(made[0]) == 1
    (box,) = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", made[0])
    assert [round(float(edge) * 25.4 / 72) for edge in box] == [148, 210]


def test_it_bears_a_logo_and_the_words_on_services(tmp_path: Path) -> None:
    picture = BytesIO()
    Image.new("RGBA", (300, 90), (200, 30, 30, 255)).save(picture, "PNG")
    logo, out, plain = (tmp_path / name for name in ("l.png", "a.pdf", "b.pdf"))
    logo.write_bytes(picture.getvalue())
    with_logo = ["--logo", str(logo), "--services", "--shop", "Maison"]
    assert main(["policy", "notice", "fr", "-o", str(out), *with_logo]) == 0
    assert main(["policy", "notice", "fr", "-o", str(plain)]) == 0
    assert b"/Subtype /Image" in out.read_bytes()
    assert b"/Subtype /Image" not in plain.read_bytes()


def test_what_cannot_be_drawn_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "a.pdf")
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"no picture")
    drawing = ["policy", "notice", "-o", out]
    assert main([*drawing, "--logo", str(logo)]) == EXIT_DATA
    assert main([*drawing, "--logo", "/nowhere.png"]) == EXIT_NO_INPUT
    assert main(["policy", "notice", "-o", "/nowhere/a.pdf"]) == EXIT_CANNOT_CREATE
    assert main(["policy", "notice", "de", "-o", out]) == EXIT_CONFIG
    assert "no [display]" in capsys.readouterr().err


def test_a_text_that_nobody_could_read_on_a_wall_is_refused() -> None:
    words = notice.Words("Titre", ("mot " * 800,))
    with pytest.raises(ValueError, match="too long"):
        notice.draw(words, words, "")


# -- check --------------------------------------------------------------------


def test_check_says_what_is_wrong_with_a_pack(
    tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(HEAD + ROW.replace('"forbid_auto"', '"forbidden"'))
    config.write_text(config.read_text() + f'[policy]\npack = "{mine}"\n')
    assert main(["check", "--config", str(config)]) == EXIT_CONFIG
    assert 'row 1 (R21): paper = "forbidden": write one of' in capsys.readouterr().err


def test_check_says_that_a_pack_is_for_another_country(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(config.read_text() + '[policy]\npack = "de"\n')
    assert main(["check", "--config", str(config)]) == 0
    out = capsys.readouterr().out
    assert "policy.pack: ces règles sont pour DE et la caisse est en FR" in out
    assert "everything is printed" in out


def test_check_says_that_a_pack_is_not_in_force_yet(
    tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text((HEAD + ROW).replace("2026-01-01", "2999-01-01"))
    config.write_text(config.read_text() + f'[policy]\npack = "{mine}"\n')
    assert main(["check", "--config", str(config)]) == 0
    assert "en vigueur que le 2999-01-01" in capsys.readouterr().out


@pytest.mark.parametrize("pack", ["mine.toml", "policies/mine"])
def test_a_pack_of_ones_own_is_named_by_its_whole_path(
    config: Path, capsys: pytest.CaptureFixture[str], pack: str
) -> None:
    config.write_text(config.read_text() + f'[policy]\npack = "{pack}"\n')
    assert main(["check", "--config", str(config)]) == EXIT_CONFIG
    assert f"write /etc/receipt-agent/policies/{pack}" in capsys.readouterr().err
