"""The hands of a configuration, as services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from agent.hands.acts import Affixes
from agent.hands.deeds import Deeds
from agent.hands.devices import Tree, meant, typing_keys
from agent.hands.hand import Hand, Plugged
from agent.hands.lines import Lines
from agent.hands.presses import Presses
from agent.hands.serial_line import plugged as serial_plugged
from agent.hands.settings import EvdevSettings, KeypadSettings, ScannerSettings
from agent.hands.strokes import Strokes
from agent.hands.taking import given_back, taken
from agent.hands.typed import Typed

Taking = Callable[..., int]


def hands(
    keypads: Sequence[KeypadSettings],
    scanners: Sequence[ScannerSettings],
    deeds: Deeds,
) -> list[Hand | Deeds]:
    """The services; each hand has a name of its own: ``hands.keypad``, ``hands.scanner2``.

    Without any hand there are no deeds either.
    """
    made = [keypad(each, deeds, _nth("keypad", n)) for n, each in enumerate(keypads)]
    made += [
        scanner(each, deeds, _nth("scanner", n)) for n, each in enumerate(scanners)
    ]
    return [deeds, *made] if made else []


def keypad(
    settings: KeypadSettings, deeds: Deeds, name: str, taking: Taking = taken
) -> Hand:
    """Its keys reach nobody else."""
    keys = settings.codes
    plug = partial(_input, settings, frozenset(keys), taking, grab=True)
    ear = Strokes(Presses(keys))
    return Hand(name, plug, ear, deeds.hears(name, settings.by), 0.0)


def scanner(
    settings: ScannerSettings, deeds: Deeds, name: str, taking: Taking = taken
) -> Hand:
    """One that plays a keyboard, or one on a serial line."""
    by_silence = settings.end == "silence"
    affixes = Affixes(settings.prefix, settings.suffix)
    heard, gap_s = deeds.hears(name, settings.by), settings.gap_ms / 1000
    if settings.serial:
        lines = Lines(affixes, by_silence=by_silence)
        return Hand(name, partial(serial_plugged, settings), lines, heard, gap_s)
    typed = Typed(settings.layout, settings.gap_ms, affixes, by_silence=by_silence)
    plug = partial(_input, settings, typing_keys(), taking, grab=settings.grab)
    return Hand(name, plug, Strokes(typed), heard, gap_s)


def _input(
    settings: EvdevSettings, wanted: frozenset[int], taking: Taking, *, grab: bool
) -> Plugged:
    fd = taking(meant(settings, Tree(), wanted), grab=grab)
    return Plugged(fd, partial(given_back, fd))


def _nth(kind: str, place: int) -> str:
    return f"hands.{kind}{place + 1 if place else ''}"
