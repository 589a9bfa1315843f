"""Persons are planted wherever a bundle looks, and none is found in it."""

from __future__ import annotations

import asyncio
import io
import json
import os
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from agent import __version__
from agent.cli import main
from agent.it import masking, units
from agent.store.records import AcceptJob, OpenReceipt, PutParcel
from tests.it.test_doctor import program
from tests.it.test_print_held import till
from tests.store.builders import a_job, a_parcel, a_receipt, opened

pytestmark = pytest.mark.timeout(180)

PERSON = (
    *("anna.martin@example.org", "Anna Martin", "+33612345678", "06 12 34 56 78"),
    *("4970100000000154", "Qm9uam91ckFubmFNYXJ0aW4", "12,34", "geheim-password"),
)
SHOP = ("Épicerie Lucie Durand", "lucie.durand@shop.example", "secret-host.example")


def planted() -> str:
    """A journal that says what it must never say, in every place where it could."""
    said = " ".join(PERSON)
    ours = {
        "level": "warning",
        "logger": "agent.it",
        "event": f"a job was lost: {said}",
        "rule": PERSON[0],
        "job": PERSON[2],
        "bytes": 4096,
        "contact": said,
        "trace": f'Traceback\n  File "/opt/a.py", line 7, in f\n    x = "{said}"\n'
        f"agent.errors.StoreError: {said}",
    }
    records = [
        {"MESSAGE": json.dumps(ours), "_SYSTEMD_UNIT": "receipt-agent.service"},
        {"MESSAGE": said, "_SYSTEMD_UNIT": "receipt-agent.service", "PRIORITY": "3"},
        {"MESSAGE": f'  File "/opt/b.py", line 9\n{said}', "_CMDLINE": said},
        {"MESSAGE": list(said.encode()), "X": said},
        {"MESSAGE": f"Started {PERSON[0]}", "SYSLOG_IDENTIFIER": "systemd"},
        {
            "MESSAGE": said,
            "RECEIPT_AGENT_SENTENCE": "printer went away",
            "RECEIPT_AGENT_WHY": said,
            "RECEIPT_AGENT_CONTACT": "0612345678",
            "RECEIPT_AGENT_TRACE": f'  File "/opt/c.py", line 3\n{said}',
        },
    ]
    return "\n".join(map(json.dumps, records))


async def test_nothing_of_a_person_is_in_it_and_what_support_needs_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "journal").write_text(planted())
    program(tmp_path, "journalctl", f"cat {tmp_path}/journal")
    program(tmp_path, "systemctl", "echo ActiveState=failed; echo LoadState=loaded")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    secret = tmp_path / "password"
    secret.write_text(PERSON[-1])
    config = till(
        tmp_path,
        1,
        f"""[mail]
host = "{SHOP[2]}"
sender = "{SHOP[1]}"
username = "{PERSON[0]}"
password_file = "{secret}"
[consent]
controller = "{SHOP[0]}"
contact = "{PERSON[1]}"
""",
    )
    config.write_text(config.read_text().replace('"Épicerie"', f'"{SHOP[0]}"'))
    body = json.dumps({"lines": PERSON}).encode()
    row = replace(a_receipt(1), body=body, strip_html=body)
    async with opened(tmp_path / "state") as store:
        await store.commit(
            AcceptJob(a_job(1), body),
            OpenReceipt(row),
            PutParcel(replace(a_parcel(1), recipient=PERSON[0])),
        )
    output = tmp_path / "bundle.tar.gz"
    asked = ["support-bundle", "--config", str(config), "-o", str(output), "--json"]
    assert await asyncio.to_thread(main, asked) == 0
    assert json.loads(capsys.readouterr().out)["file"] == str(output)
    assert output.stat().st_mode & 0o077 == 0

    parts = contents(output)
    everything = "\n".join(parts.values())
    for word in (*PERSON, *SHOP):
        assert word not in everything, word
        assert json.dumps(word)[1:-1] not in everything, word
    first, second, third, *_ = map(json.loads, parts["journal.jsonl"].splitlines())
    assert first["event"] == "a job was lost"
    assert (first["bytes"], first["logger"]) == (4096, "agent.it")
    assert first["frames"] == ["/opt/a.py:7"]
    assert first["raised"] == ["agent.errors.StoreError"]
    assert "event" not in second
    assert third["frames"] == ["/opt/b.py:9"]
    kept = json.loads(parts["configuration.json"])
    assert (kept["till"]["till"], kept["mail"]["port"]) == ("T1", 587)
    counts = json.loads(parts["store.json"])
    assert (counts["rows"]["receipt"], counts["jobs"]) == (1, {"accepted": 1})
    versions = json.loads(parts["versions.json"])
    assert versions["receipt-agent"] == __version__
    assert versions["rules"].startswith("fr 20")
    assert {
        "receipt-agent.service",
        "receipt-agent-screens.socket",
        "receipt-agent-worker.socket",
        "receipt-agent-ocr.socket",
    } <= json.loads(parts["units.json"]).keys()
    assert json.loads(parts["doctor.json"])["state"] == "bad"


def test_a_broken_configuration_is_bundled_by_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = till(tmp_path, 1)
    config.write_text(config.read_text() + f"[mail]\nsender = '{PERSON[1]}'\n")
    assert main(["support-bundle", "--config", str(config)]) == 0
    (output,) = tmp_path.glob("receipt-agent-till-*.tar.gz")
    parts = contents(output)
    assert "mail" in parts["configuration.json"]
    assert all(word not in "".join(parts.values()) for word in PERSON)


def test_a_dash_is_standard_output(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["support-bundle", "--config", str(till(tmp_path, 1)), "-o", "-"]) == 0
    with tarfile.open(fileobj=io.BytesIO(capfdbinary.readouterr().out)) as tar:
        assert any(name.endswith("/versions.json") for name in tar.getnames())
    assert not Path("-").exists()


@pytest.mark.parametrize("missing", [True, False], ids=["missing", "broken"])
def test_without_a_configuration_the_units_of_every_instance_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, missing: bool
) -> None:
    for name in ("desk", "bar"):
        (tmp_path / "units" / f"receipt-agent-print@{name}.socket.d").mkdir(
            parents=True
        )
    monkeypatch.setattr(units, "UNITS", tmp_path / "units")
    program(tmp_path, "journalctl", f'echo "$@" > {tmp_path}/asked')
    program(tmp_path, "systemctl", "echo ActiveState=failed")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    config, output = tmp_path / "bar.toml", tmp_path / "bundle.tar.gz"
    if not missing:
        config.write_text("[till\n")
    asked = ["support-bundle", "--config", str(config), "-o", str(output)]
    assert main(asked) == 0
    found = json.loads(contents(output)["units.json"])
    assert [*found] == [
        f"receipt-agent{part}{instance}.{kind}"
        for instance in ("", "@bar", "@desk")
        for part, kind in (
            ("", "service"),
            ("-bypass", "service"),
            ("-print", "socket"),
            ("-screens", "socket"),
            ("-star", "socket"),
        )
    ] + [*units.SHARED]
    assert all(each == {"ActiveState": "failed"} for each in found.values())
    journal = (tmp_path / "asked").read_text()
    assert all(f"-u {unit} " in journal for unit in found)


@pytest.mark.parametrize(
    "kept",
    [
        "agent.pipeline.corridor",
        "01a226ec-4232-74bc-91db-8408b1e98163",
        "2026-11-29T10:49:09Z",
        "127.0.0.1:9100",
        "R21 offered, 4096 bytes",
    ],
)
def test_ids_times_and_ports_are_not_taken_for_persons(kept: str) -> None:
    assert masking.masked(kept) == kept


def contents(path: Path) -> dict[str, str]:
    with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as tar:
        found = {}
        for member in tar.getmembers():
            file = tar.extractfile(member)
            assert file is not None
            found[Path(member.name).name] = file.read().decode()
    return found
