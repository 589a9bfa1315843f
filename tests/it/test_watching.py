"""status, tail, replay and selftest, of a shop that is open and of one that is not."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import shutil
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.config import load
from agent.it import selftest, status, tail, units
from agent.store.records import AcceptJob, JobState, SettleJob
from hardware_sim import library_bytes
from hardware_sim.office import kitchen
from hardware_sim.receipts import sale
from tests.acceptance.rig import WAIT_S, patient_shop, ring_up
from tests.it.test_doctor import program
from tests.it.test_print_held import till
from tests.store.builders import a_job, job_id, opened, raw_of

pytestmark = pytest.mark.timeout(240)


async def said(*words: str) -> tuple[int, str]:
    """The program as store IT types it; exit code and standard output."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", "agent", *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    assert process.returncode is not None, error
    return process.returncode, out.decode()


@pytest.mark.acceptance
async def test_an_open_shop_is_shown_followed_and_printed_to(tmp_path: Path) -> None:
    async with patient_shop(tmp_path) as shop:
        config = ("--config", str(shop.configuration))
        code, out = await said("status", "--json", *config)
        found = json.loads(out)
        assert (code, found["agent"]["state"]) == (0, "up")
        assert found["agent"]["rooms"]["printer"]["state"] == "ok"
        assert found["till"] == "urn:edge:enseigne:S0042:T03"
        code, out = await said("status", *config)
        assert (code, out.startswith("agent         en marche")) == (0, True)

        order = tmp_path / "order"
        order.write_bytes(library_bytes.encode(kitchen(7)))
        code, out = await said("replay", str(order), "--door", *config)
        assert (code, "taken" in out) == (0, True)
        await shop.printer.wait_until(
            lambda: order.read_bytes() in bytes(shop.printer.received),
            WAIT_S,
            "such order",
        )
        now, _ = await ring_up(shop)
        code, out = await said("tail", "--json", "--lines", "5", *config)
        happened = [json.loads(line) for line in out.splitlines()]
        assert (code, len(happened)) == (0, 5)
        assert {each["what"] for each in happened} == {"receipt", "part"}
        at = dt.datetime.fromisoformat(happened[-1]["at"])
        assert abs(dt.datetime.now(dt.UTC) - at) < dt.timedelta(minutes=1)
        receipts = [each["id"] for each in happened if each["what"] == "receipt"]
        assert receipts[-1] == now["shown"]["id"]
        assert now["shown"]["total"] not in out
        assert any(each.get("state") == "ok" for each in happened)


async def test_a_till_without_an_agent_is_down_or_bypassed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = till(tmp_path, 2, "[screens]\nlisten = '127.0.0.1:1'\n")
    program(tmp_path, "systemctl", "echo inactive; exit 3")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    asked = ["status", "--json", "--config", str(config)]
    assert await asyncio.to_thread(main, asked) == 69
    assert json.loads(capsys.readouterr().out)["agent"]["state"] == "down"
    async with opened(tmp_path / "state"):
        assert await asyncio.to_thread(main, asked) == 0
    assert json.loads(capsys.readouterr().out)["agent"]["state"] == "starting"
    program(tmp_path, "systemctl", "echo active")
    assert await asyncio.to_thread(main, asked) == 69
    found = json.loads(capsys.readouterr().out)
    assert (found["agent"]["state"], found["log"]) == ("bypass", 0)
    program(tmp_path, "systemctl", "echo inactive; exit 3")
    assert await asyncio.to_thread(main, asked) == 69
    found = json.loads(capsys.readouterr().out)
    assert (found["agent"]["state"], found["log"]) == ("down", 0)
    assert await asyncio.to_thread(main, ["tail", "--config", str(config)]) == 69


def test_a_till_whose_agent_never_ran_is_down_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = till(tmp_path, 2, "[screens]\nlisten = '127.0.0.1:1'\n")
    program(tmp_path, "systemctl", "echo inactive; exit 3")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.setattr(units, "SYSTEMD", tmp_path)
    assert main(["status", "--config", str(config)]) == 69
    said = capsys.readouterr()
    assert "systemctl start receipt-agent" in said.out
    monkeypatch.setattr(units, "SYSTEMD", tmp_path / "none")
    assert main(["status", "--config", str(config)]) == 69
    by_hand = capsys.readouterr().out
    assert ("receipt-agent run" in by_hand, "systemctl" in by_hand) == (True, False)
    assert "Traceback" not in said.err
    assert sorted(tmp_path.rglob("*")) == before  # no database, no key, no folder


async def test_a_job_of_the_store_is_read_once_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, ticket = till(tmp_path, 2), sale("restaurant", 5)
    async with opened(tmp_path / "state") as store:
        await store.commit(AcceptJob(a_job(1), library_bytes.encode(ticket)))
    asked = ["replay", str(job_id(1)), "--json", "--config", str(config)]
    assert await asyncio.to_thread(main, asked) == 0
    (read,) = json.loads(capsys.readouterr().out).values()
    assert ticket.truth.number in json.dumps(read)
    unknown = ["replay", str(job_id(2)), "--config", str(config)]
    assert await asyncio.to_thread(main, unknown) == 66
    nobody = ["replay", str(config), "--door", "--config", str(config)]
    config.write_text(config.read_text() + "[door.tcp]\nlisten = '127.0.0.1:1'\n")
    assert await asyncio.to_thread(main, nobody) == 69


def picture(**shown: Any) -> dict[str, Any]:
    return {"shown": {"id": "r1", "kind": "sale", **shown}, "recent": [], "rooms": {}}


def test_only_what_is_new_is_told() -> None:
    before = picture(phase="offered", choice=None)
    after = picture(phase="done", choice="paper", total="12,34")
    assert [each["phase"] for each in tail.changes({}, before)] == ["offered"]
    assert list(tail.changes(before, before)) == []
    (told,) = tail.changes(before, after)
    assert (told["what"], told["id"], told["choice"]) == ("receipt", "r1", "paper")
    assert "12,34" not in str(told)


def with_disk(figure: str, *, state: str = "ok", room: str = "ok") -> dict[str, Any]:
    says = {"fr": figure, "en": figure}
    disk = {"name": {"fr": "Disque", "en": "Disk"}, "state": state, "says": says}
    return {"rooms": {"disk": {**disk, "detail": ""}}, "room": room}


def test_the_disk_is_said_when_it_gets_tight_and_not_with_every_figure() -> None:
    (first,) = tail.changes({}, with_disk("1,6 Go libres"))
    assert first == {
        "what": "part",
        "name": "Disque (Disk)",
        "state": "ok",
        "says": "1,6 Go libres",
    }
    day = [
        with_disk("1,5 Go libres"),
        with_disk("1,6 Go libres"),
        with_disk("0,5 Go libres", state="needs"),
        with_disk("0,3 Go libres", state="needs"),
        with_disk("0,3 Go libres", state="needs", room="warn"),
        with_disk("0,2 Go libres", state="needs", room="warn"),
        with_disk("0,0 Go libres", state="needs", room="bad"),
        with_disk("2,0 Go libres"),
        with_disk("2,1 Go libres"),
    ]
    told = [
        [each["says"] for each in tail.changes(before, now)]
        for before, now in pairwise([with_disk("1,6 Go libres"), *day])
    ]
    assert [len(each) for each in told] == [0, 0, 1, 0, 1, 0, 1, 1, 0]


@pytest.mark.parametrize(
    ("free_mb", "room"), [(31, "bad"), (255, "warn"), (256, "ok"), (9_000, "ok")]
)
def test_what_is_tight_is_what_doctor_warns_of(
    free_mb: int, room: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=free_mb * 1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert tail._room(tmp_path) == room


def test_a_part_is_said_in_french_with_english_beside() -> None:
    words = {
        "name": {"fr": "Imprimante", "en": "Printer"},
        "says": {"fr": "Prête", "en": "Ready"},
    }
    room = {**words, "state": "ok", "detail": "x"}
    assert [*status._rooms({"printer": room})] == [
        "  ✓ Imprimante\u00a0: Prête (Printer: Ready)  [x]"
    ]


def test_what_could_not_be_looked_at_afresh_says_how_old_it_is() -> None:
    now = dt.datetime.now(dt.UTC)
    old = (now - dt.timedelta(seconds=40)).isoformat(timespec="seconds")
    assert len([*status._age(old)]) == 1
    assert [*status._age(now.isoformat(timespec="seconds"))] == []
    assert [*status._age("")] == []


async def test_jobs_are_followed_whatever_they_are_and_nothing_of_them_is_told(
    tmp_path: Path,
) -> None:
    jobs = tail.Jobs(load(till(tmp_path, 2)))
    assert jobs.new() == []  # no database yet
    async with opened(tmp_path / "state") as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
        (came,) = jobs.new()
        assert (came["what"], came["id"], came["state"]) == (
            "job",
            str(job_id(1)),
            "accepted",
        )
        assert "raw" not in came
        assert jobs.new() == []
        await store.commit(SettleJob(job_id(1), JobState.PRINTED, "R01"))
        (printed,) = jobs.new()
        assert (printed["state"], printed["rule"]) == ("printed", "R01")


async def test_a_selftest_passes_every_stage_and_says_which_did_not() -> None:
    stages = selftest.Stages(lambda _: None)
    await selftest.selftest(stages)
    assert [each["passed"] for each in stages.done] == [True] * 7
    broken = selftest.Stages(lambda _: None)

    async def fails() -> None:
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        await broken.pass_("a stage", fails())
    assert [(each["passed"], each["why"]) for each in broken.done] == [
        (False, "OSError no")
    ]
