"""Every handler has a proof, and the proof fails without it."""

from __future__ import annotations

import pytest

from agent.star import interpret
from agent.star.state import State
from tests.star.proofs import PROOFS, Proof


def shown(proof: Proof) -> bool:
    return proof.shows(interpret.interpret(proof.job, proof.printer).elements)


def nothing(state: State, params: bytes) -> None:
    pass


def test_every_handler_has_a_proof() -> None:
    assert PROOFS.keys() == interpret.HANDLERS.keys()


@pytest.mark.parametrize("name", PROOFS)
def test_what_the_command_must_leave_on_the_paper(name: str) -> None:
    assert shown(PROOFS[name])


@pytest.mark.parametrize("name", PROOFS)
def test_without_its_handler_the_proof_fails(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = {**interpret.HANDLERS, name: (0, nothing)}
    monkeypatch.setattr(interpret, "HANDLERS", without)
    assert not _survives(PROOFS[name])


def _survives(proof: Proof) -> bool:
    try:
        return shown(proof)
    except (IndexError, ValueError):
        return False
