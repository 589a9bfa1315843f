"""``receipt-agent screens``: pair tablets and displays, show them, shut one out.

Speaks to the daemon on this machine, which alone has the code that is shown now.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import httpx

from agent.config import load

EXIT_UNAVAILABLE: Final = 69
EXIT_REFUSED: Final = 1
ANSWER_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Said:
    """One language; ``{places}`` hold values."""

    nobody: str
    seen: str
    none: str
    code: str
    where: str
    certificate: str
    nowhere: str
    removed: str


SAID: Final[Mapping[str, Said]] = MappingProxyType(
    {
        "fr": Said(
            nobody="screens.listen = {at}\u00a0: aucun agent n’y répond ({why})\u00a0; "
            "est-il en marche\u00a0?",
            seen="vu le {day}",
            none="aucun écran n’est associé",
            code="code {code}, pendant {left}\u00a0s",
            where="à taper sur {address}/pair",
            certificate="certificat SHA-256 {print}",
            nowhere="screens.listen_tls n’est pas réglé\u00a0: aucun appareil ne peut venir",
            removed="retiré",
        ),
        "en": Said(
            nobody="screens.listen = {at}: no agent answers there ({why}); "
            "is it running?",
            seen="seen {day}",
            none="no screen is paired",
            code="code {code}, for {left} s",
            where="type it at {address}/pair",
            certificate="certificate SHA-256 {print}",
            nowhere="screens.listen_tls is not set: no device can come in",
            removed="removed",
        ),
    }
)


def run(arguments: argparse.Namespace) -> int:
    """One of its ways; 69 when no agent answers, 1 when it refuses."""
    host, port = load(arguments.config).screens.address
    shown = f"[{host}]" if ":" in host else host
    with httpx.Client(
        base_url=f"http://{shown}:{port}",
        headers={"X-Receipt-Agent": "1"},
        timeout=ANSWER_S,
        trust_env=False,
        verify=False,  # noqa: S501 -- plain HTTP on loopback: no authority is asked
    ) as agent:
        try:
            return WAYS[arguments.way](agent, arguments)
        except httpx.HTTPError as error:
            said = SAID[arguments.lang].nobody
            sys.stderr.write(f"{said.format(at=f'{shown}:{port}', why=error)}\n")
            return EXIT_UNAVAILABLE


def _devices(agent: httpx.Client, arguments: argparse.Namespace) -> int:
    words = SAID[arguments.lang]
    said = _said(agent.get("/api/devices"))
    for each in said["devices"]:
        seen = dt.datetime.fromtimestamp(each["seen_ms"] / 1000, dt.UTC).astimezone()
        day = words.seen.format(day=f"{seen:%Y-%m-%d}")
        sys.stdout.write(
            f"{each['device']}  {each['role']:<7}  {day}  {each['name']}\n"
        )
    if not said["devices"]:
        sys.stdout.write(f"{words.none}\n")
    return 0


def _pair(agent: httpx.Client, arguments: argparse.Namespace) -> int:
    body = {"role": arguments.role, "name": arguments.name}
    said = _said(agent.post("/api/pair/open", json=body))
    if not said["done"]:
        return _refused(said, arguments)
    offer, words = said["offer"], SAID[arguments.lang]
    code = f"{offer['code'][:3]} {offer['code'][3:]}"
    lines = [words.code.format(code=code, left=offer["left_s"])]
    if "address" in said:
        lines.append(words.where.format(address=said["address"]))
        lines.append(words.certificate.format(print=said["fingerprint"]))
    else:
        lines.append(words.nowhere)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _revoke(agent: httpx.Client, arguments: argparse.Namespace) -> int:
    body = {"device": arguments.device}
    said = _said(agent.post("/api/devices/revoke", json=body))
    if not said["done"]:
        return _refused(said, arguments)
    sys.stdout.write(f"{SAID[arguments.lang].removed}\n")
    return 0


def _said(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code != httpx.codes.CONFLICT:
        answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def _refused(said: dict[str, Any], arguments: argparse.Namespace) -> int:
    sys.stderr.write(f"{said['words'][arguments.lang]}\n")
    return EXIT_REFUSED


WAYS: Final[Mapping[str, Callable[[httpx.Client, argparse.Namespace], int]]] = (
    MappingProxyType({"devices": _devices, "pair": _pair, "revoke": _revoke})
)
