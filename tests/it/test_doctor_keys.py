"""Each key is looked at as the agent's user has it, and what doctor says mends it."""

from __future__ import annotations

import asyncio
import os
import pwd
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.cli import main
from agent.it.probes import mounts, secrets
from tests.it.test_doctor import found, states
from tests.it.test_print_held import till as written
from tests.store.builders import opened

PEMS = ("consent.pem", "transport.pem", "qr.pem")
OTHER = next(each for each in pwd.getpwall() if each.pw_uid not in {0, os.geteuid()})
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


def with_keys(folder: Path) -> tuple[Path, Path]:
    path = written(folder, 1)
    assert main(["keys", "init", "--config", str(path)]) == 0
    return path, folder / "state" / "keys"


def lost_to() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


def garbage(path: Path) -> None:
    path.write_text("x" * 64)


def typed(remedy: str, config: Path) -> None:
    """What stands behind the last colon of a remedy, as somebody types it."""
    for line in remedy.rsplit(": ", maxsplit=1)[-1].split("; "):
        words = line.split(", then ")[0].split()
        if words[0] == "receipt-agent":
            assert main([*words[1:], "--config", str(config)]) == 0
        else:
            subprocess.run(words, check=True)


@pytest.mark.parametrize("name", [*PEMS, "subject.key"])
@pytest.mark.parametrize("fault", [Path.unlink, garbage])
async def test_a_key_that_is_lost_or_damaged_is_named_and_made_anew_as_it_says(
    tmp_path: Path, name: str, fault: Callable[[Path], object]
) -> None:
    path, keys = with_keys(tmp_path)
    assert states(await found(path, "keys")) == ["ok"]
    fault(keys / name)
    (lost,) = await found(path, "keys")
    assert (lost.state, name in lost.says.en) == ("bad", True)
    assert f"BACKUP {keys / name}" in lost.remedy.en
    typed(lost.remedy.en, path)
    assert states(await found(path, "keys")) == ["ok"]


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        *((each, 0o666) for each in PEMS),
        ("subject.key", 0o644),
        ("index.jsonl", 0o640),
        ("store.key", 0o000),
        ("", 0o755),
    ],
)
async def test_a_key_that_others_may_read_or_nobody_is_closed_as_it_says(
    tmp_path: Path, name: str, mode: int
) -> None:
    path, keys = with_keys(tmp_path)
    (keys / name).chmod(mode)
    (open_,) = await found(path, "keys")
    assert (open_.state, open_.detail) == ("bad", str(keys / name))
    typed(open_.remedy.en, path)
    assert states(await found(path, "keys")) == ["ok"]


@AS_ROOT
@pytest.mark.parametrize("name", ["transport.pem", "subject.key", "store.key", ".lock"])
async def test_a_key_that_is_not_the_agent_s_is_given_to_it_as_it_says(
    tmp_path: Path, name: str
) -> None:
    path, keys = with_keys(tmp_path)
    for each in (keys, *keys.iterdir()):
        os.chown(each, OTHER.pw_uid, -1)
    assert states(await found(path, "keys", user=OTHER.pw_name)) == ["ok"]
    os.chown(keys / name, 0, -1)
    (theirs,) = await found(path, "keys", user=OTHER.pw_name)
    assert (theirs.state, theirs.detail) == ("bad", str(keys / name))
    await asyncio.to_thread(subprocess.run, theirs.remedy.en.split(), check=True)
    assert states(await found(path, "keys", user=OTHER.pw_name)) == ["ok"]


async def test_keys_that_are_another_user_s_are_not_ours_to_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = with_keys(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: OTHER.pw_uid)
    me = pwd.getpwuid(os.getuid()).pw_name
    (hidden,) = await found(path, "keys", user=me)
    assert hidden.remedy.en == "sudo receipt-agent doctor"


async def test_a_key_that_was_revoked_is_rotated(tmp_path: Path) -> None:
    path, keys = with_keys(tmp_path)
    old = (keys / "qr.pem").read_bytes()
    rotated = ["keys", "rotate", "qr", "--revoke", "--config", str(path)]
    assert main(rotated) == 0
    (keys / "qr.pem").write_bytes(old)
    (revoked,) = await found(path, "keys")
    assert revoked.says.en == "qr.pem is revoked"
    typed(revoked.remedy.en, path)
    assert states(await found(path, "keys")) == ["ok"]


async def test_an_index_that_is_gone_comes_from_the_backup_first(
    tmp_path: Path,
) -> None:
    path, keys = with_keys(tmp_path)
    (keys / "index.jsonl").write_text("no key")
    (damaged,) = await found(path, "keys")
    assert damaged.says.en == "index.jsonl is not what it should be"
    (keys / "index.jsonl").unlink()
    (gone,) = await found(path, "keys")
    assert gone.remedy.en.startswith("install -m 600")
    assert "without a backup only: receipt-agent keys init" in gone.remedy.en
    typed(gone.remedy.en, path)
    assert states(await found(path, "keys")) == ["ok"]


async def test_a_database_whose_keys_are_all_gone_is_no_new_till(
    tmp_path: Path,
) -> None:
    path, keys = with_keys(tmp_path)
    async with opened(tmp_path / "state"):
        pass
    for each in keys.iterdir():
        each.unlink()
    lost = await found(path, "keys")
    assert states(lost) == ["bad"] * 6
    assert lost[0].remedy.en.startswith(f"install -m 600 -o {lost_to()} BACKUP")
    assert not [each for each in lost if each.remedy.en == "receipt-agent keys init"]


async def test_a_new_till_makes_keys_and_one_whose_disk_is_away_mounts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, 1)
    (tmp_path / "state" / "keys" / "store.key").unlink()
    new, _ = await found(path, "keys")
    assert new.remedy.en.startswith("a till that was in use: put")
    assert new.remedy.en.endswith("a new till: receipt-agent keys init")
    monkeypatch.setattr(mounts, "FSTAB", tmp_path / "fstab")
    mounts.FSTAB.write_text(f"# /\n/dev/sdb1 {tmp_path}/state ext4 defaults 0 2\n")
    (away,) = await found(path, "keys")
    assert away.remedy.en == f"mount {tmp_path}/state"
    mounts.FSTAB.write_text("/dev/sdb1 / ext4 defaults 0 1\nUUID=1 none swap sw 0 0\n")
    assert len(await found(path, "keys")) == 2


async def test_a_signing_key_that_only_the_service_is_given_is_not_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, keys = with_keys(tmp_path)
    monkeypatch.setattr(secrets, "CREDSTORES", (tmp_path / "sealed",))
    (tmp_path / "sealed").mkdir()
    for name in ("consent.pem", "subject.key"):
        (keys / name).rename(tmp_path / "sealed" / name)
    assert states(await found(path, "keys")) == ["ok"]
