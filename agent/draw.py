"""``receipt-agent render``: what a recorded job looks like.

As text, as a page, as a picture (in dots, or grey for a screen) or as a PDF.  Logos
and characters that earlier jobs left in the printer come from ``--after``.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Final

from agent.errors import ConfigError
from agent.escpos import interpret, kanji, profiles
from agent.escpos.memory import EMPTY, Memory
from agent.escpos.settings import Printer
from agent.ocr.engine import Engine
from agent.ocr.settings import OcrSettings
from agent.paper import html, pdf, pictured, png, reading, style, text
from agent.paper.strip import PaperLine, Strip
from agent.star import interpret as star
from agent.star import profiles as star_profiles

EXIT_DATA: Final = 65
EXIT_NO_INPUT: Final = 66
EXIT_UNAVAILABLE: Final = 69
EXIT_CANNOT_CREATE: Final = 73
OCR_DEADLINE_S: Final = 8.0
"""Nobody waits at a till here."""
MAX_JOB_BYTES: Final = 16 << 20
"""The agent's doors end a job at 4 MiB."""
NARROWEST_DOTS: Final = 96
WIDEST_DOTS: Final = 1152
"""Of any receipt printer's head: 58 mm at 203 dpi has 384, 112 mm has 832."""

PAGE: Final = """<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ margin: 0; background: #e9e7e2; }}
main {{ margin: 2rem auto; max-width: 40rem; }}
{style}</style>
<main>{strip}</main>
</html>
"""


class InputError(Exception):
    """A file cannot be read or written: what to say, and the exit code."""

    def __init__(self, says: str, code: int) -> None:
        super().__init__(says)
        self.code = code


def run(arguments: argparse.Namespace) -> int:
    """``render``: exit code 0, or :class:`InputError`'s."""
    printer = _printer(arguments)
    try:
        raw = _read(arguments.file)
        if arguments.dialect == "star":
            strip = star.interpret(raw, star_profiles.printer(arguments.width))
        else:
            memory = _remembered(arguments.after, printer)
            strip = interpret.read(raw, printer, memory).strip
        if arguments.ocr and arguments.to == "text":
            made = _as_read(strip)
        else:
            made = FORMATS[arguments.to](strip, arguments.file.name)
        _write(arguments.output, made)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return error.code
    return 0


def _printer(arguments: argparse.Namespace) -> Printer:
    """As a configuration would name it.

    Raises:
        ConfigError: no such profile, or no such width.
    """
    width, code = arguments.width, arguments.multibyte
    if width is not None and not NARROWEST_DOTS <= width <= WIDEST_DOTS:
        raise ConfigError(
            f"--width {width}: a head has {NARROWEST_DOTS} to {WIDEST_DOTS} dots "
            "(58 mm paper: 384, 80 mm: 512 or 576)"
        )
    if not 0 <= arguments.code_page <= 255:
        raise ConfigError(
            f"--code-page {arguments.code_page}: the n of ESC t, 0 to 255"
        )
    if code and code not in kanji.CODES:
        known = ", ".join(sorted(kanji.CODES))
        raise ConfigError(f"--multibyte {code}: no such code; there are {known}")
    try:
        return profiles.printer(
            arguments.printer,
            width_dots=width,
            default_page=arguments.code_page,
            multibyte=arguments.multibyte,
        )
    except (ConfigError, KeyError, ValueError) as error:
        raise ConfigError(f"--printer {arguments.printer}: {error}") from error


def _remembered(earlier: Iterable[Path], printer: Printer) -> Memory:
    memory = EMPTY
    for path in earlier:
        memory = interpret.read(_read(path), printer, memory).memory
    return memory


def _read(path: Path) -> bytes:
    try:
        if str(path) == "-":
            raw = sys.stdin.buffer.read(MAX_JOB_BYTES + 1)
        else:
            with path.open("rb") as file:
                raw = file.read(MAX_JOB_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", EXIT_NO_INPUT) from error
    if len(raw) > MAX_JOB_BYTES:
        size = MAX_JOB_BYTES >> 20
        raise InputError(f"{path}: more than {size} MB; no job is", EXIT_DATA)
    return raw


def _write(path: Path | None, made: bytes) -> None:
    """Whoever reads standard output may stop (``| head``): that is no error."""
    try:
        if path is not None:
            path.write_bytes(made)
            return
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", EXIT_CANNOT_CREATE) from error


def _as_text(strip: Strip, _title: str) -> bytes:
    return _written(text.lines(strip))


def _written(lines: Iterable[PaperLine]) -> bytes:
    return "".join(f"{line.text}\n" for line in lines).encode()


def _as_read(strip: Strip) -> bytes:
    """As text, with what an engine reads in pictures of text.

    Raises:
        InputError: there is a picture to be read, and no engine.
    """
    found = pictured.sheet(strip)
    if found is None or not found.readable:
        return _as_text(strip, "")
    table = asyncio.run(_engine_reads(pictured.to_read(found)))
    return _written(reading.read(strip, found, table).lines)


async def _engine_reads(picture: bytes) -> bytes:
    engine = Engine(OcrSettings(deadline_s=OCR_DEADLINE_S))
    missing = await engine.find()
    table = None if missing else await engine.read(picture)
    if table is None:
        why = missing or f"nothing within {OCR_DEADLINE_S:g} s"
        raise InputError(f"tesseract: {why}", EXIT_UNAVAILABLE)
    return table.tsv


def _as_page(strip: Strip, title: str) -> bytes:
    return PAGE.format(
        style=style.STYLE, strip=html.render(strip), title=escape(title)
    ).encode()


FORMATS: Final[Mapping[str, Callable[[Strip, str], bytes]]] = {
    "text": _as_text,
    "html": _as_page,
    "png": lambda strip, _: png.render(strip),
    "grey": lambda strip, _: png.render(strip, 8),
    "pdf": lambda strip, _: pdf.render(strip),
}
"""What ``--to`` takes; ``cli`` lists the same names without loading this file."""
