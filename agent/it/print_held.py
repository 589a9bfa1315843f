"""``receipt-agent print-held``: before jobs go past a dead agent, what it held is printed.

systemd runs it (``systemd/receipt-agent-bypass.service``) and gives it 15 seconds.  It
opens the store under the store's own lock: beside a living agent it does nothing.  What the
printer does not take in time stays due, and the next agent prints it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import Final

from agent import bypass_note, cellar, consent_ledger, printers
from agent.bus import Bus
from agent.clock import SystemClock
from agent.config import Config, load
from agent.entropy import SystemEntropy
from agent.errors import ConfigError, StoreError, StoreInUseError, WorkerError
from agent.events import Event
from agent.intake.arriving import Arriving
from agent.it.held_paper import HeldPaper, Rooms
from agent.pipeline.entries import Scribe
from agent.pipeline.lane import PaperLane
from agent.pipeline.printing import Desk
from agent.pipeline.recollection import Recollection
from agent.pipeline.resends import Resends
from agent.pipeline.sales import Sales
from agent.pipeline.whereabouts import Whereabouts
from agent.pipeline.workshop import Workshop
from agent.store.store import Store
from agent.worker.frames import Frame

EXIT_UNAVAILABLE: Final = 69
EXIT_UNSURE: Final = 75
WITHIN_S: Final = 10.0
"""Then the sheet being written gets 3 s more; systemd ends it after 15."""

NOTED_S: Final = 0.5
"""For the store to hear of the last sheet."""


class _NoWorker:
    """Nothing is understood or drawn here."""

    async def call(self, *_: object, **__: object) -> Frame:
        await asyncio.sleep(0)
        raise WorkerError("there is no worker beside the bypass")


def run(arguments: argparse.Namespace) -> int:
    """0 when nothing is left, 75 when the printer did not take all of it.

    Raises:
        ConfigError: and nothing is known of an earlier start.
    """
    config = _config(arguments.config)
    if "INVOCATION_ID" in os.environ:  # systemd's, before the bypass; not a person's
        bypass_note.goes_past(config)
    if not cellar.database(config).is_file():
        _say("rien n’était retenu (nothing was held)")
        return 0
    try:
        ordered, left = asyncio.run(print_held(config, arguments.within))
    except StoreInUseError:
        _say("l’agent tourne, c’est lui qui imprime (the agent runs, and prints)")
        return EXIT_UNAVAILABLE
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_UNAVAILABLE
    if left:
        sys.stderr.write(
            f"l’imprimante n’a pas tout pris en {arguments.within:g} s, le reste "
            "s’imprime avec l’agent (the printer did not take all of it, the rest is "
            "printed by the agent)\n"
        )
        return EXIT_UNSURE
    _say(f"imprimés\u00a0: {ordered} (printed)")
    return 0


async def print_held(config: Config, within_s: float) -> tuple[int, bool]:
    """How many jobs were to be printed, and whether some still are.

    Raises:
        StoreError: no store, or an agent has it.
    """
    clock, entropy, bus = SystemClock(), SystemEntropy(), Bus[Event]()
    spool = Arriving(config.till.spool_dir, cellar.spool_keys(config))
    spared = {job for each in spool.left() for job in each.jobs.values()}
    vault = await asyncio.to_thread(cellar.reading, config)
    async with Store.open(
        cellar.database(config),
        sealer=vault,
        clock=clock,
        settings=config.store,
        spared=spared,
    ) as store:
        scribe = Scribe(clock, entropy, discreet=config.till.sensitive)
        printer = printers.printers(config, bus, clock, entropy)
        lane = PaperLane(printer, store, scribe, clock, bus)
        workshop = Workshop(_NoWorker(), config.printer.profile, config.till.country)
        consents = consent_ledger.ledger(config, store, clock, entropy)
        held = HeldPaper(
            Rooms(
                store,
                Desk(store, lane, workshop, scribe, Whereabouts(), consents),
                Sales(store, scribe),
                Resends(store, clock),
                Recollection(store, workshop, config.printer.link),
            )
        )
        ordered = await held.order()
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(printer.run())
            printing = group.create_task(lane.run())
            done = await lane.drained(within_s)
            # The sheet that is being written is finished, and noted.
            serving.cancel()
            await asyncio.wait([serving])
            done = done or await lane.drained(NOTED_S)
            printing.cancel()
        return ordered, not done


def _config(path: Path) -> Config:
    """A broken one is no reason to keep paper back: systemd knows the printer.

    It hands over the folder of the store, and what the agent noted at its last good start
    (:mod:`agent.bypass_note`).
    """
    try:
        return load(path)
    except ConfigError as error:
        state_dir = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
        link = os.environ.get("RECEIPT_AGENT_PRINTER", "")
        if not (state_dir and link):
            raise
        sys.stderr.write(f"{error}\n")
        names = dict.fromkeys(("tenant", "store", "till", "shop"), "unknown")
        url = "https://unknown.invalid"
        till = {**names, "tickets_url": url, "state_dir": state_dir}
        return Config.model_validate({"till": till, "printer": {"link": link}})


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
