"""Does every command that changes a receipt do what the manual says?

Each proof is run as it is; without the command; and with the command's handler, or the
entry of a table that it is found by, taken away.  What nobody would notice is red.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

import pytest

from agent import escpos
from agent.escpos import interpret as reading
from agent.escpos.catalogue.index import PRINTER_NAMES, ROLL, find
from agent.escpos.interpret import read
from agent.escpos.macros import Macro
from agent.escpos.memory import EMPTY
from agent.escpos.tokens import Command
from tests.escpos.proofs.proof import Proof, tokens
from tests.escpos.proofs.shown import shown
from tests.escpos.proofs.table import BEYOND, PROOFS, WITHOUT

ALL = {**PROOFS, **BEYOND}
COMMANDS = sorted(ALL)

SUB_TABLES = ("FUNCTIONS", "SETTINGS", "SYMBOLS", "SYSTEMS")
"""Public names of tables by function number, of parts of a family of commands."""


def _shows(proof: Proof, raw: bytes) -> tuple[str, ...]:
    strip, memory = read(raw, proof.printer, EMPTY)
    kept = (f"record {key!r} {data!r}" for key, data in memory.records.items())
    return (*shown(strip), *kept)


def _red(proofs: Iterable[Proof]) -> bool:
    return any(_shows(proof, proof.job) != proof.expected for proof in proofs)


def _names(proof: Proof) -> set[str]:
    return {getattr(token, "name", "") for token in tokens(proof.job)}


NAMES = {command: _names(proof) for command, proof in ALL.items()}


def _about(names: Iterable[str]) -> list[Proof]:
    """The proofs in whose jobs one of these commands stands."""
    wanted = set(names)
    return [ALL[command] for command, said in NAMES.items() if wanted & said]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_does_what_the_manual_says(command: str) -> None:
    proof = ALL[command]
    assert _shows(proof, proof.job) == proof.expected


@pytest.mark.parametrize("command", COMMANDS)
def test_the_proof_notices_that_the_command_is_missing(command: str) -> None:
    proof = ALL[command]
    assert proof.without in {token.raw for token in tokens(proof.job)}
    assert _shows(proof, proof.maimed()) != proof.expected


@pytest.mark.parametrize("name", sorted(reading.HANDLERS))
def test_a_handler_that_does_nothing_turns_a_proof_red(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = {**reading.HANDLERS, name: (0, lambda _state, _params: None)}
    monkeypatch.setattr(reading, "HANDLERS", idle)
    assert _red(_about({name}))


# -- functions of a family ------------------------------------------------


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(escpos.__path__):
        yield importlib.import_module(f"{escpos.__name__}.{found.name}")


def _entries() -> Iterator[tuple[ModuleType, str, Any]]:
    for module in _modules():
        for table in SUB_TABLES:
            for key in getattr(module, table, ()):
                yield module, table, key


def _named(value: object) -> str:
    return value.__name__.rpartition(".")[2] if isinstance(value, ModuleType) else ""


@pytest.mark.parametrize(("module", "table", "key"), list(_entries()), ids=_named)
def test_a_function_that_is_not_in_its_table_turns_a_proof_red(
    module: ModuleType, table: str, key: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries: Mapping[object, object] = getattr(module, table)
    left = {each: entry for each, entry in entries.items() if each != key}
    monkeypatch.setattr(module, table, left)
    assert _red(_about(getattr(module, "HANDLERS", {"GS ( k"})))


@pytest.mark.parametrize(
    ("name", "method"), [("GS :", "_start_or_end"), ("GS ^", "_replay")]
)
def test_a_macro_that_is_not_kept_or_not_run_turns_a_proof_red(
    name: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Macro, method, lambda _macro, *_said: None)
    assert _red([PROOFS[name]])


# -- the list -------------------------------------------------------------


def test_what_changes_paper_or_style_has_a_proof_or_a_reason_why_not() -> None:
    changes = {each.mnemonic for each in ROLL if each.meaning in ("paper", "style")}
    assert changes - PROOFS.keys() == WITHOUT.keys()


def test_every_proof_is_of_a_row_of_the_list() -> None:
    assert not PROOFS.keys() - {each.mnemonic for each in ROLL}
    assert not BEYOND.keys() & {each.mnemonic for each in ROLL}


@pytest.mark.parametrize("command", sorted(PROOFS))
def test_what_a_proof_leaves_out_is_the_command_of_its_row(command: str) -> None:
    proof = PROOFS[command]
    found = next(each for each in tokens(proof.job) if each.raw == proof.without)
    assert isinstance(found, Command)
    length = {"( ": 2, "8 ": 4}.get(found.name[-3:-1], 0)
    rows = PRINTER_NAMES[found.name]
    row = find(rows, found.params[length:], rows[0].where)
    assert row is not None
    assert row.mnemonic == command
