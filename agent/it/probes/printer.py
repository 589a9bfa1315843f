"""What the real printer answers, or why it does not: away, wrong baud, out of paper.

Questions only (DLE EOT 1 to 4, GS I 67, GS r 1: Epson ESC/POS), and only while no agent has
the printer; beside an agent, it is the agent that is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from agent.delivery.settings import BAUDS, PrinterSettings, SerialLink, TcpLink
from agent.delivery.transports.base import Transport, TransportError
from agent.delivery.transports.opening import transport_for
from agent.it import running, units
from agent.it.finding import Finding, Till, bad, ok, skip, warn

CONNECT_S: Final = 3.0
ANSWER_S: Final = 0.7
FIXED_MASK, FIXED = 0x93, 0x12
"""Every answer to DLE EOT is 0xx1xx10."""
MODEL: Final = b"\x1dIC"
MARK: Final = b"\x1dr\x01"

AWAY: Final = (
    (
        "branchez et allumez l’imprimante, vérifiez son adresse (ticket d’autotest : bouton "
        "FEED à l’allumage) et [printer] link"
    ),
    (
        "plug the printer in and switch it on, check its address (self-test slip: FEED held at "
        "power-on) and [printer] link"
    ),
)
NOT_REACHED: Final = (
    "l’imprimante n’est pas joignable",
    "the printer cannot be reached",
)
SILENT: Final = ("l’imprimante ne répond pas", "the printer does not answer")
LOW: Final = ("bientôt plus de papier", "the paper runs low")
ROLL: Final = ("préparez un rouleau", "have a roll at hand")
STALLED: Final = (
    "l’imprimante ne prend plus rien d’un ticket",
    "the printer takes no more of a job",
)
FLOW: Final = (
    (
        "papier, capot, coupe ; sur une ligne série, flow= dans link comme l’imprimante "
        "est réglée (ticket d’autotest)"
    ),
    (
        "paper, cover, cutter; on a serial line, flow= in link as the printer is set "
        "(self-test slip)"
    ),
)
BESIDE: Final = (
    (("unreachable", "silent", "lost"), NOT_REACHED, AWAY),
    (("stalled",), STALLED, FLOW),
)
MUTE: Final = (
    (
        "elle n’est peut-être pas une Epson : essayez receipt-agent test-print ; si la "
        'question s’imprime, écrivez asks = "never"'
    ),
    (
        "it may be no Epson: try receipt-agent test-print; if it prints the question, write "
        'asks = "never"'
    ),
)
TROUBLES: Final = (
    (
        *(2, 0x20, "paper_out"),
        ("plus de papier", "no paper"),
        ("mettez un rouleau", "put in a roll"),
    ),
    (
        *(2, 0x04, "cover_open"),
        ("le capot est ouvert", "the cover is open"),
        ("fermez-le", "close it"),
    ),
    (
        *(3, 0x2C, "printer_error"),
        ("erreur de l’imprimante", "the printer has an error"),
        (
            "libérez la coupe, éteignez et rallumez",
            "free the cutter, switch it off and on",
        ),
    ),
    (
        *(1, 0x08, "printer_offline"),
        ("l’imprimante est hors ligne", "the printer is offline"),
        ("voyez ses voyants", "look at its lights"),
    ),
)
"""By what it answers to which question; by the agent's code of it."""


async def printer(till: Till) -> list[Finding]:
    """The first and the one that stands in for it."""
    settings, found = till.config.printer, []
    if till.up:
        return await _told_by_agent(till)
    for each in filter(None, (settings, settings.second)):
        found += await _one(each)
    return found


async def _told_by_agent(till: Till) -> list[Finding]:
    seen = await running.snapshot(till.config)
    room = ((seen or {}).get("rooms") or {}).get("printer")
    if room is None:
        return [skip("l’agent a l’imprimante", "the agent has the printer")]
    says = (str(room["says"]["fr"]), str(room["says"]["en"]))
    code = str(room["detail"]).partition(":")[0]
    detail = f"{till.config.printer.link} {room['detail']}".strip()
    if room["state"] == "ok":
        return [ok(*says, detail)]
    if code == "mute":
        return [_mute(till, detail)]
    if code == "near_end":
        return [warn(LOW, ROLL, detail)]
    if found := _coded(code, detail):
        return [found]
    make = bad if room["state"] == "needs" else warn
    return [make(says, ("voyez l’imprimante", "look at the printer"), detail)]


def _coded(code: str, detail: str) -> Finding | None:
    """What the agent's code of a trouble is, as doctor says it of one that it asks."""
    for codes, no_line, remedy in BESIDE:
        if code in codes:
            return bad(no_line, remedy, detail)
    for _, _, known, trouble, remedy in TROUBLES:
        if code == known:
            return bad(trouble, remedy, detail)
    return None


def _mute(till: Till, detail: str) -> Finding:
    """The line is the agent's, so that it is not asked here at other speeds."""
    again = units.asked_alone(till.config, "receipt-agent doctor --only printer")
    remedy = (
        (
            "arrêtez l’agent, doctor interroge alors l’imprimante lui-même (vitesses d’une "
            f"ligne série) et dit quoi écrire : {again}"
        ),
        (
            "stop the agent: doctor then asks the printer itself (a serial line’s speeds) and "
            f"says what to write: {again}"
        ),
    )
    if isinstance(till.config.printer.wire, SerialLink | TcpLink):
        return bad(SILENT, remedy, detail)
    return warn(SILENT, remedy, detail)


async def _one(settings: PrinterSettings) -> list[Finding]:
    link = settings.link
    transport = transport_for(settings.wire)
    try:
        await transport.open(within_s=CONNECT_S)
    except TransportError as error:
        return [bad(NOT_REACHED, AWAY, f"{link}: {error}")]
    try:
        if settings.asks == "never" or not transport.hears:
            return [ok("joignable, jamais interrogée", "reached, never asked", link)]
        if settings.asks == "star":
            return [ok("joignable (Star)", "reached (Star)", link)]
        answers = await asked(transport)
        if not answers:
            transport.close()  # a line is one program's at a time
            return await _silent(settings)
        return [*_how_it_is(answers, link), *await _who(transport, settings)]
    except TransportError as error:
        return [
            bad(
                ("l’imprimante a raccroché", "the printer hung up"),
                AWAY,
                f"{link}: {error}",
            )
        ]
    finally:
        transport.close()


async def asked(
    transport: Transport, numbers: Sequence[int] = (1, 2, 3, 4)
) -> dict[int, int]:
    """DLE EOT 1 to 4, one after the other; stops at the first silence."""
    answers: dict[int, int] = {}
    for number in numbers:
        await transport.write(bytes((0x10, 0x04, number)), stall_s=ANSWER_S)
        heard = await _heard(transport)
        fitting = [byte for byte in heard if byte & FIXED_MASK == FIXED]
        if not fitting:
            break
        answers[number] = fitting[-1]
    return answers


async def _heard(transport: Transport) -> bytes:
    """Until it is silent."""
    said = await transport.read(within_s=ANSWER_S)
    while more := await transport.read(within_s=0.05):
        said += more
    return said


def _how_it_is(answers: dict[int, int], link: str) -> Sequence[Finding]:
    detail = f"{link} " + " ".join(f"{n}:{byte:02x}" for n, byte in answers.items())
    for number, mask, _, says, remedy in TROUBLES:
        if answers.get(number, 0) & mask:
            return [bad(says, remedy, detail)]
    if answers.get(4, 0) & 0x0C:
        return [warn(LOW, ROLL, detail)]
    return [
        ok("l’imprimante répond (DLE EOT)", "the printer answers (DLE EOT)", detail)
    ]


async def _who(transport: Transport, settings: PrinterSettings) -> list[Finding]:
    """Its name, and whether it says when a job is on paper."""
    await transport.write(MODEL, stall_s=ANSWER_S)
    name = (await _heard(transport)).strip(b"_\0").decode("ascii", "replace")
    found = (
        [ok("modèle (GS I)", "model (GS I)", name)]
        if name.isprintable() and name
        else []
    )
    if settings.confirms != "auto":
        return found
    await transport.write(MARK, stall_s=ANSWER_S)
    if await _heard(transport):
        return [
            *found,
            ok("confirme ce qui est imprimé (GS r)", "says what is on paper (GS r)"),
        ]
    return [
        *found,
        warn(
            (
                "ne confirme pas ce qui est imprimé (GS r)",
                "does not confirm prints (GS r)",
            ),
            (
                (
                    "un ticket dans son tampon est perdu si on l’éteint ; si elle a imprimé "
                    '« r », écrivez confirms = "status"'
                ),
                (
                    "a job in its buffer is lost when it is switched off; if it printed an r, "
                    'write confirms = "status"'
                ),
            ),
        ),
    ]


async def _silent(settings: PrinterSettings) -> list[Finding]:
    """On a serial line the speed may be another."""
    wire, link = settings.wire, settings.link
    if isinstance(wire, SerialLink):
        for baud in BAUDS:
            if baud != wire.baud and await _answers_at(replace(wire, baud=baud)):
                return [
                    bad(
                        (
                            f"mauvaise vitesse : {wire.baud} bauds, l’imprimante est à {baud}",
                            f"wrong speed: {wire.baud} baud, the printer is at {baud}",
                        ),
                        (
                            f"écrivez baud={baud} dans link",
                            f"write baud={baud} in link",
                        ),
                        link,
                    )
                ]
    elif not isinstance(wire, TcpLink):
        return [warn(SILENT, MUTE, link)]
    return [bad(SILENT, MUTE, link)]


async def _answers_at(wire: SerialLink) -> bool:
    transport = transport_for(wire)
    try:
        await transport.open(within_s=CONNECT_S)
        await asyncio.sleep(0.05)
        transport.discard_input()
        return bool(await asked(transport))
    except TransportError:
        return False
    finally:
        transport.close()
