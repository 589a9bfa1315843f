"""What the system says: clock, units, CUPS, tesseract."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from agent.delivery.settings import CupsLink
from agent.it import units
from agent.it.finding import Finding, Till, bad, ok, skip, told, warn
from agent.it.units import AGENT, BYPASS, SCREENS, SHARED, SOCKET
from agent.ocr.engine import Engine

BACKEND: Final = Path("/usr/lib/cups/backend/receipt-agent")
BYPASSED_FR: Final = (
    "journalctl -u receipt-agent dit pourquoi il est tombé ; il est réessayé dès que "
    "c’est calme"
)
BYPASSED_EN: Final = (
    "journalctl -u receipt-agent says why it fell; it is tried again when it is quiet"
)
UP: Final = frozenset({"active", "activating", "reloading"})
ASKED: Final = ("ActiveState", "UnitFileState", "LoadState", "Result")


async def clock(_till: Till) -> list[Finding]:
    """Whether anybody sets it; how far it is off, the RCU's answer tells."""
    said = await told(["timedatectl", "show", "-p", "NTPSynchronized", "-p", "NTP"])
    if said.code != 0:
        return [skip("timedatectl ne répond pas", "timedatectl does not answer")]
    if "NTPSynchronized=yes" in said.out:
        return [
            ok("l’horloge est réglée par le réseau", "the clock is set by the network")
        ]
    return [
        warn(
            ("l’horloge n’est réglée par personne", "nobody sets the clock"),
            (
                "timedatectl set-ntp true ; ouvrez 123/udp vers le serveur de temps",
                "timedatectl set-ntp true; let 123/udp through to the time server",
            ),
            said.out.replace("\n", " "),
        )
    ]


async def services(till: Till) -> list[Finding]:
    """This till's units: there, enabled, running; the bypass not."""
    socket, agent, bypass, screens = units.of(
        till.config, SOCKET, AGENT, BYPASS, SCREENS
    )
    found = []
    for unit in (socket, agent, bypass, screens, *SHARED):
        said = await told(["systemctl", "show", unit, *(f"-p{name}" for name in ASKED)])
        if said.code != 0:
            return [skip("pas de systemd ici", "no systemd here")]
        facts = dict(
            line.split("=", 1) for line in said.out.splitlines() if "=" in line
        )
        if unit in {screens, *SHARED}:
            found.append(_beside(unit, facts, agent))
        else:
            found.append(_unit(unit, facts, past=unit == bypass))
    return found


def _beside(unit: str, facts: dict[str, str], agent: str) -> Finding:
    """The agent has a way without it, so that it is said and breaks nothing."""
    if facts.get("ActiveState") in UP:
        return ok(f"{unit} tourne", f"{unit} runs", unit)
    return warn(
        (
            f"{unit} est arrêtée, l’agent s’en passe",
            f"{unit} is down, the agent does without",
        ),
        (
            f"systemctl enable --now {unit}, puis systemctl restart {agent}",
            f"systemctl enable --now {unit}, then systemctl restart {agent}",
        ),
        f"{unit} {facts.get('LoadState', '')}",
    )


def _unit(unit: str, facts: dict[str, str], *, past: bool) -> Finding:
    state, detail = facts.get("ActiveState", ""), f"{unit} {facts.get('Result', '')}"
    up = state in UP
    wrong: tuple[bool, tuple[str, str], tuple[str, str]]
    for wrong in (
        (
            "masked" in {facts.get("UnitFileState"), facts.get("LoadState")},
            (f"{unit} est masquée", f"{unit} is masked"),
            (f"systemctl unmask {unit}", f"systemctl unmask {unit}"),
        ),
        (
            facts.get("LoadState") == "not-found",
            (f"{unit} n’est pas installée", f"{unit} is not installed"),
            ("réinstallez le paquet", "install the package again"),
        ),
        (
            past and up,
            ("les tickets contournent l’agent", "jobs go past the agent"),
            (BYPASSED_FR, BYPASSED_EN),
        ),
        (
            not past and not up,
            (f"{unit} est arrêtée", f"{unit} is down"),
            (
                f"systemctl start {unit} ; journalctl -u {unit} -n 30",
                f"systemctl start {unit}; journalctl -u {unit} -n 30",
            ),
        ),
    ):
        if wrong[0]:
            return bad(wrong[1], wrong[2], detail)
    if past:
        return ok("le contournement est prêt", "the bypass is ready", detail)
    if facts.get("UnitFileState") == "disabled":
        return warn(
            (f"{unit} ne démarre pas seule", f"{unit} does not start by itself"),
            (f"systemctl enable {unit}", f"systemctl enable {unit}"),
            detail,
        )
    return ok(f"{unit} tourne", f"{unit} runs", detail)


async def cups(till: Till) -> list[Finding]:
    """The queue that we print to, and the one that prints to us."""
    wire, found = till.config.printer.wire, []
    if isinstance(wire, CupsLink):
        host = ["-h", f"{wire.host}:{wire.port}"] if wire.host else []
        said = await told(["lpstat", *host, "-p", wire.queue])
        if said.code is None:
            remedy = "apt-get install cups-client"
            found.append(bad(("lpstat manque", "lpstat is missing"), (remedy, remedy)))
        elif said.code or "disabled" in said.out:
            found.append(
                bad(
                    (
                        f"la file {wire.queue} n’imprime pas",
                        f"the queue {wire.queue} does not print",
                    ),
                    (f"cupsenable {wire.queue} ; lpstat -t",) * 2,
                    said.out[:160],
                )
            )
        else:
            found.append(
                ok(f"la file {wire.queue} imprime", f"queue {wire.queue} prints")
            )
    if BACKEND.exists():
        said = await told(["lpstat", "-v"])
        if "receipt-agent:/" in said.out:
            found.append(ok("une file imprime ici", "a queue prints here"))
        else:
            remedy = "lpadmin -p till -E -v receipt-agent:/ -m raw"
            found.append(
                Finding(
                    "skip", ok("aucune file n’imprime ici", "no queue prints here").says
                )
                if said.code
                else warn(
                    ("aucune file n’imprime ici", "no queue prints here"),
                    (f"si la caisse passe par CUPS : {remedy}", f"with CUPS: {remedy}"),
                )
            )
    return found or [skip("CUPS ne sert pas", "CUPS is not used")]


async def tesseract(till: Till) -> list[Finding]:
    """Whether receipts that are pictures are read."""
    if not till.config.ocr.engine:
        return [skip("les images ne sont pas lues", "pictures are not read")]
    if why := await Engine(till.config.ocr).find():
        remedy = "apt-get install tesseract-ocr tesseract-ocr-fra"
        return [
            warn(
                ("les tickets en image ne sont pas lus", "pictures are not read"),
                (remedy, remedy),
                why,
            )
        ]
    return [ok("les tickets en image sont lus", "receipts that are pictures are read")]
