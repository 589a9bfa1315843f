"""What the page of one till says: figures, history, orders with their proofs, closings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rcu.fleet import closings, reasons, view
from rcu.fleet.words import TROUBLES, Lang, spaced, texts
from rcu.reconciling import Day
from rcu.store.fleet import Change

CLOSINGS: Final = 31
_PRINTERS: Final[Mapping[str, tuple[str, str]]] = {
    "ok": ("en ordre", "fine"),
    "low": ("papier bientôt fini", "paper low"),
    "out": ("plus de papier", "out of paper"),
    "cover": ("capot ouvert", "cover open"),
    "error": ("en panne", "error"),
    "offline": ("ne répond pas", "does not answer"),
}
_STATUS: Final[Mapping[str, tuple[str, str]]] = {
    "": ("en chemin", "on its way"),
    "partial": ("à l’essai ou en partie", "on trial, or in part"),
    "completed": ("fait, prouvé", "done, proved"),
    "nothing_found": ("rien à faire, prouvé", "nothing to do, proved"),
    "failed": ("refusé ou repris, prouvé", "refused or taken back, proved"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it, as rows of texts."""

    figures: list[tuple[str, str]]
    history: list[tuple[str, str, str, str]]
    orders: list[dict[str, str]]
    closings: list[tuple[str, str, str]]


def facts(
    till: view.Till,
    lang: Lang,
    *,
    changes: Sequence[Change],
    orders: Sequence[Mapping[str, Any]],
    days: Sequence[Day],
) -> Facts:
    """In that language."""
    return Facts(
        figures=[*_figures(till, lang)],
        history=[_change(each, lang) for each in changes],
        orders=[_order(each, lang) for each in orders],
        closings=[_day(each, lang) for each in days[:CLOSINGS]],
    )


def _figures(till: view.Till, lang: Lang) -> Iterator[tuple[str, str]]:
    beat, said = till.beat, texts(lang)
    if beat is None:
        return
    yield said["started"], view.clock(view.ms_of(beat.started_at))
    yield said["version"], " ".join(filter(None, (beat.version, beat.build)))
    yield said["rules"], beat.rules or view.UNKNOWN
    digest = f" ({beat.config.digest})" if beat.config.digest else ""
    yield said["config"], f"{beat.config.generation}{digest}"
    yield said["printer"], _in(_PRINTERS, beat.printer.state, lang)
    doors = [f"{d.name} {said['open' if d.open else 'shut']}" for d in beat.doors]
    yield said["doors"], ", ".join(doors) or view.UNKNOWN
    oldest = view.ms_of(beat.backlog.oldest_at)
    since = f" ({view.clock(oldest)})" if oldest else ""
    yield said["backlog"], f"{beat.backlog.entries}{since}"
    yield said["last_receipt"], view.clock(view.ms_of(beat.last_receipt_at))
    unit = "Mo" if lang == "fr" else "MB"
    free = view.UNKNOWN if beat.free_mb is None else f"{beat.free_mb} {unit}"
    yield said["disk"], free
    yield said["worker"], str(beat.worker_deaths)
    told = [f"{name or '…'} {count}" for name, count in sorted(beat.warnings.items())]
    yield said["warnings"], ", ".join(told) or "0"


def _change(change: Change, lang: Lang) -> tuple[str, str, str, str]:
    said = texts(lang)
    if change.kind == "became":
        word = said.get(f"{change.code}_word", change.code)
        return view.clock(change.at_ms), word, said["became"], change.detail
    trouble = TROUBLES.get(change.code)
    says = spaced(trouble.says(lang, change.detail), lang) if trouble else change.code
    return view.clock(change.at_ms), says, said[change.kind], ""


def _order(order: Mapping[str, Any], lang: Lang) -> dict[str, str]:
    proof = order["proof"]
    kind = proof.get("type", order["request"] or "")
    told = dict(proof.get("done", {})).items()
    done = ", ".join(f"{reasons.counted(name, lang)} {n}" for name, n in told)
    why = spaced(reasons.shown(str(proof.get("why", "")), lang), lang)
    return {
        "when": view.clock(order["issued_ms"]),
        "what": f"{kind} {order['request']}".strip(),
        "status": _in(_STATUS, order["status"], lang),
        "proved": view.clock(order["proved_ms"] or 0),
        "detail": " ; ".join(filter(None, (why, done))),
        "key": str(proof.get("kid", "")),
    }


def _day(day: Day, lang: Lang) -> tuple[str, str, str]:
    said = texts(lang)
    verdict = said["equal"] if not day.faults else said["differs"]
    told = closings.differing((*day.faults, *day.notes), lang)
    return closings.shown(day.closing, lang), verdict, told


def _in(table: Mapping[str, tuple[str, str]], word: str, lang: Lang) -> str:
    found = table.get(word)
    return word if found is None else found[lang == "en"]
