"""A logo is defined once and printed for weeks: worker's tasks, store, and restart."""

from __future__ import annotations

import asyncio
import base64
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from agent.pipeline.recollection import Recollection
from agent.pipeline.workshop import Understood, Workshop
from agent.store.records import AcceptJob
from agent.worker.frames import Frame
from agent.worker.tasks import TASKS
from tests.fakes.clock import FakeClock
from tests.pipeline.rig import PRINTER
from tests.store.builders import a_job, opened

ESC, GS, FS = b"\x1b", b"\x1d", b"\x1c"
WEEK_S = 7 * 86_400.0

# A triangle, 24 x 24: by columns for FS q, by rows for GS ( L.
SIDE = 24
ROWS = b"".join(
    (0xFFFFFF << SIDE - y & 0xFFFFFF).to_bytes(3, "big") for y in range(SIDE)
)
COLUMNS = b"".join(
    ((1 << SIDE - x - 1) - 1 & 0xFFFFFF).to_bytes(3, "big") for x in range(SIDE)
)


def _graphics(body: bytes) -> bytes:
    return GS + b"(L" + len(body).to_bytes(2, "little") + body


NUMBERED = FS + b"q\x01\x03\x00\x03\x00" + COLUMNS
KEYED = _graphics(b"0C0TR\x01\x18\x00\x18\x001" + ROWS)
RECEIPT = (
    ESC + b"@" + b"%s" + b"\nBAGUETTE                         1,20\n"
    b"TOTAL TTC                        1,20\n" + GS + b"V\x00"
)


class RealTasks:
    async def call(
        self,
        task: str,
        params: Mapping[str, Any],
        body: bytes,
        deadline_s: float,
        *more: bytes,
    ) -> Frame:
        return await asyncio.to_thread(TASKS[task], params, body, *more)


def logo_of(understood: Understood) -> Image.Image:
    """The picture that the screens, the mail and the customer's page show."""
    found = re.search(
        r"data:image/png;base64,([A-Za-z0-9+/=]+)", understood.strip_html.decode()
    )
    assert found is not None
    return Image.open(io.BytesIO(base64.b64decode(found[1]))).convert("L")


@pytest.mark.parametrize(
    ("define", "show"),
    [(NUMBERED, FS + b"p\x01\x00"), (KEYED, _graphics(b"0ETR\x01\x01"))],
)
async def test_a_receipt_of_the_next_week_shows_the_logo(
    tmp_path: Path, define: bytes, show: bytes
) -> None:
    clock = FakeClock()
    workshop = Workshop(RealTasks(), "default", "FR")
    async with opened(tmp_path, clock=clock) as store:
        recollection = Recollection(store, workshop, PRINTER)
        await recollection.recall()
        for number, raw in enumerate((NUMBERED, KEYED, define), start=1):
            job = a_job(number)
            recollection.owe(job)
            await store.commit(AcceptJob(job, raw), *recollection.owed(job.id))
            await recollection.catch_up(job.id, raw)
    clock._elapsed_s = WEEK_S
    async with opened(tmp_path, clock=clock) as store:
        await store.erase()
        recollection = Recollection(store, workshop, PRINTER)
        await recollection.recall()
        understood = await workshop.understand(RECEIPT % show, recollection.memory)
    logo = logo_of(understood)
    for y in range(SIDE):
        for x in range(SIDE):
            black = logo.getpixel((x, y)) == 0
            assert black is (x < y), (x, y)
    assert not understood.defines
    assert understood.gist.total == 120


async def test_without_the_memory_there_is_no_picture(tmp_path: Path) -> None:
    workshop = Workshop(RealTasks(), "default", "FR")
    understood = await workshop.understand(RECEIPT % (FS + b"p\x01\x00"))
    assert "data:image/png" not in understood.strip_html.decode()
