"""The key of the database: made once, checked at each start, rotated by command."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agent import cellar
from agent.cli import main
from agent.config import EXIT_CONFIG, Config, load
from agent.errors import StoreError
from agent.keyring.store_key import kid_of
from agent.store.records import AcceptJob
from tests.store.builders import a_job, job_id, raw_of
from tests.test_config import GOOD


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "agent.toml"
    text = GOOD.replace("[till]", f"[till]\nstate_dir = '{tmp_path}/state'")
    found.write_text(text)
    (tmp_path / "state").mkdir(mode=0o700)
    return found


def key_of(path: Path) -> Path:
    return load(path).keys_dir / "store.key"


def run(path: Path, *arguments: str) -> int:
    return main([*arguments, "--config", str(path)])


async def _with_job(config: Config, number: int) -> None:
    async with cellar.opened(config) as store:
        await store.commit(AcceptJob(a_job(number), raw_of(number)))


async def _raw(config: Config, number: int) -> bytes | None:
    async with cellar.opened(config) as store:
        return await store.job_raw(job_id(number))


def test_the_first_start_makes_the_key_for_its_owner_only(path: Path) -> None:
    asyncio.run(_with_job(load(path), 1))
    key = key_of(path)
    assert (key.stat().st_mode & 0o777, key.stat().st_size) == (0o600, 32)
    before = key.read_bytes()
    asyncio.run(_with_job(load(path), 2))
    assert key.read_bytes() == before


def test_keys_init_makes_it_and_says_its_name_only(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(path, "keys", "init") == 0
    assert run(path, "keys", "list") == 0
    said = capsys.readouterr().out
    secret = key_of(path).read_bytes()
    assert said.count("store      AES-256  encrypts") == 2
    assert secret.hex() not in said
    assert kid_of(secret).hex() in said


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda key: key.unlink(), "not there, and the database is encrypted"),
        (lambda key: key.chmod(0o640), "chmod 0600"),
        (lambda key: key.write_bytes(b"x" * 32), "put that key back"),
        (lambda key: key.write_bytes(b"x" * 31), "31 bytes, and a key of the store"),
    ],
    ids=["missing", "open to others", "another", "short"],
)
def test_a_key_that_cannot_be_used_is_said_and_the_file_is_left_alone(
    path: Path, spoil: object, says: str
) -> None:
    asyncio.run(_with_job(load(path), 1))
    key, secret = key_of(path), key_of(path).read_bytes()
    assert callable(spoil)
    spoil(key)
    with pytest.raises(StoreError, match=says) as caught:
        asyncio.run(_raw(load(path), 1))
    assert secret.hex() not in str(caught.value)
    key.write_bytes(secret)
    key.chmod(0o600)
    assert asyncio.run(_raw(load(path), 1)) == raw_of(1)


def test_a_rotation_wraps_the_keys_anew_and_takes_the_old_one_away(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(_with_job(load(path), 1))
    before = key_of(path).read_bytes()
    assert run(path, "keys", "rotate", "store") == 0
    assert "encrypts" in capsys.readouterr().out
    assert key_of(path).read_bytes() != before
    assert not key_of(path).with_name("store.key.old").exists()
    assert asyncio.run(_raw(load(path), 1)) == raw_of(1)


def test_a_running_agent_is_left_the_rotation(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = load(path)

    async def beside() -> None:
        async with cellar.opened(config) as store:
            await store.commit(AcceptJob(a_job(1), raw_of(1)))
            assert await asyncio.to_thread(run, path, "keys", "rotate", "store") == 0
            assert "within a minute" in capsys.readouterr().out
            # Not twice, or nobody could read what is under the first.
            assert (
                await asyncio.to_thread(run, path, "keys", "rotate", "store")
                == EXIT_CONFIG
            )
            assert "not done yet" in capsys.readouterr().err
            assert await store.job_raw(job_id(1)) == raw_of(1)

    asyncio.run(beside())
    # A kill at any moment of it: both keys are there.
    assert asyncio.run(_raw(config, 1)) == raw_of(1)
    assert key_of(path).with_name("store.key.old").exists()

    async def next_start() -> None:
        async with cellar.opened(config) as store:
            assert await store.take_up_keys()

    asyncio.run(next_start())
    assert not key_of(path).with_name("store.key.old").exists()
    assert asyncio.run(_raw(config, 1)) == raw_of(1)


def test_a_credential_goes_before_the_file(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = tmp_path / "credentials"
    given.mkdir()
    (given / "store.key").write_bytes(bytes(range(32)))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))
    asyncio.run(_with_job(load(path), 1))
    assert not key_of(path).exists()
    assert run(path, "keys", "rotate", "store") == EXIT_CONFIG
    # The shop rotates its credential: both names, then the new one alone.
    (given / "store.key.old").write_bytes(bytes(range(32)))
    (given / "store.key").write_bytes(bytes(32))
    config = load(path)

    async def start() -> bool:
        async with cellar.opened(config) as store:
            return await store.take_up_keys()

    assert asyncio.run(start())
    (given / "store.key.old").unlink()
    assert asyncio.run(_raw(config, 1)) == raw_of(1)


def test_commands_that_only_look_make_no_key(path: Path) -> None:
    assert cellar.reading(load(path)).keks == ()
    assert not key_of(path).exists()
