"""What the command line does about the fleet: how tills are, configurations, who may look.

Each may run beside the server: it reads the fleet's own file and leaves its wishes there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from agent.wire import orderable
from agent.wire.orderable import Value
from agent.wire.orders import CONFIGURE
from rcu import reconciling
from rcu.app import KEYRING_FILE, open_fleet, open_keyring
from rcu.config import Settings
from rcu.errors import ConfigError, StoreError
from rcu.fleet import gate, reasons, selecting, view
from rcu.seams import SystemClock, SystemEntropy
from rcu.signing import KEY_FILE, load
from rcu.store import fleet
from rcu.store.db import expect
from rcu.store.fleet import Pulse
from rcu.store.rollouts import Part, Rollout, Wanted

EXIT_TROUBLE: Final = 1
EXIT_STOPPED: Final = 1
STOPPED: Final = "stopped by hand"
LOOK_S: Final = 0.5
TAKEN_UP_S: Final = 5.0
"""A server that runs has taken a roll-out up by then."""
_LEVELS: Final = {3: "✗", 2: "!", 1: "·", 0: "✓"}


def tills(settings: Settings, arguments: argparse.Namespace) -> int:
    """How each till is, worst first, and by which key it is admitted; 1: one is in trouble."""
    now_ms, directory = SystemClock().now_ms(), settings.store.directory
    expect(directory / KEYRING_FILE)

    async def look() -> tuple[dict[str, str], dict[str, Pulse], list[str]]:
        keys = {}
        async with open_keyring(directory) as (_keyring, kept):
            for edge, signs in await kept.edges():
                held = [key for key in await kept.keys(edge) if key.ended_ms is None]
                kid = next((k.kid for k in held if k.purpose == "transport"), "")
                keys[edge] = f"signs by {kid}" if signs else "by its token alone"
        if not (directory / fleet.FILE).exists():
            return keys, {}, []
        async with open_fleet(directory) as own:
            rolling = [
                _progress(each, await own.rollouts.parts(each.n))
                for each in await own.rollouts.open()
            ]
            return keys, await own.fleet.pulses(), rolling

    keys, pulses, rolling = asyncio.run(look())
    found = view.tills(keys, pulses, _last_orders(settings), now_ms)
    if arguments.json:
        said = [
            {**view.as_data(each, now_ms), "admitted": keys[each.edge]}
            for each in found
        ]
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        # Its key is made by the server, or with the first code.
        if (directory / KEY_FILE).exists():
            sys.stdout.write(f"this server signs by {load(directory).kid}\n")
        lines = [
            line for each in found for line in _lines(each, keys[each.edge], now_ms)
        ]
        sys.stdout.writelines(f"{line}\n" for line in [*lines, *rolling])
    return EXIT_TROUBLE if any(each.level == 3 for each in found) else 0


def _last_orders(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    with (
        suppress(StoreError),  # the server has not run yet
        reconciling.reading(settings.store.directory) as (ledger, _keys),
    ):
        rows = ledger.execute(
            "SELECT edge, status, proof, proved_ms, issued_ms FROM till_order"
            " WHERE type = ? ORDER BY issued_ms DESC, rowid DESC",
            (CONFIGURE,),
        )
        for edge, status, proof, proved_ms, issued_ms in rows:
            told = {
                "status": status,
                "proof": json.loads(proof or "{}"),
                "proved_ms": proved_ms,
                "issued_ms": issued_ms,
            }
            found.setdefault(edge, [told])
    return found


def _lines(till: view.Till, admitted: str, now_ms: int) -> list[str]:
    beat = till.beat
    told = (
        f"{beat.version}  config {beat.config.generation}"
        f"  waiting {beat.backlog.entries}"
        f"  last receipt {view.ago(view.ms_of(beat.last_receipt_at), now_ms, 'fr')}"
        if beat
        else ""
    )
    heard = view.ago(till.heard_ms, now_ms, "fr")
    lines = [f"{_LEVELS[till.level]} {till.edge}  {admitted}  {heard}  {told}".rstrip()]
    for each in till.stands:
        since = view.lasting(each.since_ms, now_ms, "fr")
        lines.append(
            f"    {each.says('fr')} ({each.says('en')})"
            + (f"  {since}" if since else "")
        )
        lines.append(f"      → {each.remedy('fr')} ({each.remedy('en')})")
    return lines


# -- configurations -----------------------------------------------------------------


def configure(settings: Settings, arguments: argparse.Namespace) -> int:
    """Take a configuration through the fleet, stage by stage; or end one on its way.

    Raises:
        ConfigError: nothing may be ordered so, or no till is meant.
        StoreError: no server has run here.
    """
    if arguments.stop is not None:
        return asyncio.run(_stop(settings, arguments.stop))
    values = dict(map(_value, [*arguments.setting, *arguments.set]))
    unset = tuple(arguments.unset)
    if not values and not unset:
        raise ConfigError("nothing is to be set: write --set KEY=VALUE or --unset KEY")
    if refused := orderable.refusals(values, unset):
        raise ConfigError("\n".join(f"{key}: {why}" for key, why in refused.items()))
    try:
        stages = selecting.stages(arguments.stages)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    wanted = Wanted(values, unset, arguments.trial, stages, arguments.patience * 60)
    selector = arguments.till or arguments.tills
    return asyncio.run(_roll_out(settings, selector, wanted, wait=arguments.wait))


def orderables() -> str:
    """The table, for help and for people."""
    return "\n".join(
        f"{key}  ({bound.said})  {bound.why}"
        for key, bound in orderable.ORDERABLE.items()
    )


def _value(text: str) -> tuple[str, Value]:
    key, found, said = text.partition("=")
    if not found:
        raise ConfigError(f"{text!r}: write KEY=VALUE, as choice.window_s=12")
    words: Mapping[str, Value] = {"true": True, "false": False}
    if said in words:
        return key, words[said]
    for kind in (int, float):
        with suppress(ValueError):
            return key, kind(said)
    return key, said


async def _roll_out(
    settings: Settings, selector: str, wanted: Wanted, *, wait: bool
) -> int:
    clock, count = SystemClock(), await _meant(settings, selector)
    async with open_fleet(settings.store.directory) as own:
        n = await own.rollouts.ask(selector, wanted, clock.now_ms())
        sys.stderr.write(
            f"roll-out {n}, for {count} {'till' if count == 1 else 'tills'}; the page "
            f"/fleet and `tills` show it, `receipt-rcu configure --stop {n}` ends it\n"
        )
        said, waited_s = "", 0.0
        while wait:
            found = await own.rollouts.one(n)
            parts = await own.rollouts.parts(n)
            if found is None:
                return EXIT_STOPPED
            if (line := _progress(found, parts)) != said:
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
                said = line
            if found.state in {"done", "stopped"}:
                return 0 if found.state == "done" else EXIT_STOPPED
            before_s, waited_s = waited_s, waited_s + LOOK_S
            if found.state == "waiting" and before_s < TAKEN_UP_S <= waited_s:
                sys.stderr.write(
                    "nobody takes it up: does `receipt-rcu serve` run on this folder? It "
                    "goes on when it does\n"
                )
            await clock.sleep(LOOK_S)
    return 0


async def _meant(settings: Settings, selector: str) -> int:
    """How many tills.

    Raises:
        ConfigError: none.
        StoreError: no server has run here.
    """
    expect(settings.store.directory / KEYRING_FILE)
    async with open_keyring(settings.store.directory) as (_keyring, kept):
        admitted = [edge for edge, _ in await kept.edges()]
    meant = selecting.selected(admitted, selector)
    if not meant:
        raise ConfigError(
            f"{selector!r} means none of the {len(admitted)} tills that are admitted; "
            "`receipt-rcu tills` lists them"
        )
    return len(meant)


async def _stop(settings: Settings, n: int) -> int:
    """No till is reached by it any more; those that have it keep it."""
    expect(settings.store.directory / fleet.FILE)
    async with open_fleet(settings.store.directory) as own:
        found = await own.rollouts.one(n)
        if found is None or found.state in {"done", "stopped"}:
            state = "there is none" if found is None else f"it is {found.state} already"
            sys.stderr.write(f"roll-out {n}: {state}\n")
            return EXIT_STOPPED
        await own.rollouts.move(
            n, "stopped", found.stage, STOPPED, SystemClock().now_ms()
        )
        parts = await own.rollouts.parts(n)
    has = sum(1 for part in parts if part.state in {"issued", "proved"})
    sys.stdout.write(
        f"roll-out {n} is stopped; {has} of {len(parts)} tills have it or are at it: "
        "--unset KEY gives a key back to their own files\n"
    )
    return 0


def _progress(rollout: Rollout, parts: list[Part]) -> str:
    proved = sum(1 for part in parts if part.state == "proved")
    stages = max((part.stage for part in parts), default=0)
    why = f"  {reasons.both(rollout.why)}" if rollout.why else ""
    return (
        f"roll-out {rollout.n}  {rollout.state}  stage {rollout.stage}/{stages}"
        f"  proved {proved}/{len(parts)}{why}"
    )


# -- who may look -------------------------------------------------------------------


def operator(settings: Settings, arguments: argparse.Namespace) -> int:
    """``operator link``, ``list`` and ``out``."""
    return asyncio.run(
        {"link": _link, "list": _there, "out": _out}[arguments.way](settings, arguments)
    )


async def _link(settings: Settings, arguments: argparse.Namespace) -> int:
    token, now_ms = gate.make_token(SystemEntropy()), SystemClock().now_ms()
    async with open_fleet(settings.store.directory) as own:
        await own.operators.invite(
            gate.digest(token),
            arguments.name or "it",
            now_ms + arguments.minutes * 60_000,
            now_ms,
        )
    url = settings.fleet.url.rstrip("/") or (
        f"http://{_host(settings.server.host)}:{settings.server.port}"
    )
    sys.stderr.write(
        f"Bon {arguments.minutes} min, une fois (good for {arguments.minutes} minutes, "
        "once):\n"
    )
    sys.stdout.write(f"{url}/fleet/in/{token}\n")
    return 0


async def _there(settings: Settings, _: argparse.Namespace) -> int:
    expect(settings.store.directory / fleet.FILE)
    async with open_fleet(settings.store.directory) as own:
        for each in await own.operators.there(SystemClock().now_ms()):
            since, until = view.clock(each.since_ms), view.clock(each.until_ms)
            sys.stdout.write(f"{each.name}  {since}  → {until} UTC\n")
    return 0


async def _out(settings: Settings, arguments: argparse.Namespace) -> int:
    expect(settings.store.directory / fleet.FILE)
    async with open_fleet(settings.store.directory) as own:
        gone = await own.operators.shut_out(arguments.name)
    sys.stdout.write(f"{gone} links and sessions are over\n")
    return 0


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
