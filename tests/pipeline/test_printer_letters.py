"""What store IT says of the printer's characters reaches what is read."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Mapping
from typing import Any

import pytest

from agent.delivery.settings import PrinterSettings
from agent.pipeline.workshop import Workshop
from agent.worker.frames import Frame
from agent.worker.tasks import TASKS


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


async def _said(settings: str, job: bytes) -> str:
    values = dict(pair.split("=") for pair in settings.split())
    printer = PrinterSettings.model_validate(
        {"link": "tcp://10.0.0.1:9100", "profile": "default", **values}
    )
    workshop = Workshop(RealTasks(), printer.profile, "FR", letters=printer.letters)
    page = (await workshop.understand(job)).strip_html.decode()
    return html.unescape(re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize(
    ("settings", "job", "said"),
    [
        ("", b"\x82 12\n", "é 12"),
        ("code_page=16", b"\xe9t\xe9 \x80 12\n", "été € 12"),
        ("national=1", b"{t{ 12\n", "été 12"),
        ("multibyte=gb18030 kanji_on=true", "合计 12".encode("gb18030"), "合计 12"),
        ("multibyte=euc_kr kanji_on=true", "합계 12".encode("cp949"), "합계 12"),
        ("multibyte=utf-8", b"\x1bt\x02" + "├┤ à 12".encode(), "├┤ à 12"),
    ],
)
async def test_a_printer_reads_as_it_is_set(
    settings: str, job: bytes, said: str
) -> None:
    assert said in await _said(settings, job)
