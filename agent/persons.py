"""``receipt-agent export`` and ``forget``: what is here of a person, and its end.

The person is named by an e-mail address, a telephone number or a card, as it is typed or
scanned; ``-`` reads it from standard input, so that it stands in no shell's history.
``export`` looks beside a running agent.  ``forget`` leaves an order that a running agent
does within seconds; where none runs, it is done at once.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import sqlite3
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final
from uuid import uuid4

from agent import cellar, consent_ledger, whom
from agent.clock import SystemClock
from agent.config import Config, load
from agent.errors import StoreError, StoreInUseError
from agent.identity import contacts
from agent.identity.kinds import Contact
from agent.ids import ReceiptId
from agent.keyring import safe
from agent.persons_said import Found, pages
from agent.pipeline.forgetting import ForgetOrder, Forgetting
from agent.store import (
    card_holders,
    consents,
    decisions,
    exported,
    handovers,
    people,
    preferences,
)
from agent.store.damage import DamagedRecord
from agent.store.looking import looking
from agent.store.reads import Reads
from agent.store.store import Store
from agent.store.vault import Vault

EXIT_USAGE: Final = 64
EXIT_UNAVAILABLE: Final = 69
TAKEN_UP_S: Final = 5
WAITED: Final = 10
"""Looks a second, whether a running agent has done it."""
THERE_TOO: Final = (
    "Sur cette caisse seulement\u00a0; au centre et aux autres caisses\u00a0: receipt-rcu erase "
    "(at this till only; at the centre and the other tills: receipt-rcu erase)"
)


# -- forget --------------------------------------------------------------------


def forget(arguments: argparse.Namespace) -> int:
    """``forget``: destroy what is here of a person.

    Raises:
        ConfigError: the configuration or a key has to be looked at.
    """
    config = load(arguments.config)
    contact = whom.named(arguments.contact, config, card=arguments.card)
    if contact is None:
        return EXIT_USAGE
    order = ForgetOrder(str(uuid4()), _reference(config, contact))
    folder = cellar.forget_dir(config)
    safe.make_folder(folder)
    path = folder / f"{order.number}.json"
    safe.replace(path, order.written())
    try:
        done = people.Traces()
        beside = False
        if cellar.database(config).exists() or exported.files(cellar.database(config)):
            done, beside = asyncio.run(_done(config, order))
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_UNAVAILABLE
    if beside and not done.waiting:
        _wait(path)
    elif not done.waiting:
        path.unlink()
    sys.stdout.write(_told(contact, done, left=beside and path.exists()))
    if config.sync.enabled:
        sys.stdout.write(f"{THERE_TOO}\n")
    if done.exports_unread:
        sys.stderr.write(_unread(done.exports_unread))
        return EXIT_UNAVAILABLE
    return 0


async def _done(config: Config, order: ForgetOrder) -> tuple[people.Traces, bool]:
    """What was here; true: an agent runs, and does it."""
    try:
        async with cellar.opened(config) as store:
            return await forgetting(config, store).do(order), False
    except StoreInUseError:
        found = await asyncio.to_thread(_traces, config, order)
    return found, True


def _wait(path: Path) -> None:
    """Until the agent has done it, as long as that takes."""
    for _ in range((TAKEN_UP_S + 2) * WAITED):
        if not path.exists():
            return
        time.sleep(1 / WAITED)


def _traces(config: Config, order: ForgetOrder) -> people.Traces:
    vault = cellar.reading(config)
    with looking(cellar.database(config)) as db:
        found = people.traces(db, vault.on(db), order.subject)
    beside = exported.find(cellar.database(config), vault, order.subject)
    return replace(found, exported=beside.entries, exports_unread=beside.unread)


def forgetting(config: Config, store: Store) -> Forgetting:
    """The service, for a command."""
    ring = consent_ledger.ring_of(config)
    source = config.till.source
    return Forgetting(cellar.forget_dir(config), store, ring, source, SystemClock())


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count > 1 else ''}"


def _told(contact: Contact, done: people.Traces, *, left: bool) -> str:
    """``left``: to a running agent, which has not done it yet."""
    counts = f"{_many(len(done.receipts), 'ticket')}, "
    counts += _many(len(done.consents), "consentement")
    said = f"{contact.mask}\u00a0: {counts} détruits (receipts, records of consent destroyed)\n"
    if done == people.Traces() and not left:
        said = f"{contact.mask}\u00a0: rien ici de cette personne (nothing of that person)\n"
    if left:
        said = (
            f"{contact.mask}\u00a0: {counts} (receipts, records of consent)\u00a0; l’agent "
            f"s’en charge dans les {TAKEN_UP_S} secondes de marche (the agent does it within "
            f"{TAKEN_UP_S} s of running)\n"
        )
    if done.exported:
        said += (
            f"{_many(done.exported, 'entrée')} de fichiers dans overdue/, jamais envoyées "
            "(entries of exports, never sent)\n"
        )
    if done.waiting:
        said += (
            f"{_many(len(done.waiting), 'ticket')} en attente de l’imprimante ou du RCU, "
            "à détruire ensuite par l’agent (wait for the printer or the RCU, and go behind it)\n"
        )
    return said


def _unread(names: tuple[str, ...]) -> str:
    listed = ", ".join(f"overdue/{name}" for name in names)
    return (
        f"{listed}\u00a0: illisible, la personne y est peut-être encore\u00a0; remettre sa clé "
        "et recommencer, ou détruire le fichier (cannot be read, the person may still be "
        "in it: put its key back and forget again, or destroy the file)\n"
    )


# -- export --------------------------------------------------------------------


def export(arguments: argparse.Namespace) -> int:
    """``export``: all that is here of a person, as JSON and as PDF.

    Raises:
        ConfigError: the configuration or a key has to be looked at.
    """
    config = load(arguments.config)
    contact = whom.named(arguments.contact, config, card=arguments.card)
    if contact is None:
        return EXIT_USAGE
    try:
        found = person(config, contact)
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_UNAVAILABLE
    text = json.dumps(found, ensure_ascii=False, indent=1)
    path: Path = arguments.output
    # 0600: it is about a person.
    safe.replace(path, f"{text}\n".encode())
    pdf = path.with_suffix(".pdf")
    safe.replace(pdf, pages(found, config.till.shop))
    sys.stdout.write(
        f"{path}, {pdf}\u00a0: {_many(len(found['receipts']), 'ticket')}, "
        f"{_many(len(found['consents']), 'consentement')}\n"
    )
    return 0


def person(config: Config, contact: Contact) -> Found:
    """All that is here of that contact.

    Raises:
        StoreError: no database, or not its key.
    """
    subject = _reference(config, contact)
    vault = cellar.reading(config)
    with looking(cellar.database(config)) as db:
        db.execute("BEGIN")
        found = people.traces(db, vault.on(db), subject)
        keys = sorted({*found.receipts, *found.waiting})
        receipts = [_receipt(db, vault, key) for key in keys]
        records = _consents(db, vault, subject)
        cards = _preference(db, subject)
        holder = _holder(db, vault, subject)
    return {
        "export": "person/1",
        "till": config.till.source,
        "shop": config.till.shop,
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "contact": {"kind": contact.kind, "value": contact.value},
        "receipts": [each for each in receipts if each is not None],
        "consents": records,
        "preference": cards,
        "card": holder,
        "unsent": _unsent(config, vault, subject),
    }


def _unsent(config: Config, vault: Vault, subject: bytes) -> list[Found]:
    """Of what nobody took and was exported (``overdue/``)."""
    return [
        {
            "file": each.file,
            "type": each.type,
            "at": _moment(each.at_ms),
            "data": json.loads(each.body) if each.body else None,
        }
        for each in exported.said(cellar.database(config), vault, subject)
    ]


def _receipt(db: sqlite3.Connection, vault: Vault, key: ReceiptId) -> Found | None:
    reads = Reads(vault.on(db))
    try:
        row = reads.receipt(db, key)
        events = decisions.happened(db, reads.sealer, key)
    except DamagedRecord as damage:
        return {"receipt": str(key), "damaged": damage.record}
    if row is None:
        return None
    return {
        "receipt": str(key),
        "printed_at": _moment(row.at_ms),
        "choice": row.choice,
        "document": json.loads(row.body),
        "handed_over": [
            {
                "number": each.number,
                "channel": each.channel,
                "ordered_at": _moment(each.at_ms),
                "outcome": each.outcome,
            }
            for each in handovers.ledger(db, key).rows
        ],
        "log": [
            {
                "type": each.type,
                "at": _moment(each.at_ms),
                "data": json.loads(each.body) if each.body else None,
            }
            for each in events
            if each.type != "receipt.issued.v1"  # the document once more
        ],
    }


def _consents(db: sqlite3.Connection, vault: Vault, subject: bytes) -> list[Found]:
    return [
        {
            "number": row.seq,
            "purpose": row.purpose,
            "channel": row.channel,
            "decision": row.decision,
            "at": _moment(row.at_ms),
            "record": json.loads(row.body) if row.body else None,
            **({"damaged": True} if damaged else {}),
        }
        for row, damaged in consents.readable_of(db, vault.on(db), subject)
    ]


def _preference(db: sqlite3.Connection, subject: bytes) -> Found | None:
    kept = preferences.read(db, subject[people.KID_BYTES :])
    return asdict(kept) if kept else None


def _holder(db: sqlite3.Connection, vault: Vault, subject: bytes) -> Found | None:
    """What the RCU told of a card, for when it is away."""
    told = card_holders.holder(db, vault.on(db), subject[people.KID_BYTES :])
    return dict(json.loads(told)) if told else None


def _reference(config: Config, contact: Contact) -> bytes:
    key = consent_ledger.ring_of(config).subject_key()
    return bytes.fromhex(key.kid) + contacts.match_key(contact, key.secret)


def _moment(at_ms: int) -> str:
    return dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC).isoformat(timespec="seconds")
