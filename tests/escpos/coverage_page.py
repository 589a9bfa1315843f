"""``docs/escpos-coverage.md``: every command, what it is to us, what reads it, its proof.

Made from the catalogue, the reading room's own tables and the proofs:
``python -m tests.escpos.coverage_page`` writes it, a test compares.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from agent.escpos import interpret, macros
from agent.escpos.catalogue.entry import Entry
from agent.escpos.catalogue.index import DISPLAY, ROLL, SLIP
from agent.escpos.jobs import Abandon
from agent.escpos.passing import passing
from agent.escpos.replies import table
from agent.escpos.roles import Role, role_of
from agent.escpos.status import Answering
from agent.escpos.tokens import Command, Tokeniser
from tests.escpos import proofs
from tests.escpos.notation import Listed
from tests.escpos.proofs.table import PROOFS, WITHOUT

PAGE: Final = Path(__file__).parents[2] / "docs" / "escpos-coverage.md"

# Obeyed before the handlers are asked.
_MACROS: Final = dict.fromkeys(("GS :", "GS ^"), macros.Macro)

# What the voice keeps by itself.
_VOICE: Final = {"GS a": Answering}

_HEAD: Final = """\
# ESC/POS, command by command

Made by `python -m tests.escpos.coverage_page` from the catalogue (`agent/escpos/catalogue/`), the reading room's tables and the
proofs; a test fails when it is out of date. `receipt-agent decode FILE` says the same of a recorded job.

| | of | |
|---|---|---|
| framed | {framed} of {printer} | paper roll {roll}, slip, cheque and scanner {slip}: right name, right length, in any chunking ([test_grammar](../tests/escpos/test_grammar.py)) |
| told in words | {printer} of {printer} | name, parameters, effect, and a warning for what the manual does not have ([test_catalogue](../tests/escpos/test_catalogue.py)) |
| change the paper, or how and where marks come | {changing} of {roll} | {proved} proved ([test_proofs](../tests/escpos/test_proofs.py): the job shows what the manual says; without the command, or with its handler taken away, it does not); {unproved} that no job can show, each with its reason below |
| are asked for an answer | {asking} of {roll} | {answered} answered by us, to the bit ([test_replies](../tests/escpos/test_replies.py), [test_status](../tests/escpos/test_status.py)); the others get no answer, as from a model that lacks them, each with its reason below |
| are remembered by the printer | {memory} of {roll} | {remembered} followed: stored pictures, drawn characters, macros, counters, the POS's own records; {memory_ahead} more are known as what must not wait with held paper, and go to the printer ahead of it, in order and once |
| work the machine | {machine} of {roll} | {worked} followed: drawer, buzzer, the device spoken to, a job given up; {machine_ahead} more go ahead of held paper; the others mark no paper, each with its reason below |
| mean nothing to a reader of receipts | {none} of {roll} | the reason is below |

In all, {followed} of {roll} are obeyed, remembered or answered, and {ahead} more are known as what must not wait and only passed on.

A row's number of functions counts: `GS ( k` alone is 41 rows. The customer display's {display} commands are named by `decode` too, when the job
addresses the display (`ESC = 2`).

For comparison, what others do with the {roll} paper-roll rows (read in their sources, August 2026): kunif/EscPosUtils frames and decodes all
{roll} and renders none; of those that render, CrossEscPosEmulator has a meaning for 80 and frames 132, zachzurn/thermal 78 and 124,
POS-Printer-Emulator 47 and 99, ESCPost 45 and 45, escpos-netprinter 36 and 125, escpos-tools 25 and 119; all of them together have
a meaning for 120.

*meaning*: **paper** marks, moves or cuts it; **style** how and where later marks come; **reply** asks for an answer; **memory** the printer
remembers it; **machine** drawer, buzzer, sensors, settings; **none** with its reason. *Read by* is a module and function of `agent/escpos/`.
"""


# The lowest value switches it off, or does nothing.
_ASKED: Final = {"GS a": b"\x1da\xff", "DLE ENQ": b"\x10\x05\x02"}

_PRINTERS_OWN: Final = "no mark: the printer's own business"
_LABELS: Final = "labels and black marks: not with a receipt printer"
_SAME_MARKS: Final = "the same marks, faster, darker or quieter"
_PAPER_SENSORS: Final = "what the printer does when paper runs out"
WHY: Final[Mapping[str, str]] = {
    "ESC <": _SAME_MARKS,
    "ESC U": _SAME_MARKS,
    "FS ( L fn=21": _LABELS,
    "FS ( L fn=50": _LABELS,
    "DLE DC4 fn=02": "the printer is switched off; what is printed is printed",
    "ESC ( Y fn=00/01/30/31": "when a batch is printed, not what",
    "GS z 0": _PAPER_SENSORS,
    "ESC c 3": _PAPER_SENSORS,
    "ESC c 4": _PAPER_SENSORS,
    "ESC c 5": _PRINTERS_OWN,
    "GS ( D fn=14": "real-time commands are obeyed, as from the factory",
    "GS ( K fn=30": _SAME_MARKS,
    "GS ( K fn=31": _SAME_MARKS,
    "GS ( K fn=32": _SAME_MARKS,
    "GS ( K fn=61": _SAME_MARKS,
}
"""Of the commands that nothing here reads and no other table gives a reason for."""

_SESSION: Final = b"\x1d(E\x03\x00\x01IN", b"\x1d(E\x04\x00\x02OUT"
"""GS ( E: settings are written in between, and pass as one."""
_AHEAD: Final = "passing.passing"
_TESTS: Final = {_AHEAD: "test_passing", "jobs.Abandon": "test_jobs"}


def example(entry: Entry) -> Command:
    """An example of a row, framed by the tokeniser."""
    listed = Listed(entry.mnemonic, entry.notation, entry.group)
    raw = _ASKED.get(entry.mnemonic, listed.example)
    (token,) = Tokeniser().feed(raw)
    assert isinstance(token, Command)
    return token


def reader(entry: Entry) -> str:
    """``module.function`` that obeys or answers a row, or nothing."""
    command = example(entry)
    if entry.meaning == "reply":
        said = entry.mnemonic not in table.SILENT
        return _name(_VOICE.get(command.name) or table.find(command)) if said else ""
    if entry.group.startswith("Slip"):
        return ""
    obeys = _MACROS.get(command.name) or _handler(command)
    if obeys:
        return _name(obeys)
    if role_of(command) & Role.ABANDON:
        return _name(Abandon)
    return _AHEAD if goes_ahead(command) else ""


def goes_ahead(command: Command) -> bool:
    """Does it reach the printer though its paper waits, alone or in its session?"""
    start, end = _SESSION if command.name == "GS ( E" else (b"", b"")
    raw = start + (command.raw if command.raw[5:6] != b"\2" else b"") + end
    return passing(raw).now == raw


def _handler(command: Command) -> Callable[..., object] | None:
    """The handler by mnemonic; behind it, if there is such a table, by function."""
    handler = interpret.HANDLERS.get(command.name, (0, None))[1]
    module = importlib.import_module(handler.__module__) if handler else None
    functions: Mapping[Any, Any] = getattr(module, "FUNCTIONS", {})
    if command.fn is None or not functions:
        return handler
    keys = {key[0] for key in functions if isinstance(key, tuple)}
    if keys and command.name not in keys:
        return handler
    found = functions.get((command.name, command.fn) if keys else command.fn)
    callables = found if isinstance(found, tuple) else (found,)
    return next((each for each in callables if callable(each)), None)


def _name(obeys: Callable[..., object] | None) -> str:
    if obeys is None:
        return ""
    while isinstance(obeys, partial):
        obeys = obeys.func
    module = obeys.__module__.rpartition(".")[2]
    return f"{module}.{obeys.__qualname__.split('.')[0]}"


def _where_proved() -> dict[str, str]:
    """The file of each proof."""
    found: dict[str, str] = {}
    for module in pkgutil.iter_modules(proofs.__path__):
        content = vars(importlib.import_module(f"{proofs.__name__}.{module.name}"))
        tables = [each for each in content.values() if isinstance(each, dict)]
        if module.name != "table":
            found |= dict.fromkeys(
                {*PROOFS} & {k for t in tables for k in t}, module.name
            )
    return found


def _proof(entry: Entry, files: Mapping[str, str]) -> str:
    reasons = {**WITHOUT, **WHY, **_answerless()}
    if why := entry.why or reasons.get(entry.mnemonic):
        return why
    if entry.mnemonic in files:
        file = files[entry.mnemonic]
        return f"[{file}](../tests/escpos/proofs/{file}.py)"
    test = _TESTS.get(reader(entry), "test_replies")
    return f"[{test}](../tests/escpos/{test}.py)"


def _answerless() -> dict[str, str]:
    return {name: f"no answer: {why}" for name, why in table.SILENT.items()}


def _rows(entries: Sequence[Entry], files: Mapping[str, str]) -> Iterator[str]:
    for group, members in groupby(entries, key=lambda entry: entry.group):
        yield f"\n## {group}\n"
        yield "| command | what it is | meaning | read by | proof, or why there is none |"
        yield "|---|---|---|---|---|"
        for entry in members:
            cells = (
                f"`{entry.mnemonic}`{f' ({entry.where})' * bool(entry.where)}",
                entry.title,
                entry.meaning,
                f"`{reader(entry)}`" if reader(entry) else "",
                _proof(entry, files),
            )
            yield f"| {' | '.join(cells)} |"


def _framed() -> int:
    return sum(example(e).name == e.name for e in (*ROLL, *SLIP))


def _figures() -> dict[str, int]:
    def of(*meanings: str) -> list[Entry]:
        return [entry for entry in ROLL if entry.meaning in meanings]

    def read(*meanings: str) -> int:
        return sum(reader(entry) not in {"", _AHEAD} for entry in of(*meanings))

    def ahead(*meanings: str) -> int:
        return sum(reader(entry) == _AHEAD for entry in of(*meanings))

    changing = of("paper", "style")
    proved = sum(entry.mnemonic in PROOFS for entry in changing)
    return {
        "framed": _framed(),
        "printer": len(ROLL) + len(SLIP),
        "roll": len(ROLL),
        "slip": len(SLIP),
        "display": len(DISPLAY),
        "changing": len(changing),
        "proved": proved,
        "unproved": len(changing) - proved,
        "asking": len(of("reply")),
        "answered": read("reply"),
        "memory": len(of("memory")),
        "remembered": read("memory"),
        "machine": len(of("machine")),
        "worked": read("machine"),
        "memory_ahead": ahead("memory"),
        "machine_ahead": ahead("machine"),
        "none": len(of("none")),
        "ahead": ahead("memory", "machine"),
        "followed": proved + read("reply", "memory", "machine"),
    }


def render() -> str:
    """The whole page."""
    rows = "\n".join(_rows((*ROLL, *SLIP), _where_proved()))
    return f"{_HEAD.format(**_figures())}{rows}\n"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
