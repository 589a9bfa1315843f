"""``receipt-agent export`` and ``forget``, and what the ledger of consents says after."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from agent import cellar, consent_ledger, persons
from agent.cli import main
from agent.clock import SystemClock
from agent.config import Config, load
from agent.consent.acts import Agreed
from agent.entropy import SystemEntropy
from agent.identity.contacts import read as read_contact
from agent.identity.kinds import Contact
from agent.persons import EXIT_UNAVAILABLE, EXIT_USAGE, forgetting
from agent.pipeline.consents import Deed
from agent.pipeline.entries import Scribe
from agent.store import exported, overdue
from agent.store.people import KnowBy
from agent.store.records import (
    AcceptJob,
    DecideReceipt,
    JobState,
    MoveCursor,
    OpenReceipt,
    SettleJob,
)
from agent.store.store import Store
from tests.store.builders import a_job, a_receipt, job_id, raw_of, receipt_id
from tests.test_config import GOOD

ANNA, PAUL = "anna.lefevre@gmail.com", "paul@example.org"
ON_SCREEN = Agreed("receipt_delivery", "email", "customer_screen")
DOCUMENT = {
    "number": "T-0042",
    "items": [{"label": "CAFÉ <b>", "amount": 150}],
    "lines": ["Épicerie Lucie", "CAFÉ <b>        1,50", "TOTAL           1,50 €"],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "agent.toml"
    text = GOOD.replace("[till]", f"[till]\nstate_dir = '{tmp_path}/state'")
    found.write_text(text)
    (tmp_path / "state").mkdir(mode=0o700)
    return found


def run(path: Path, *arguments: str) -> int:
    english = ["--lang", "en"] if arguments[0] == "consent" else []
    return main([*arguments, "--config", str(path), *english])


def opened(config: Config) -> object:
    return Store.open(
        cellar.database(config),
        sealer=cellar.vault(config),
        clock=SystemClock(),
        settings=config.store,
    )


async def _sell(store: Store, config: Config, number: int, to: str) -> None:
    clock, entropy = SystemClock(), SystemEntropy()
    consents = consent_ledger.ledger(config, store, clock, entropy)
    found = read_contact("email", to)
    assert isinstance(found, Contact)
    row = replace(a_receipt(number), body=json.dumps(DOCUMENT).encode())
    told = Scribe(clock, entropy).identified(row, "email", to, "typed_by_customer")
    deed = Deed(ON_SCREEN, found, row.id, 0)
    await store.commit(AcceptJob(a_job(number), raw_of(number)), OpenReceipt(row))
    async with consents.recorded(deed) as proof:
        await store.commit(
            *told,
            *proof,
            SettleJob(job_id(number), JobState.NO_PAPER, "R21"),
            DecideReceipt(row.id, "email"),
        )
    assert any(isinstance(change, KnowBy) for change in told)


async def _fill(config: Config) -> None:
    async with opened(config) as store:  # type: ignore[attr-defined]
        for number, to in enumerate((ANNA, PAUL, ANNA, PAUL), start=1):
            await _sell(store, config, number, to)


@pytest.fixture
def filled(path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert run(path, "keys", "init") == 0
    asyncio.run(_fill(load(path)))
    capsys.readouterr()
    return path


def test_a_person_gets_all_that_is_here_of_them_and_nothing_of_others(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "anna.json"
    # as it is spelt in the shop that day
    asked = ANNA.upper().replace("GMAIL.COM", "gmail.com")
    assert run(filled, "export", asked, "--output", str(output)) == 0
    said = json.loads(output.read_text())
    assert {each["receipt"] for each in said["receipts"]} == {
        str(receipt_id(1)),
        str(receipt_id(3)),
    }
    assert said["receipts"][0]["document"] == DOCUMENT
    assert [each["number"] for each in said["consents"]] == [1, 3]
    captured = [
        each["data"]["value"]
        for receipt in said["receipts"]
        for each in receipt["log"]
        if each["type"] == "identity.captured.v1"
    ]
    assert captured == [ANNA, ANNA]
    assert PAUL not in output.read_text()
    for made in (output, output.with_suffix(".pdf")):
        assert made.stat().st_mode & 0o077 == 0
    assert output.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
    assert "2 tickets" in capsys.readouterr().out


def test_a_person_is_forgotten_and_the_ledger_stays_whole(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(filled, "consent", "verify") == 0
    before = capsys.readouterr().out
    assert run(filled, "forget", ANNA) == 0
    said = capsys.readouterr().out
    assert "2 tickets, 2 consentements détruits" in said
    assert "anna.l" not in said

    assert run(filled, "consent", "verify") == 0
    after = capsys.readouterr().out
    assert "4 records, 2 destroyed on request" in after
    head = next(line for line in before.splitlines() if "chain: whole" in line)
    assert head in after

    async def look() -> None:
        async with opened(load(filled)) as store:  # type: ignore[attr-defined]
            assert await store.receipt(receipt_id(1)) is None
            assert await store.job_raw(job_id(3)) is None
            assert await store.job_raw(job_id(2)) == raw_of(2)

    asyncio.run(look())
    assert list(cellar.forget_dir(load(filled)).glob("*.json")) == []
    # the chain goes on behind it
    asyncio.run(_one_more(load(filled)))
    assert run(filled, "consent", "verify") == 0


async def _one_more(config: Config) -> None:
    async with opened(config) as store:  # type: ignore[attr-defined]
        await _sell(store, config, 5, PAUL)


def test_a_record_that_somebody_emptied_is_not_taken_for_a_forgotten_one(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(filled, "forget", ANNA) == 0
    db = sqlite3.connect(cellar.database(load(filled)))
    with db:
        db.execute("UPDATE consent SET body = NULL WHERE seq = 2")
    db.close()
    capsys.readouterr()
    assert run(filled, "consent", "verify") == 1
    assert "record 2" in capsys.readouterr().out
    # Nor does a statement help that the till has not signed.
    db = sqlite3.connect(cellar.database(load(filled)))
    with db:
        (kept,) = db.execute("SELECT body FROM erasure").fetchone()
        forged = json.loads(kept) | {"consents": [1, 2, 3]}
        db.execute("UPDATE erasure SET body = ?", (json.dumps(forged),))
    db.close()
    assert run(filled, "consent", "verify") == 1
    assert "destroyed on request" not in capsys.readouterr().out


def test_a_running_agent_forgets_within_seconds_and_waits_for_what_is_unsent(
    filled: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load(filled)

    async def beside() -> None:
        async with opened(config) as store:  # type: ignore[attr-defined]
            await store.commit(MoveCursor("rcu", 0))
            with monkeypatch.context() as patched:
                patched.setattr(persons, "WAITED", 0)
                assert await asyncio.to_thread(run, filled, "forget", ANNA) == 0
            said = capsys.readouterr().out
            assert "2 consentements" in said
            assert "2 tickets en attente" in said
            assert "l’agent s’en charge" in said
            (order,) = cellar.forget_dir(config).glob("*.json")
            assert "anna" not in order.read_text()
            service = forgetting(config, store)
            assert await service.take_up() == 0
            assert await store.receipt(receipt_id(1)) is not None
            await store.commit(MoveCursor("rcu", await store.log_height()))
            assert await service.take_up() == 1
            assert await store.receipt(receipt_id(1)) is None
            assert list(cellar.forget_dir(config).glob("*.json")) == []

    asyncio.run(beside())


def test_who_is_named_wrongly_is_told_and_nothing_is_done(
    filled: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert run(filled, "forget", "no@") == EXIT_USAGE
    assert capsys.readouterr().err
    assert list(cellar.forget_dir(load(filled)).glob("*")) == []
    assert run(filled, "forget", "nobody@example.org") == 0
    assert "nothing of that person" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PAUL}\n"))
    assert run(filled, "forget", "-") == 0
    assert "2 tickets" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["notanaddress", "anna.lefevre", "forget me", "12"])
def test_a_word_that_is_no_card_is_not_taken_for_one(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    output = tmp_path / "x.json"
    assert run(filled, "forget", word) == EXIT_USAGE
    assert run(filled, "export", word, "--output", str(output)) == EXIT_USAGE
    said = capsys.readouterr()
    assert (said.out, "--card" in said.err) == ("", True)
    assert not output.exists()
    assert list(cellar.forget_dir(load(filled)).glob("*")) == []


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (("4820-0042",), "loyalty"),
        (("CLUB42", "--card"), "loyalty"),
        (("M-7",), "loyalty"),
        (("0212345678909",), "loyalty"),
        (("06 12 34 56 78",), "phone"),
    ],
)
def test_cards_and_telephones_are_told_apart(
    filled: Path, tmp_path: Path, asked: tuple[str, ...], kind: str
) -> None:
    filled.write_text(filled.read_text() + "[hands]\ncards = ['M-7']\n")
    asked = ("M-71234",) if asked == ("M-7",) else asked
    output = tmp_path / "x.json"
    assert run(filled, "export", *asked, "--output", str(output)) == 0
    assert json.loads(output.read_text())["contact"]["kind"] == kind


def test_a_running_agent_is_waited_for_and_what_it_destroyed_is_said(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = load(filled)
    filled.write_text(filled.read_text() + "[sync]\nurl = 'https://rcu.example'\n")

    async def beside() -> None:
        async with opened(config) as store:  # type: ignore[attr-defined]
            service = forgetting(config, store)
            asked = asyncio.create_task(asyncio.to_thread(run, filled, "forget", ANNA))
            while not await service.take_up():  # noqa: ASYNC110 -- a thread leaves it
                await asyncio.sleep(0.02)
            assert await asked == 0

    asyncio.run(beside())
    said = capsys.readouterr().out
    assert "2 tickets, 2 consentements détruits" in said
    assert "receipt-rcu erase" in said


def test_before_the_first_start_there_is_nothing(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "x.json"
    assert run(path, "export", ANNA, "--output", str(output)) == EXIT_UNAVAILABLE
    assert "has the agent run once?" in capsys.readouterr().err
    assert run(path, "forget", ANNA) == 0
    assert not cellar.database(load(path)).exists()


def test_a_file_that_orders_nothing_is_put_aside(filled: Path) -> None:
    config = load(filled)
    folder = cellar.forget_dir(config)
    folder.mkdir(mode=0o700)
    (folder / "x.json").write_text('{"order": "1", "subject": "00"}')

    async def look() -> None:
        async with opened(config) as store:  # type: ignore[attr-defined]
            assert await forgetting(config, store).take_up() == 0

    asyncio.run(look())
    assert [each.name for each in folder.iterdir() if each.name != ".lock"] == ["x.bad"]


def test_a_backup_put_back_over_a_forgetting_is_erased_and_not_damaged(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, to = load(filled), tmp_path / "monday.db"
    output = tmp_path / "anna.json"
    assert run(filled, "backup", str(to)) == 0
    assert run(filled, "forget", ANNA) == 0
    assert run(filled, "restore", str(to)) == 0
    capsys.readouterr()

    assert run(filled, "export", ANNA, "--output", str(output)) == 0
    said = json.loads(output.read_text())
    assert (said["receipts"], said["consents"]) == ([], [])
    assert run(filled, "export", PAUL, "--output", str(output)) == 0
    assert "2 tickets, 2 consentements" in capsys.readouterr().out
    # ... and the till's signed word that they were destroyed has come along
    assert run(filled, "consent", "verify") == 0
    assert "4 records, 2 destroyed on request" in capsys.readouterr().out

    async def look() -> None:
        async with opened(config) as store:  # type: ignore[attr-defined]
            for number in (1, 3):
                assert await store.job_raw(job_id(number)) is None
                assert await store.receipt(receipt_id(number)) is None
            assert store.damaged == 0

    asyncio.run(look())


def test_a_job_that_was_open_in_the_backup_is_over_when_its_customer_is_forgotten(
    path: Path, tmp_path: Path
) -> None:
    assert run(path, "keys", "init") == 0
    config, to = load(path), tmp_path / "monday.db"

    async def print_() -> None:
        async with opened(config) as store:  # type: ignore[attr-defined]
            await store.commit(AcceptJob(a_job(1), raw_of(1)))

    async def sell() -> None:
        async with opened(config) as store:  # type: ignore[attr-defined]
            await store.commit(
                OpenReceipt(a_receipt(1)),
                KnowBy(receipt_id(1), "email", ANNA),
                SettleJob(job_id(1), JobState.NO_PAPER, "R21"),
                DecideReceipt(receipt_id(1), "email"),
            )

    async def look() -> None:
        async with opened(config) as store:  # type: ignore[attr-defined]
            assert await store.unsettled_jobs() == []
            assert await store.job_raw(job_id(1)) is None

    asyncio.run(print_())
    assert run(path, "backup", str(to)) == 0
    asyncio.run(sell())
    assert run(path, "forget", ANNA) == 0
    assert run(path, "restore", str(to)) == 0
    asyncio.run(look())


def test_what_was_exported_since_nobody_took_it_is_shown_and_forgotten_too(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = load(filled)

    async def set_aside() -> None:
        async with opened(config) as store:  # type: ignore[attr-defined]
            await store.commit(MoveCursor("rcu", 0))

    asyncio.run(set_aside())
    at = cellar.database(config)
    with closing(sqlite3.connect(at, isolation_level=None)) as db:
        seqs = [seq for (seq,) in db.execute("SELECT seq FROM event ORDER BY seq")]
        sealer = cellar.vault(config).on(db)
        file = overdue.export(db, sealer, seqs, at.parent / "overdue")
        db.execute("DELETE FROM known_by")
        db.execute("UPDATE event SET body = NULL")
    output = tmp_path / "anna.json"
    assert run(filled, "export", ANNA, "--output", str(output)) == 0
    unsent = json.loads(output.read_text())["unsent"]
    values = [each["data"].get("value") for each in unsent]
    assert values.count(ANNA) == 2
    assert PAUL not in output.read_text()

    capsys.readouterr()
    assert run(filled, "forget", ANNA) == 0
    assert f"{len(unsent)} entrées de fichiers dans overdue/" in capsys.readouterr().out
    found = exported.find(
        at, cellar.vault(config), persons._reference(config, _contact(ANNA))
    )
    assert found == exported.Found()
    assert run(filled, "forget", PAUL) == 0
    assert not file.exists()

    (at.parent / "overdue" / "7-8.db").write_bytes(b"whose is it?")
    capsys.readouterr()
    assert run(filled, "forget", ANNA) == EXIT_UNAVAILABLE
    assert "overdue/7-8.db" in capsys.readouterr().err
    with closing(sqlite3.connect(at)) as db:
        said = [json.loads(text) for (text,) in db.execute("SELECT body FROM erasure")]
    assert said[0]["exported"] == len(unsent)
    assert said[-1]["exports_unread"] == ["7-8.db"]


def _contact(text: str) -> Contact:
    found = read_contact("email", text)
    assert isinstance(found, Contact)
    return found


def test_a_rotten_record_of_consent_keeps_nothing_else_from_its_person(
    filled: Path, tmp_path: Path
) -> None:
    output = tmp_path / "anna.json"
    with closing(sqlite3.connect(cellar.database(load(filled)))) as db, db:
        (trigger,) = db.execute(
            "SELECT sql FROM sqlite_schema WHERE name = 'consent_is_immutable'"
        ).fetchone()
        db.execute("DROP TRIGGER consent_is_immutable")
        db.execute("UPDATE consent SET body = substr(body, 1, 30) WHERE seq = 1")
        db.execute(trigger)
    assert run(filled, "export", ANNA, "--output", str(output)) == 0
    said = json.loads(output.read_text())
    assert len(said["receipts"]) == 2
    first, second = said["consents"]
    assert (first["record"], first["damaged"]) == (None, True)
    assert second["record"]
    assert "damaged" not in second
