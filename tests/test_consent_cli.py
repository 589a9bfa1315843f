"""What store IT types about consents and keys."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from pathlib import Path

import pytest

from agent import cellar, consent_ledger
from agent.cli import main
from agent.clock import SystemClock
from agent.config import EXIT_CONFIG, Config, load
from agent.consent.acts import Agreed
from agent.consents import EXIT_NOT_GOOD, EXIT_UNAVAILABLE, EXIT_USAGE
from agent.entropy import SystemEntropy
from agent.identity.contacts import read as read_contact
from agent.identity.kinds import Contact
from agent.pipeline.consents import Deed
from agent.store.shut_out import ShutOut, Why
from agent.store.store import Store
from tests.test_config import GOOD

MAIL = "marie.curie@gmail.com"
ON_SCREEN = Agreed("receipt_delivery", "email", "customer_screen")


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


async def _fill(config: Config, count: int) -> None:
    clock, entropy = SystemClock(), SystemEntropy()
    async with Store.open(
        config.till.state_dir / "agent.db",
        sealer=cellar.vault(config),
        clock=clock,
        settings=config.store,
    ) as store:
        consents = consent_ledger.ledger(config, store, clock, entropy)
        found = read_contact("email", MAIL)
        assert isinstance(found, Contact)
        for _ in range(count):
            async with consents.recorded(Deed(ON_SCREEN, found, None, 0)) as changes:
                await store.commit(*changes)


@pytest.fixture
def filled(path: Path) -> Path:
    assert run(path, "keys", "init") == 0
    asyncio.run(_fill(load(path), 3))
    return path


def test_keys_are_made_shown_and_rotated_and_no_secret_is_said(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (
        ("init",),
        ("init",),
        ("list",),
        ("rotate", "consent", "--revoke"),
        ("list",),
        ("public",),
    ):
        assert run(path, "keys", *arguments) == 0
    said = capsys.readouterr()
    first = said.out.splitlines()
    assert first[0:4] == first[4:8] == first[8:12]
    assert [line.split()[1] for line in first[:4]] == [
        "consent",
        "transport",
        "qr",
        "store",
    ]
    public = [json.loads(line) for line in first if line.startswith("{")]
    assert len(public) == 4
    assert len([key for key in public if key["revoked"]]) == 1
    folder = tmp_path / "state" / "keys"
    for name in ("consent.pem", "transport.pem", "qr.pem"):
        for line in (folder / name).read_text().splitlines()[1:-1]:
            assert line not in said.out + said.err
    assert (folder / "subject.key").read_bytes().hex() not in said.out + said.err


def test_a_folder_that_is_open_to_others_says_what_to_do(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state" / "keys").mkdir(mode=0o755)
    assert run(path, "keys", "init") == EXIT_CONFIG
    assert "chmod 0700" in capsys.readouterr().err


def test_a_good_ledger_says_so(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(filled, "consent", "verify") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(": 3 records")
    assert lines[1].startswith("chain: whole, it ends in ")
    assert lines[2:] == ["signatures: 3 good", "sentences: all known"]


def test_an_export_can_be_checked_elsewhere(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "proof.jsonl"
    assert run(filled, "consent", "verify", "--export", str(out)) == 0
    head, *records = map(json.loads, out.read_text("utf-8").splitlines())
    assert (head["good"], len(head["keys"]), len(records)) == (True, 1, 3)
    assert head["head"] == records[-1]["sha256"]
    first = json.loads(records[0]["record"])
    assert first["prev"] == head["beginning"]
    assert records[0]["iso_27560"]["record_id"] == first["consent_id"]
    assert records[0]["kantara"]["consentReceiptID"] == first["consent_id"]
    assert MAIL not in out.read_text("utf-8")
    assert out.stat().st_mode & 0o077 == 0
    # With keys kept elsewhere; and with those of another till.
    capsys.readouterr()
    keys = tmp_path / "keys.jsonl"
    run(filled, "keys", "public")
    keys.write_text(capsys.readouterr().out)
    assert run(filled, "consent", "verify", "--keys", str(keys)) == 0
    keys.write_text("")
    assert run(filled, "consent", "verify", "--keys", str(keys)) == EXIT_NOT_GOOD
    assert "a key that nobody knows" in capsys.readouterr().out
    missing = str(tmp_path / "nowhere")
    assert run(filled, "consent", "verify", "--keys", missing) == EXIT_CONFIG


def _break(path: Path, *statements: str) -> None:
    with sqlite3.connect(load(path).till.state_dir / "agent.db") as db:
        db.execute("DROP TRIGGER consent_is_immutable")
        db.execute("DROP TRIGGER consent_stays")
        for sql in statements:
            db.execute(sql)
    db.close()


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("DELETE FROM consent WHERE seq = 2", "at record 3: record 2 is missing"),
        ("DELETE FROM consent WHERE seq = 1", "at record 2: record 1 is missing"),
        (
            "UPDATE consent SET digest = zeroblob(32) WHERE seq = 2",
            "at record 2: its content is not the one",
        ),
        (
            "UPDATE consent SET decision = 'withdrawn' WHERE seq = 2",
            "at record 2: what stands beside it is not what it says",
        ),
        (
            "UPDATE consent SET subject = zeroblob(24) WHERE seq = 3",
            "at record 3: what stands beside it is not what it says",
        ),
        (
            "UPDATE consent SET expires_ms = 9000000000000000 WHERE seq = 1",
            "at record 1: what stands beside it is not what it says",
        ),
        (
            "UPDATE consent SET body = NULL WHERE seq = 2",
            "at record 2: its content is gone before its time",
        ),
        (
            "UPDATE consent SET body = zeroblob(100) WHERE seq = 2",
            "at record 2: it is damaged on the disk",
        ),
    ],
)
def test_the_first_record_that_does_not_hold_is_named(
    filled: Path, sql: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _break(filled, sql)
    assert run(filled, "consent", "verify") == EXIT_NOT_GOOD
    assert f"chain: broken {says}" in capsys.readouterr().out


def test_what_was_erased_before_its_time_is_named(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the beginning, as the retention does it; only its age tells."""
    _break(filled, "UPDATE consent SET body = NULL WHERE seq <= 2")
    capsys.readouterr()
    assert run(filled, "consent", "verify") == EXIT_NOT_GOOD
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(": 3 records")
    assert lines[1] == "erased before 400 days (store.proof_days): record 1 to 2"
    old = int((time.time() - 401 * 86_400) * 1000)
    with sqlite3.connect(load(filled).till.state_dir / "agent.db") as db:
        db.execute("UPDATE consent SET at_ms = ? WHERE seq <= 2", (old,))
    db.close()
    assert run(filled, "consent", "verify") == 0
    said = capsys.readouterr().out
    assert "3 records, 2 of them past their time" in said
    assert "erased before" not in said


def test_a_contact_s_decisions_are_shown_without_the_contact(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(filled, "consent", "show", "MARIE.curie+a@gmail.com") == 0
    out = capsys.readouterr().out
    assert out.startswith("M•••@gmail.com: 3 decisions\n")
    assert out.count("receipt_delivery by email") == 3
    assert MAIL not in out
    assert run(filled, "consent", "show", "0612345678") == 0
    assert capsys.readouterr().out == "06 •• •• •• 78: 0 decisions\n"
    assert run(filled, "consent", "show", "marie@") == EXIT_USAGE
    assert "after" not in capsys.readouterr().out


def test_a_withdrawal_is_recorded_at_once_where_no_agent_runs(
    filled: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", io.StringIO(MAIL + "\n"))
    assert run(filled, "consent", "withdraw", "-") == 0
    assert capsys.readouterr().out == "m•••@gmail.com: withdrawn, recorded\n"
    assert run(filled, "consent", "show", MAIL) == 0
    assert "withdrawn  receipt_delivery by email" in capsys.readouterr().out
    assert run(filled, "consent", "verify") == 0
    assert ": 4 records" in capsys.readouterr().out
    for purpose in ("marketing_sms", "nonsense"):
        wrong = run(filled, "consent", "withdraw", MAIL, "--purpose", purpose)
        assert wrong == EXIT_USAGE


def test_a_running_agent_is_left_the_order(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = load(filled)

    async def beside() -> None:
        async with Store.open(
            config.till.state_dir / "agent.db",
            sealer=cellar.vault(config),
            clock=SystemClock(),
            settings=config.store,
        ):
            code = await asyncio.to_thread(
                run, filled, "consent", "withdraw", MAIL, "--object"
            )
            assert code == 0
            assert await asyncio.to_thread(run, filled, "consent", "verify") == 0

    capsys.readouterr()
    asyncio.run(beside())
    assert "objected, the agent takes it up" in capsys.readouterr().out
    (left,) = config.withdrawals_dir.iterdir()
    assert left.stat().st_mode & 0o077 == 0
    said = json.loads(left.read_text())
    assert (said["decision"], said["kind"], said["purpose"]) == (
        "objected",
        "email",
        None,
    )
    assert "marie" not in left.read_text()


async def _shut_out(config: Config, why: Why) -> None:
    """That address, under the ring's own key, for a day."""
    clock, entropy = SystemClock(), SystemEntropy()
    found = read_contact("email", MAIL)
    assert isinstance(found, Contact)
    async with Store.open(
        config.till.state_dir / "agent.db",
        sealer=cellar.vault(config),
        clock=clock,
        settings=config.store,
    ) as store:
        consents = consent_ledger.ledger(config, store, clock, entropy)
        subject = await consents.subject(found)
        until_ms = int(clock.now().timestamp() * 1000) + 86_400_000
        await store.commit(ShutOut(subject, why, until_ms))


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("bounced", "shut out: a mail came back"),
        ("unwanted", "shut out: wanted no more mails"),
    ],
)
def test_an_address_is_let_in_again_once_and_the_ledger_has_it(
    filled: Path, capsys: pytest.CaptureFixture[str], why: Why, said: str
) -> None:
    asyncio.run(_shut_out(load(filled), why))
    capsys.readouterr()
    assert run(filled, "consent", "admit", MAIL) == 0
    out = capsys.readouterr().out
    assert out == f"m•••@gmail.com ({said}): let in again, recorded\n"
    assert run(filled, "consent", "admit", MAIL) == EXIT_NOT_GOOD
    assert "is not shut out" in capsys.readouterr().err
    assert run(filled, "consent", "verify") == 0
    assert ": 4 records" in capsys.readouterr().out
    assert run(filled, "consent", "show", MAIL) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert "given" in last
    assert "cashier_oral" in last


def test_an_address_that_is_not_shut_out_is_not_said_to_ask_for_mails(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = ["--config", str(filled)]
    assert main(["consent", "admit", MAIL, *path]) == EXIT_NOT_GOOD
    assert "n’est pas écartée" in capsys.readouterr().err
    assert not load(filled).withdrawals_dir.exists()


def test_before_the_first_start_there_is_nothing_to_check(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(path, "consent", "verify") == EXIT_UNAVAILABLE
    assert "has the agent run once?" in capsys.readouterr().err
    assert run(path, "consent", "withdraw", MAIL) == 0
    assert not (load(path).till.state_dir / "agent.db").exists()


def test_a_folder_of_sentences_that_is_bad_costs_those_only(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with path.open("a") as file:
        file.write(f"\n[consent]\nnotices = '{tmp_path}/nowhere'\n")
    config = load(path)

    async def sentence() -> str:
        async with Store.open(
            tmp_path / "agent.db",
            sealer=cellar.vault(config),
            clock=SystemClock(),
            settings=config.store,
        ) as store:
            made = consent_ledger.ledger(config, store, SystemClock(), SystemEntropy())
            notice = made.sentence("receipt_delivery", "email")
            return notice.name if notice else ""

    assert asyncio.run(sentence()) == "delivery-email-2026-2"
    assert "only the program's own sentences" in caplog.text


def test_french_comes_first(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = ["--config", str(filled)]
    assert main(["consent", "verify", *path]) == 0
    lines = capsys.readouterr().out.splitlines()
    # English below each, as doctor has it.
    assert "3 décisions enregistrées" in lines[0]
    assert lines[1].endswith(": 3 records")
    assert lines[2].startswith("chaîne\u00a0: entière, elle finit par ")
    assert lines[3].startswith("  chain: whole, it ends in ")
    assert lines[2].split()[-1] == lines[3].split()[-1]
    assert lines[4:] == [
        *("signatures\u00a0: 3 valables", "  signatures: 3 good"),
        *("mentions\u00a0: toutes connues", "  sentences: all known"),
    ]
    assert main(["consent", "withdraw", MAIL, *path]) == 0
    assert capsys.readouterr().out == (
        "m•••@gmail.com\u00a0: accord retiré, enregistré\n"
    )


def test_a_till_with_one_decision_says_it_in_the_singular(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(path, "keys", "init") == 0
    asyncio.run(_fill(load(path), 1))
    capsys.readouterr()
    assert main(["consent", "verify", "--config", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(": 1 décision enregistrée")
    assert lines[4] == "signatures\u00a0: 1 valable"


def test_what_breaks_the_chain_is_said_in_both(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _break(filled, "DELETE FROM consent WHERE seq = 2")
    capsys.readouterr()
    assert main(["consent", "verify", "--config", str(filled)]) == EXIT_NOT_GOOD
    lines = capsys.readouterr().out.splitlines()
    assert lines[2:4] == [
        ("chaîne\u00a0: rompue à la décision n° 3\u00a0: la décision n° 2 manque"),
        "  chain: broken at record 3: record 2 is missing",
    ]
