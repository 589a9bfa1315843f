"""``receipt-agent doctor``: every part that a receipt needs, looked at, with what to do.

Nothing is changed: no file, no print, no port.  All probes run at once, each within its
own bound; one that fails is a finding itself.  0: nothing is broken; 1: something is;
what merely may surprise is shown and does not count.
"""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import json
import pwd
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from agent import cellar, progress
from agent.config import Config, load
from agent.errors import ConfigError
from agent.intake.settings import host_and_port
from agent.it import running, salvage
from agent.it.finding import ORDER, Finding, State, Till, bad
from agent.it.probes import (
    keys,
    mail,
    network,
    ports,
    printer,
    secrets,
    surroundings,
    system,
)

Probe = Callable[[Till], Awaitable[Sequence[Finding]]]

EXIT_BROKEN: Final = 1
EXIT_USAGE: Final = 64
DNS_PORT: Final = 53
USER: Final = "receipt-agent"


@dataclass(frozen=True, slots=True)
class Asked:
    """A probe and how long it may take."""

    name: str
    probe: Probe
    within_s: float


PROBES: Final[tuple[Asked, ...]] = (
    Asked("configuration", surroundings.configuration, 10.0),
    Asked("ports", ports.ports, 10.0),
    Asked("printer", printer.printer, 20.0),
    Asked("clock", system.clock, 10.0),
    Asked("disk", surroundings.disk, 5.0),
    Asked("store", secrets.store, 30.0),
    Asked("keys", keys.keys, 5.0),
    Asked("names", network.names, 10.0),
    Asked("certificates", network.certificates, 15.0),
    Asked("rcu", network.rcu, 15.0),
    Asked("mail", mail.relays, 20.0),
    Asked("mail records", mail.records, 15.0),
    Asked("permissions", surroundings.permissions, 5.0),
    Asked("services", system.services, 10.0),
    Asked("cups", system.cups, 10.0),
    Asked("pictures", system.tesseract, 10.0),
)
ALONE: Final = ("clock", "disk", "services")
"""They need nothing of the configuration but where the state is."""
LISTENS: Final = ("ports",)
MARKS: Final[Mapping[State, str]] = {"ok": "✓", "warn": "!", "bad": "✗", "skip": "-"}


def run(arguments: argparse.Namespace) -> int:
    """1 when something is broken, 64 for a probe that there is not."""
    path, probes = arguments.config, PROBES
    if arguments.only:
        known = [each.name for each in PROBES]
        if unknown := [name for name in arguments.only if name not in known]:
            sys.stderr.write(
                f"--only {', '.join(unknown)}\u00a0: inconnu (no such probe). "
                f"Connus (known): {', '.join(known)}\n"
            )
            return EXIT_USAGE
        probes = tuple(each for each in PROBES if each.name in arguments.only)
    try:
        _server(arguments.dns or "127.0.0.1")
    except ValueError:
        sys.stderr.write(
            f"--dns {arguments.dns}\u00a0: ni adresse ni ADRESSE:PORT, par exemple "
            "9.9.9.9:53 (neither an address nor ADDRESS:PORT)\n"
        )
        return EXIT_USAGE
    try:
        config = load(path)
    except ConfigError as error:
        found = {"configuration": [*map(_no_configuration, str(error).split("\n"))]}
        found |= asyncio.run(_beside_it(path, probes))
    else:
        found = asyncio.run(_found(config, arguments, probes))
    if arguments.json:
        sys.stdout.write(json.dumps(as_json(found), ensure_ascii=False) + "\n")
    else:
        _show(found, arguments.lang, all_of_it=arguments.all)
    broken = any(each.state == "bad" for several in found.values() for each in several)
    return EXIT_BROKEN if broken else 0


async def _found(
    config: Config, arguments: argparse.Namespace, probes: Sequence[Asked]
) -> dict[str, list[Finding]]:
    till = await till_of(config, arguments.config, arguments.dns)
    return await examine(till, probes)


async def _beside_it(path: Path, probes: Sequence[Asked]) -> dict[str, list[Finding]]:
    """What a broken configuration hides nothing of: jobs may go past the agent."""
    rest, listens = salvage.salvaged(path)
    till = Till(
        rest, path, running.holds(cellar.database(rest)), user=_user(), named=False
    )
    alone = {each.name for each in probes} & {*ALONE, *(LISTENS if listens else ())}
    return await examine(till, [each for each in probes if each.name in alone])


async def examine(
    till: Till, probes: Sequence[Asked] = PROBES
) -> dict[str, list[Finding]]:
    """By probe, in their order."""
    progress.says(", ".join(each.name for each in probes))
    async with asyncio.TaskGroup() as group:
        tasks = {each.name: group.create_task(_bounded(each, till)) for each in probes}
    return {name: task.result() for name, task in tasks.items()}


async def _bounded(asked: Asked, till: Till) -> list[Finding]:
    try:
        async with asyncio.timeout(asked.within_s):
            return list(await asked.probe(till))
    except TimeoutError:
        seconds = f"{asked.within_s:g} s"
        return [
            bad(
                (f"pas de réponse en {seconds}", f"no answer within {seconds}"),
                (
                    "vérifiez ce que cette ligne concerne, puis relancez doctor",
                    "look at what this line is about, then run doctor again",
                ),
            )
        ]
    except Exception as error:  # noqa: BLE001 -- one probe never stops the others
        return [
            bad(
                ("l’examen a échoué", "the probe failed"),
                (
                    (
                        "relancez avec l’utilisateur de l’agent ou root ; sinon, "
                        "support-bundle au support"
                    ),
                    "run it as the agent's user or root; else send support-bundle in",
                ),
                f"{type(error).__name__}: {error}"[:200],
            )
        ]


def as_json(found: Mapping[str, Sequence[Finding]]) -> dict[str, Any]:
    """``{"state": worst, "findings": [...]}``."""
    lines = [
        {
            "probe": name,
            "state": each.state,
            "fr": each.says.fr,
            "en": each.says.en,
            "remedy_fr": each.remedy.fr,
            "remedy_en": each.remedy.en,
            "detail": each.detail,
        }
        for name, several in found.items()
        for each in several
    ]
    states = {str(line["state"]) for line in lines}
    worst = next((state for state in ORDER if state in states), "skip")
    return {"schema": "doctor/1", "state": worst, "findings": lines}


def _show(
    found: Mapping[str, Sequence[Finding]], lang: str, *, all_of_it: bool
) -> None:
    out = sys.stdout
    counts = dict.fromkeys(ORDER, 0)
    for name, several in found.items():
        for each in several:
            counts[each.state] += 1
            if each.state == "skip" and not all_of_it:
                continue
            head = f"{MARKS[each.state]} {name:<14}"
            detail = f"  [{each.detail}]" if each.detail else ""
            for line in _worded(each.says.fr, each.says.en, lang):
                out.write(f"{head}{line}{detail}\n")
                head, detail = " " * len(head), ""
            for line in _worded(each.remedy.fr, each.remedy.en, lang):
                out.write(f"{head}→ {line}\n")
    fr = f"{counts['bad']} en panne, {counts['warn']} à savoir, {counts['ok']} en ordre"
    en = f"{counts['bad']} broken, {counts['warn']} to know, {counts['ok']} fine"
    out.write("\n" + " / ".join(_worded(fr, en, lang)) + "\n")


def _worded(fr: str, en: str, lang: str) -> list[str]:
    both = {"fr": [fr], "en": [en]}.get(lang, [fr, en])
    return [line for line in dict.fromkeys(both) if line]


async def till_of(config: Config, path: Path, dns: str | None) -> Till:
    """What the probes look at; ``dns`` is ``HOST:PORT``.

    Raises:
        ValueError: it is not.
    """
    server = _server(dns) if dns else None
    return Till(config, path, await running.runs(config), server, _user())


def _server(text: str) -> tuple[str, int]:
    """An address with a port, or without.

    Raises:
        ValueError: it is none.
    """
    with suppress(ValueError):
        return str(ipaddress.ip_address(text)), DNS_PORT
    return host_and_port(text)


def _user() -> str:
    """Whom the agent runs as; empty on a developer’s machine."""
    try:
        return pwd.getpwnam(USER).pw_name
    except KeyError:
        return ""


def _no_configuration(line: str) -> Finding:
    return bad(
        ("la configuration ne peut pas marcher", "the configuration cannot work"),
        (
            "corrigez cette ligne (receipt-agent check), ou receipt-agent setup",
            "mend that line (receipt-agent check), or receipt-agent setup",
        ),
        line,
    )
