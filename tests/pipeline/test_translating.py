"""A door's document on its way through the hatch to the worker."""

from __future__ import annotations

import asyncio

import pytest

from agent.errors import WorkerError
from agent.pipeline import reading
from tests.pipeline.rig import Rig


async def test_a_worker_that_fails_is_the_doors_to_tell() -> None:
    rig = Rig()
    rig.worker.broken = {"read_epos"}
    with pytest.raises(WorkerError):
        await rig.hatch.translated("epos", b"<epos-print/>", 203)


async def test_a_document_does_not_wait_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "TRANSLATE_AT_MOST_S", 0.05)
    rig = Rig()
    rig.worker.hung = {"read_json"}
    async with asyncio.timeout(5):
        with pytest.raises(WorkerError, match="in time"):
            await rig.hatch.translated("json", b"{}", 203)
