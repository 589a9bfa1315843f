"""Settings that a printer saves and loads again (GS ( M)."""

from __future__ import annotations

from agent.paper.strip import Style
from tests.escpos.printed import runs
from tests.escpos.proofs.proof import family

ESC, GS = b"\x1b", b"\x1d"
BOLD, RED = ESC + b"E\1", ESC + b"r\1"


def _saved(function: int, area: int) -> bytes:
    return family(GS + b"(M", bytes((function, area)))


SAVE, LOAD, START = _saved(1, 1), _saved(2, 1), _saved(3, 1)


def _style(*pieces: bytes) -> Style:
    (run,) = runs(*pieces, b"A\n")
    return run.style


def test_what_is_saved_is_a_copy_and_not_what_is_set_later() -> None:
    assert _style(BOLD, SAVE, RED, LOAD) == Style(bold=True)


def test_what_was_never_saved_is_as_the_printer_was_made() -> None:
    assert _style(BOLD, LOAD) == Style()


def test_area_0_is_how_the_printer_was_made() -> None:
    assert _style(BOLD, SAVE, _saved(2, 0)) == Style()
    assert _style(BOLD, SAVE, START, _saved(3, 0), ESC + b"@") == Style()


def test_each_reset_begins_with_what_was_saved_last() -> None:
    job = (BOLD, SAVE, START, ESC + b"@", RED, SAVE, ESC + b"@")
    assert _style(*job) == Style(bold=True, ink=2)


def test_functions_and_areas_may_be_digits_and_others_are_refused() -> None:
    assert _style(BOLD, _saved(49, 49), ESC + b"@", _saved(50, 49)) == Style(bold=True)
    assert _style(BOLD, SAVE, ESC + b"@", _saved(2, 2), _saved(4, 1)) == Style()


def test_a_change_after_loading_leaves_what_is_saved_alone() -> None:
    assert _style(BOLD, SAVE, LOAD, RED, LOAD) == Style(bold=True)
