"""The agent's paper and the simulated printer's, dot by dot.

Letters are full cells on both and two-dimensional codes are squares (see
``bench/pixels.py``, which prints the same as a table), so what has to agree is the
layout: everything but faces and encoders.
"""

from __future__ import annotations

import pytest

from agent.escpos.settings import Printer
from bench.pixels import JOBS, Compared, compare
from tests.conformance import explained
from tests.conformance.explained import Reason
from tests.escpos.proofs.table import PROOFS

NONE = Reason(0, "")


@pytest.mark.parametrize("path", sorted(JOBS.glob("*.bin")), ids=lambda path: path.stem)
def test_recorded_jobs_look_the_same_on_both(path: object) -> None:
    job = JOBS / str(path)
    reason = explained.JOBS.get(job.stem, NONE)
    found = _compared(job.stem, reason)
    assert found.dots <= reason.dots, found
    assert reason.why or found.ours == found.theirs, found


def _compared(name: str, reason: Reason) -> Compared:
    raw = (JOBS / f"{name}.bin").read_bytes()
    return compare(raw, Printer(), but_ours=reason.ours, but_theirs=reason.theirs)


@pytest.mark.parametrize("command", sorted(PROOFS))
def test_every_proof_looks_the_same_on_both(command: str) -> None:
    proof = PROOFS[command]
    found = compare(proof.job, proof.printer)
    reason = explained.PROOFS.get(command, NONE)
    assert found.dots <= reason.dots, found
    same = max(found.ours, 1) == max(found.theirs, 1)
    assert reason.why or same, found


@pytest.mark.parametrize("width", [384, 512])
def test_narrow_paper_looks_the_same_on_both(width: int) -> None:
    for name in ("thermal__issuing_receipts", "python-escpos-generated__text40"):
        raw = (JOBS / f"{name}.bin").read_bytes()
        found = compare(raw, Printer(width))
        assert (found.dots, found.ours) == (0, found.theirs)


def test_nothing_is_explained_that_agrees() -> None:
    for name, reason in explained.JOBS.items():
        found = _compared(name, reason)
        assert found.dots or found.ours != found.theirs, name
        assert found.dots * 2 >= reason.dots, name
    for name, reason in explained.PROOFS.items():
        found = compare(PROOFS[name].job, PROOFS[name].printer)
        assert found.dots or found.ours != found.theirs, name
        assert found.dots * 2 >= reason.dots, name


def test_turned_kanji_take_the_same_room_on_both() -> None:
    job = b"\x1cC\x01\x1c&\x1bV\x01\x93\xfa\x96{\x1c.\x1bV\x00A\n"
    found = compare(job, Printer(multibyte="cp932"))
    assert (found.dots, found.ours) == (0, found.theirs)
