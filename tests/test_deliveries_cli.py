"""The proof of delivery leaves the till signed, and a changed file is found out."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from agent.choice.ledger import HandOver
from agent.cli import main
from agent.pipeline.replays import Order, read
from agent.store.handovers import EndHandOver, OrderHandOver
from agent.store.records import OpenReceipt, ParcelState, PutParcel
from tests.store.builders import a_parcel, a_receipt, leave_key, opened, receipt_id

NOON_MS = 1_795_262_400_000
"""2026-11-21, 12:00 UTC."""
DAY_MS = 86_400_000


async def till(folder: Path) -> Path:
    """A configuration, keys, and three hand-overs of two days."""
    config = folder / "agent.toml"
    state = folder / "state"
    state.mkdir(mode=0o700)
    leave_key(state)
    config.write_text(
        f"""
[till]
tenant = "enseigne"
store = "S1"
till = "T1"
shop = "Épicerie Lucie"
tickets_url = "https://tickets.example"
state_dir = "{state}"
[printer]
link = "tcp://192.168.1.50:9100"
"""
    )
    rows = [
        HandOver(receipt_id(1), 0, "qr", "chosen", "customer", NOON_MS),
        HandOver(receipt_id(1), 1, "paper", "lost", "cashier", NOON_MS + 1000),
        HandOver(receipt_id(2), 0, "email", "chosen", "cashier", NOON_MS + DAY_MS),
    ]
    async with opened(state) as store:
        await store.commit(
            OpenReceipt(a_receipt(1)),
            OpenReceipt(a_receipt(2)),
            *map(OrderHandOver, rows),
            EndHandOver(receipt_id(1), 0, "done"),
        )
    assert main(["keys", "init", "--config", str(config)]) == 0
    return config


def exported(config: Path, *more: str) -> Path:
    path = config.parent / "proof"
    said = ["deliveries", "export", "--config", str(config), "-o", str(path)]
    assert main([*said, *more]) == 0
    return path


def verified(config: Path, path: Path) -> int:
    return main(["deliveries", "verify", "--config", str(config), str(path)])


async def test_the_days_that_were_asked_for_as_csv(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = await till(tmp_path)
    path = exported(config, "--since", "2026-11-21", "--until", "2026-11-21")
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    assert [(row["mark"], row["channel"], row["why"]) for row in rows] == [
        ("ORIGINAL", "qr", "chosen"),
        ("DUPLICATA 1", "paper", "lost"),
    ]
    assert rows[0]["till"] == "urn:edge:enseigne:S1:T1"
    assert rows[0]["ordered_at"] == "2026-11-21T12:00:00.000Z"
    assert (rows[0]["outcome"], rows[1]["outcome"]) == ("done", "waiting")
    assert verified(config, path) == 0
    assert "en ordre" in capsys.readouterr().out


async def test_all_of_it_as_json(tmp_path: Path) -> None:
    config = await till(tmp_path)
    path = exported(config, "--format", "json")
    said = json.loads(path.read_text())
    assert said["schema"] == "deliveries/1"
    assert [each["receipt"] for each in said["hand_overs"]] == [
        str(receipt_id(1)),
        str(receipt_id(1)),
        str(receipt_id(2)),
    ]
    assert said["hand_overs"][2]["ended_at"] is None


async def test_a_changed_file_is_found_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = await till(tmp_path)
    path = exported(config)
    path.write_text(path.read_text().replace("DUPLICATA 1", "ORIGINAL"))
    assert verified(config, path) == 1
    assert "the file was changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("signed", "says"),
    [
        (b"no", "cannot be read"),
        (b'{"kid": "00", "sha256": "", "sig": "AAAA"}', "unknown key"),
    ],
)
async def test_a_signature_that_is_none_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], signed: bytes, says: str
) -> None:
    config = await till(tmp_path)
    path = exported(config)
    path.with_name("proof.sig").write_bytes(signed)
    assert verified(config, path) == 1
    assert says in capsys.readouterr().out


async def test_a_key_that_was_revoked_proves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = await till(tmp_path)
    path = exported(config)
    rotate = ["keys", "rotate", "transport", "--config", str(config)]
    assert main(rotate) == 0
    assert verified(config, path) == 0
    path = exported(config)
    assert main([*rotate, "--revoke"]) == 0
    assert verified(config, path) == 1
    assert "revoked key" in capsys.readouterr().out


async def test_without_a_database_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = await till(tmp_path)
    (tmp_path / "state" / "agent.db").unlink()
    said = ["deliveries", "export", "--config", str(config)]
    assert main([*said, "-o", str(tmp_path / "proof")]) == 69
    assert "no database there" in capsys.readouterr().err


async def with_dead_letters(folder: Path) -> Path:
    config = await till(folder)
    async with opened(folder / "state") as store:
        for number, detail in ((1, "mail_refused:550"), (2, "withdrawn")):
            parcel = replace(a_parcel(number), number=2)
            dead = replace(parcel, recipient="", state=ParcelState.DEAD, detail=detail)
            await store.commit(PutParcel(parcel))
            await store.commit(PutParcel(dead))
    return config


async def test_dead_letters_are_listed_with_masked_addresses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = await with_dead_letters(tmp_path)
    capsys.readouterr()
    assert main(["deliveries", "dead", "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert str(receipt_id(1)) in said
    assert "refusée" in said
    assert "anna" not in said
    assert str(receipt_id(2)) not in said  # its customer took it back


async def test_one_is_left_for_the_agent_to_send_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = await with_dead_letters(tmp_path)
    order = ["deliveries", "replay", str(receipt_id(1)), "email"]
    assert main([*order, "--config", str(config)]) == 0
    (left,) = (tmp_path / "state" / "replays").iterdir()
    assert read(left.read_bytes()) == Order(str(receipt_id(1)), "email")
    assert left.stat().st_mode & 0o077 == 0
