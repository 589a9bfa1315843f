"""What the command line does about tills: enrol, shut out, order, look.

Each may run beside the server: keys and orders go into the keyring's file, the ledger is
only read.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import sys
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from pydantic import ValidationError

from agent.identity import contacts
from agent.identity.kinds import Contact, Kind
from agent.wire import enrolment, orders
from agent.wire.closing import line
from agent.wire.orders import ERASE
from rcu import reconciling
from rcu.app import KEYRING_FILE, open_keyring
from rcu.config import Settings
from rcu.errors import ConfigError
from rcu.reconciling import Till
from rcu.sealing import Sealing
from rcu.seams import SystemClock, SystemEntropy
from rcu.signing import load
from rcu.store.db import expect

EXIT_DIFFERS: Final = 1
EXIT_USAGE: Final = 64
_OPEN: Final = ("", "partial", "failed")


def enrol_code(settings: Settings, arguments: argparse.Namespace) -> int:
    """A code for one till."""
    key = load(settings.store.directory)
    code = enrolment.make_code(SystemEntropy().draw)
    asyncio.run(_put_code(settings, arguments.till, code, arguments.minutes))
    sys.stderr.write(
        f"For {arguments.till}, {arguments.minutes} minutes, once; at the till:\n"
        f"  receipt-agent enrol https://THIS-SERVER CODE\n"
        f"It will say that this server signs by key {key.kid}.\n"
    )
    # Alone on standard output, so that a script can take it.
    sys.stdout.write(enrolment.shown(code) + "\n")
    return 0


async def _put_code(settings: Settings, edge: str, code: str, minutes: int) -> None:
    now_ms = SystemClock().now_ms()
    async with open_keyring(settings.store.directory) as (_keyring, tills):
        await tills.put_code(
            edge,
            enrolment.finder_of(code),
            enrolment.secret_of(code),
            now_ms + minutes * 60_000,
            now_ms,
        )


def revoke(settings: Settings, arguments: argparse.Namespace) -> int:
    """Nothing of that till is believed from now on."""
    expect(settings.store.directory / KEYRING_FILE)

    async def end() -> bool:
        async with open_keyring(settings.store.directory) as (_keyring, tills):
            return await tills.revoke(arguments.till, SystemClock().now_ms())

    if not asyncio.run(end()):
        sys.stderr.write(f"{arguments.till}: nothing of it was admitted\n")
        return EXIT_DIFFERS
    sys.stdout.write(f"{arguments.till} is shut out\n")
    return 0


def erase(settings: Settings, arguments: argparse.Namespace) -> int:
    """Erase a person here, and have every till that knows them forget them.

    Raises:
        ConfigError: what was typed is no identifier, or too much for one order.
    """
    now = dt.datetime.now(dt.UTC)
    if not (arguments.email or arguments.phone or arguments.loyalty):
        sys.stderr.write(
            "whom? receipt-rcu erase --email ADDRESS, --phone NUMBER, --card NUMBER, one "
            "or several of them\n"
        )
        return EXIT_USAGE
    identities = [
        {"identity_type": kind, "identity_format": "raw", "identity_value": value}
        for kind in ("email", "phone", "loyalty")
        for value in getattr(arguments, kind) or ()
    ]
    for one in identities:
        found = contacts.read(one["identity_type"], one["identity_value"])
        if not isinstance(found, Contact):
            raise ConfigError(f"{one['identity_value']!r} is no {one['identity_type']}")
    request = arguments.request or str(uuid4())
    data = {
        "subject_request_id": request,
        "subject_request_type": "erasure",
        "regulation": "gdpr",
        "submitted_time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "subject_identities": identities,
    }
    try:
        orders.Erasure.model_validate(data)
    except ValidationError as error:
        field, why = error.errors()[0]["loc"][0], error.errors()[0]["msg"]
        raise ConfigError(f"{field}: {why}") from None
    _tell(settings, "", ERASE, data)
    sys.stdout.write(f"request {request}; receipt-rcu orders shows the proofs\n")
    return 0


def resend(settings: Settings, arguments: argparse.Namespace) -> int:
    """Have a till send its log once more."""
    _tell(settings, arguments.till, orders.RESEND, {"first": arguments.first})
    return 0


def block(settings: Settings, arguments: argparse.Namespace) -> int:
    """Tell all tills that an identifier is nobody's, or somebody's after all.

    Raises:
        ConfigError: it is none.
    """
    identity = _identity(arguments.identifier)
    said = {"identity": identity, "blocked": not arguments.undo}
    _tell(settings, "", orders.BLOCK, said)
    return 0


def _identity(text: str) -> dict[str, str]:
    """As the agent's commands tell kinds apart."""
    kind: Kind = "loyalty"
    if "@" in text:
        kind = "email"
    elif text.strip().startswith(("0", "+")):
        kind = "phone"
    if not isinstance(contacts.read(kind, text), Contact):
        raise ConfigError(f"{text!r} is no {kind}")
    return {"identity_type": kind, "identity_value": text}


def prefer(settings: Settings, arguments: argparse.Namespace) -> int:
    """Tell all tills how a card's holder wants receipts."""
    now = dt.datetime.now(dt.UTC)
    channel = None if arguments.channel == "forget" else arguments.channel
    said = {
        "identity": {"identity_type": "loyalty", "identity_value": arguments.card},
        "channel": channel,
        "updated_at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
    }
    _tell(settings, "", orders.PREFER, said)
    return 0


def _tell(settings: Settings, edge: str, kind: str, data: Mapping[str, Any]) -> None:
    key = load(settings.store.directory)
    wrapped = Sealing(key, SystemEntropy().draw).wrapped(kind, data)

    async def tell() -> None:
        async with open_keyring(settings.store.directory) as (_keyring, kept):
            await kept.tell(edge, kind, wrapped, SystemClock().now_ms())

    asyncio.run(tell())


def list_orders(settings: Settings, arguments: argparse.Namespace) -> int:
    """What was ordered, what the tills proved, and what was erased here."""
    now_ms = SystemClock().now_ms()
    with reconciling.reading(settings.store.directory) as (ledger, _keys):
        found = ledger.execute(
            "SELECT edge, id, type, request, issued_ms, due_ms, status, proof,"
            " NOT EXISTS (SELECT 1 FROM feed WHERE feed.edge = till_order.edge"
            "  AND feed.id = till_order.id) FROM till_order ORDER BY issued_ms, edge"
        ).fetchall()
        own = ledger.execute(
            "SELECT request, asked_ms, done_ms, certificate FROM erasure"
            " ORDER BY asked_ms, request"
        ).fetchall()
    for request, asked, done_ms, certificate in own:
        state = "completed" if done_ms else "being done"
        if not (arguments.open and done_ms):
            _say_order(asked, "receipt-rcu", ERASE, request, state, certificate)
    overdue = False
    for edge, name, kind, request, issued, due, status, proof, gone in found:
        if arguments.open and status not in _OPEN:
            continue
        late = status in _OPEN and due is not None and due < now_ms
        overdue = overdue or late
        state = status or ("delivered" if gone else "on its way")
        state += "  OVERDUE" if late else ""
        _say_order(issued, edge, kind, request or name, state, proof)
    return EXIT_DIFFERS if overdue else 0


def _say_order(
    at_ms: int, who: str, kind: str, name: str, state: str, proof: str
) -> None:
    done = json.loads(proof)["done"] if proof else {}
    counted = " ".join(f"{key}={value}" for key, value in done.items())
    when = f"{dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    line_ = f"{when}  {who}  {kind}  {name}  {state}  {counted}"
    sys.stdout.write(line_.rstrip() + "\n")


def reconcile(settings: Settings, arguments: argparse.Namespace) -> int:
    """Count again what the tills say that their logs hold."""
    with reconciling.reading(settings.store.directory) as (ledger, keys):
        found = list(reconciling.tills(ledger, keys, arguments.till))
    for till in found:
        if arguments.json:
            sys.stdout.write(json.dumps(_told(till)) + "\n")
        else:
            _say(till)
    return 0 if all(till.whole for till in found) else EXIT_DIFFERS


def _say(till: Till) -> None:
    sys.stdout.write(f"{till.edge}\n")
    for day in till.days:
        verdict = "  ".join([*day.faults, *day.notes]) or "equal"
        sys.stdout.write(f"  {line(day.closing)}  {verdict}\n")
    count, first, last = till.open
    holes = ", ".join(f"{a}-{b}" for a, b in till.holes) or "none"
    since = f"{count} entries, {first}-{last}" if count else "nothing"
    sys.stdout.write(f"  since then {since}; gaps: {holes}\n")


def _told(till: Till) -> dict[str, Any]:
    return {
        "till": till.edge,
        "contiguous": till.contiguous,
        "gaps": till.holes,
        "whole": till.whole,
        "days": [
            {
                **day.closing.model_dump(mode="json"),
                "faults": day.faults,
                "notes": day.notes,
            }
            for day in till.days
        ],
        "open": {
            "events": till.open[0],
            "first": till.open[1],
            "last": till.open[2],
        },
    }
