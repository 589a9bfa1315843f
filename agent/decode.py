"""``receipt-agent decode``: a recorded job, command by command.

For the field engineer in front of a till whose receipt comes out wrong: what was sent,
where it stands, what it does, and what no manual knows.  It streams, so that a
long job begins to show at once and needs no more memory than a short one.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import wrap
from typing import BinaryIO, Final

from agent.errors import ConfigError
from agent.escpos import describe, profiles
from agent.escpos.catalogue.layout import abbreviated, length_size
from agent.escpos.catalogue.reading import Described
from agent.escpos.catalogue.says import quoted
from agent.escpos.roles import Role
from agent.escpos.settings import Printer
from agent.escpos.tally import Tally
from agent.star import roles as star_roles
from agent.star.tokens import Command, Text, Token, Tokeniser

CHUNK_BYTES: Final = 64 * 1024
MAX_DUMP_BYTES: Final = 32 * 1024 * 1024
"""A hex dump is read whole; as text it is four to five times the job, which the
agent's doors end at 4 MiB."""

EXIT_USAGE: Final = 64
EXIT_DATA: Final = 65
EXIT_NO_INPUT: Final = 66

WIDTH: Final = 100
_HEX_BYTES: Final = 6
_NAME_WIDTH: Final = 20
_EFFECT_AT: Final = 8 + (3 * _HEX_BYTES + 2) + (_NAME_WIDTH + 2)
_MAX_SHOWN: Final = 3
"""Parameters beside the mnemonic, as a manual writes them; the effect says the rest."""
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)
STAR: Final = {
    Role.MARK: ("paper", "marks the paper"),
    Role.BLANK: ("paper", "moves on in the line"),
    Role.FEED: ("paper", "feeds paper"),
    Role.CUT: ("paper", "cuts"),
    Role.KICK: ("machine", "opens a drawer, or buzzes"),
    Role.ASK: ("reply", "asks the printer"),
    Role.INIT: ("paper", "begins afresh"),
    Role.SETTING: ("paper", "sets what comes later"),
    Role.NOISE: ("none", "is ignored"),
}
"""What is known of a Star command here: its meaning, and its part in a job."""
MAX_RAW_BYTES: Final = 64
"""Bytes of a command in JSON; ``at`` and ``size`` say where the rest is."""


class InputError(Exception):
    """The file cannot be read, or is no hex dump: what to say, and the exit code."""

    def __init__(self, says: str, code: int) -> None:
        super().__init__(says)
        self.code = code


def run(arguments: argparse.Namespace) -> int:
    """``decode``: exit code 0, or :class:`InputError`'s."""
    if arguments.coverage and arguments.dialect == "star":
        sys.stderr.write("decode: --coverage counts ESC/POS; leave out --dialect\n")
        return EXIT_USAGE
    printer = _printer(arguments.printer)
    try:
        chunks = _read(arguments.file, dump=arguments.hex)
        if arguments.coverage:
            tally = Tally(printer)
            pieces = describe.job(tally.watch(chunks), printer)
            lines = _summary(tally, pieces, in_json=arguments.json)
        else:
            say = as_json if arguments.json else as_text
            star = arguments.dialect == "star"
            lines = say(star_job(chunks) if star else describe.job(chunks, printer))
        return _print(lines)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return error.code


def _printer(name: str) -> Printer:
    try:
        return profiles.printer(name)
    except ConfigError as error:
        raise ConfigError(f"--printer: {error}") from error


def _summary(
    tally: Tally, pieces: Iterable[Described], *, in_json: bool
) -> Iterator[str]:
    tally.count(pieces)
    return iter([json.dumps(tally.as_json())]) if in_json else tally.as_text()


def _print(lines: Iterable[str]) -> int:
    """Whoever reads may stop (``| head``): that is no error."""
    try:
        for line in lines:
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # the interpreter flushes once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


# -- the file -------------------------------------------------------------


def _read(path: Path, *, dump: bool) -> Iterator[bytes]:
    """The job in chunks; ``-`` is the standard input."""
    try:
        if str(path) == "-":
            yield from _chunks(sys.stdin.buffer, dump=dump)
        else:
            with path.open("rb") as file:
                yield from _chunks(file, dump=dump)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", EXIT_NO_INPUT) from error
    except ValueError as error:
        raise InputError(f"{path}: {error}", EXIT_DATA) from error


def _chunks(file: BinaryIO, *, dump: bool) -> Iterator[bytes]:
    if dump:
        yield undumped(file.read(MAX_DUMP_BYTES).decode("ascii", "replace"))
        return
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def undumped(dump: str) -> bytes:
    r"""The bytes of a hex dump; ``ValueError`` names the line that is none.

    Digits with or without spaces, commas, ``0x`` or ``\x``; and what ``xxd`` and
    ``hexdump -C`` print, with their offsets and characters.
    """
    found = bytearray()
    canonical = "|" in dump
    for number, line in enumerate(dump.splitlines(), 1):
        if offset := re.match(r"[0-9A-Fa-f]{6,16}:", line):
            digits = line[offset.end() :].strip().split("  ")[0]
        elif canonical:
            digits = re.sub(r"^[0-9A-Fa-f]{6,16}(\s|$)|\|.*", "", line)
        else:
            digits = line
        try:
            found += bytes.fromhex(re.sub(r"0x|\\x|[,;:]", " ", digits))
        except ValueError:
            raise ValueError(f"line {number} is no hex dump: {line[:40]!r}") from None
    return bytes(found)


# -- a job for a Star printer ---------------------------------------------


def star_job(chunks: Iterable[bytes]) -> Iterator[Described]:
    """Star line mode and raster: mnemonic and part in the job, no parameters."""
    tokeniser, parts = Tokeniser(), star_roles.Parts()
    for chunk in chunks:
        for token in tokeniser.feed(chunk):
            yield _star_piece(token, parts.of(token))
    for token in tokeniser.close():
        yield _star_piece(token, parts.of(token))


def _star_piece(token: Token, role: int) -> Described:
    meaning, effect = STAR[role]
    if isinstance(token, Text):
        shown = quoted(token.raw.decode("ascii", "backslashreplace"))
        return Described(token.at, "text", "", "Text", (), shown, "paper", token.raw)
    if isinstance(token, Command):
        name, raw = token.name, token.raw
        return Described(token.at, "command", name, "", (), effect, meaning, raw)
    said = f"of {token.of}: {effect}" if token.of else "no command that is known"
    return Described(token.at, "unknown", "", "", (), said, meaning, token.raw)


# -- the listing ----------------------------------------------------------


def as_json(pieces: Iterable[Described]) -> Iterator[str]:
    """One object a line (JSON Lines); the keys are always all there."""
    for piece in pieces:
        yield _ENCODER.encode(
            {
                "at": piece.at,
                "size": len(piece.raw),
                "kind": piece.kind,
                "name": piece.name,
                "title": piece.title,
                "params": dict(piece.params),
                "effect": piece.effect,
                "meaning": piece.meaning,
                "warnings": piece.warnings,
                "raw": abbreviated(piece.raw, MAX_RAW_BYTES),
            }
        )


def as_text(pieces: Iterable[Described]) -> Iterator[str]:
    """Offset, bytes, mnemonic and what it does, on lines of 100 columns."""
    for piece in pieces:
        said = _wrapped(piece)
        raw = abbreviated(piece.raw, _HEX_BYTES).replace(" …", "…")
        head = (
            f"{piece.at:06X}  {raw:<{3 * _HEX_BYTES}}  {_label(piece):<{_NAME_WIDTH}}"
        )
        yield f"{head}  {said[0]}"
        for line in said[1:]:
            yield " " * _EFFECT_AT + line


def _wrapped(piece: Described) -> list[str]:
    """Text keeps its blanks, so it is cut and not wrapped."""
    width = WIDTH - _EFFECT_AT
    effect = piece.effect
    if len(effect) <= width:
        lines = [effect]
    elif piece.kind == "text":
        lines = [effect[at : at + width] for at in range(0, len(effect), width)]
    else:
        lines = wrap(effect, width)
    for warning in piece.warnings:
        lines += wrap(f"! {warning}", width, subsequent_indent="  ")
    return lines


def _label(piece: Described) -> str:
    """The mnemonic and its first parameters, in decimal."""
    if piece.kind not in ("command", "display", "unlisted") or not piece.name:
        return piece.name or piece.kind
    name = piece.name.split(" fn=")[0]
    params = piece.raw[len(name.split()) + length_size(name) :]
    shown = " ".join(map(str, params[:_MAX_SHOWN]))
    return f"{name} {shown}{' …' * (len(params) > _MAX_SHOWN)}".strip()
