"""Engines to have at hand: the real one, and programs that behave badly."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from agent.ocr.engine import PATH, Engine
from agent.ocr.settings import OcrSettings

TESSERACT = shutil.which("tesseract", path=PATH)
FRENCH = bool(
    TESSERACT
    and list(Path("/usr/share/tesseract-ocr").glob("*/tessdata/fra.traineddata"))
)

needs_tesseract = pytest.mark.skipif(
    not FRENCH,
    reason="no tesseract with French: apt-get install tesseract-ocr tesseract-ocr-fra",
)


@asynccontextmanager
async def running(
    engine: str | Path = "tesseract", **keys: Any
) -> AsyncGenerator[Engine]:
    """An engine that has been found."""
    settings = OcrSettings(engine=str(engine), **{"deadline_s": 8.0, **keys})
    reader = Engine(settings)
    async with asyncio.TaskGroup() as group:
        service = group.create_task(reader.run())
        async with asyncio.timeout(10):
            while not reader.version:  # noqa: ASYNC110 -- a service tells nobody
                await asyncio.sleep(0.01)
        try:
            yield reader
        finally:
            service.cancel()


def program(folder: Path, reads: str, *, languages: str = "eng fra osd") -> Path:
    """A shell script that passes for an engine; ``reads`` is what it does."""
    path = folder / "engine"
    path.write_text(
        "#!/bin/sh\n"
        'case "$1" in\n'
        "--version) echo bad engine 0.1;;\n"
        f"--list-langs) printf '%s\\n' {languages};;\n"
        f"*) {reads};;\n"
        "esac\n"
    )
    path.chmod(0o755)
    return path
