"""A key that only the service is given is no fault; one that is nowhere is."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.it.probes import secrets
from agent.store.records import AcceptJob
from tests.it.test_doctor import found, states
from tests.it.test_print_held import till
from tests.store.builders import a_job, opened, raw_of


async def test_a_sealed_key_is_not_called_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = till(tmp_path, 1)
    async with opened(tmp_path / "state") as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
    (tmp_path / "state" / "keys" / "store.key").unlink()
    monkeypatch.setattr(secrets, "CREDSTORES", (tmp_path / "sealed",))
    assert "bad" in states(await found(path, "store"))
    assert "bad" in states(await found(path, "keys"))
    (tmp_path / "sealed").mkdir()
    (tmp_path / "sealed" / "store.key").touch()
    assert states(await found(path, "store")) == ["skip"]
    keys = [each.says.en for each in await found(path, "keys")]
    assert any("is sealed for the service" in said for said in keys)
    assert not any("key of the database is missing" in said for said in keys)
