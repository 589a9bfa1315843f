"""``receipt-agent consent``: is the ledger whole, what did somebody decide, take it back.

``verify`` and ``show`` look into the database beside a running agent.  ``withdraw``
leaves an order that a running agent takes up within seconds; where none runs, it is done
at once.  ``admit`` does the same for an e-mail address that was shut out (it bounced, or its
owner wanted no mails) and whose owner asks for mails again: the ledger has it as said to
the cashier, by the operator ``it``.  A contact is never printed, only its mask.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final
from uuid import uuid4

from agent import cellar, consent_ledger, notice_file
from agent.bus import Bus
from agent.clock import SystemClock
from agent.config import Config, load
from agent.consent import checking, mapping
from agent.consent.chain import moment
from agent.consent.checking import Beside, Broken, Kept, Report
from agent.consent.erasures import vouched
from agent.consents_said import SAID, Lang, Said, why
from agent.entropy import SystemEntropy
from agent.errors import ConfigError, StoreError, StoreInUseError
from agent.events import Event
from agent.identity import contacts
from agent.identity.kinds import Contact, Kind
from agent.keyring import index, safe
from agent.keyring.index import PublicKey
from agent.pipeline.withdrawals import No, Order, Withdrawals, goes
from agent.store import shut_out
from agent.store.consents import ConsentRow, of_subject, walk
from agent.store.damage import DamagedRecord
from agent.store.looking import looking
from agent.store.people import statements
from agent.store.seal import Sealer

EXIT_NOT_GOOD: Final = 1
EXIT_USAGE: Final = 64
EXIT_UNAVAILABLE: Final = 69
TAKEN_UP_S: Final = 5
SHOWN_DIGITS: Final = 16
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def run(arguments: argparse.Namespace) -> int:
    """One of its ways.

    Raises:
        ConfigError: the configuration, a sentence or a key has to be looked at.
    """
    config = load(arguments.config)
    try:
        return WAYS[arguments.way](config, arguments)
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_UNAVAILABLE


# -- verify --------------------------------------------------------------------


def _verify(config: Config, arguments: argparse.Namespace) -> int:
    keys = _keys(config, arguments.keys)
    till = consent_ledger.till_of(config)
    with looking(cellar.database(config)) as db:
        db.execute("BEGIN")
        by_kid = {key.kid: key for key in keys}
        forgotten = vouched(statements(db), config.till.source, by_kid)
        chain = _Chain(db, cellar.reading(config).on(db), forgotten)
        report = checking.verify(
            chain.rows(),
            till.beginning,
            by_kid,
            notice_file.load(config.consent.notices),
            _kept_since_ms(config),
        )
        if chain.damaged is not None:
            report = _with_damage(report, chain.damaged)
        _tell(config, report, arguments.lang)
        if arguments.export is not None:
            _export(arguments.export, config, chain, keys, report)
    return 0 if report.good else EXIT_NOT_GOOD


class _Chain:
    """The ledger as it is read; it ends before a row whose seal is broken."""

    def __init__(
        self, db: sqlite3.Connection, sealer: Sealer, forgotten: frozenset[int]
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._forgotten = forgotten
        self.damaged: int | None = None

    def rows(self) -> Iterator[Kept]:
        seq = 0
        try:
            for row in walk(self._db, self._sealer):
                seq = row.seq
                beside = _beside(row)
                gone = row.seq in self._forgotten
                yield Kept(row.seq, row.digest.hex(), row.body, beside, row.at_ms, gone)
        except DamagedRecord:
            self.damaged = seq + 1


def _beside(row: ConsentRow) -> Beside:
    kid, found = row.subject[:8].hex(), row.subject[8:].hex()
    try:
        expires_at = moment(EPOCH + timedelta(milliseconds=row.expires_ms))
    except OverflowError:  # beyond the year 9999: nothing that we wrote
        expires_at = ""
    subject = f"hmac-sha256:{kid}:{found}"
    return Beside(subject, row.purpose, row.channel, row.decision, expires_at)


def _with_damage(report: Report, seq: int) -> Report:
    first = report.broken or Broken(seq, "it is damaged on the disk")
    return replace(report, broken=first)


def _kept_since_ms(config: Config) -> int:
    """The retention erases what is older (``store.proof_days``), and nothing else."""
    kept = timedelta(days=config.store.proof_days)
    return (SystemClock().now() - kept - EPOCH) // timedelta(milliseconds=1)


def _tell(config: Config, report: Report, lang: Lang) -> None:
    """French first and English below it; English alone where that is asked for."""
    english = _findings(config, report, "en")
    if lang == "en":
        lines = english
    else:
        french = _findings(config, report, "fr")
        lines = [
            line
            for fr, en in zip(french, english, strict=True)
            for line in (fr, f"  {en}")
        ]
    sys.stdout.write("\n".join(lines) + "\n")


def _findings(config: Config, report: Report, lang: Lang) -> list[str]:
    said = SAID[lang]
    early = sum(last - first + 1 for first, last in report.early)
    over = report.erased - early
    erased = said.over.format(n=over) if over else ""
    if report.forgotten:
        erased += said.destroyed.format(n=report.forgotten)
    lines = [
        said.records.format(till=config.till.source, n=report.records, erased=erased)
    ]
    if report.early:
        which = ", ".join(
            str(first) if first == last else said.to.format(first=first, last=last)
            for first, last in report.early
        )
        lines.append(said.early.format(days=config.store.proof_days, which=which))
    if report.broken is None:
        lines.append(said.whole.format(head=report.head[:SHOWN_DIGITS]))
    else:
        reason = why(report.broken.why, lang)
        lines.append(said.broken.format(seq=report.broken.seq, why=reason))
    loose = said.unvouched.format(n=report.unvouched) if report.unvouched else ""
    lines.append(said.signatures.format(n=report.signed, unvouched=loose))
    strange = ", ".join(report.strange_notices)
    lines.append(said.strange.format(which=strange) if strange else said.known)
    return lines


def _keys(config: Config, path: Path | None) -> tuple[PublicKey, ...]:
    """Public keys for consent; of a file where the till's own are not to be believed."""
    if path is None:
        keys = consent_ledger.ring_of(config).public()
    else:
        try:
            keys = index.read(path.read_bytes(), str(path))
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}") from error
    return tuple(key for key in keys if key.purpose == "consent")


def _export(
    path: Path,
    config: Config,
    chain: _Chain,
    keys: tuple[PublicKey, ...],
    report: Report,
) -> None:
    """One JSON object a line: the till and its keys, then each record in three forms."""
    till = consent_ledger.till_of(config)
    head = {
        "export": "consent/1",
        "till": config.till.source,
        "beginning": till.beginning.digest,
        "head": report.head,
        "good": report.good,
        "keys": [asdict(key) for key in keys],
    }
    lines = [json.dumps(head)]
    for row in chain.rows():
        record = checking.read(row.body) if row.body is not None else ""
        lines.append(
            json.dumps(
                {
                    "seq": row.seq,
                    "sha256": row.digest,
                    "record": (row.body or b"").decode("utf-8", "replace"),
                    "iso_27560": None
                    if isinstance(record, str)
                    else mapping.iso_27560(record, config.till.country),
                    "kantara": None
                    if isinstance(record, str)
                    else mapping.kantara(record, config.till.country),
                },
                ensure_ascii=False,
            )
        )
    safe.replace(path, "".join(f"{line}\n" for line in lines).encode())


# -- show and withdraw -----------------------------------------------------------


def _show(config: Config, arguments: argparse.Namespace) -> int:
    contact = _contact(config, arguments)
    if contact is None:
        return EXIT_USAGE
    subject = _subject(config, contact)
    with looking(cellar.database(config)) as db:
        rows = of_subject(db, cellar.reading(config).on(db), subject)
    said = SAID[arguments.lang]
    sys.stdout.write(f"{said.decisions.format(mask=contact.mask, n=len(rows))}\n")
    for row in rows:
        sys.stdout.write(f"{_line(row, said)}\n")
    return 0


def _line(row: ConsentRow, said: Said) -> str:
    what = said.line.format(purpose=row.purpose, channel=row.channel)
    head = f"{row.seq:>6}  {row.decision:<9}  {what}"
    record = checking.read(row.body) if row.body is not None else said.past
    if isinstance(record, str):
        return f"{head}  ({record})"
    return (
        f"{head}  {record.decided_at} (clock {record.clock})  {record.method}  "
        f"{record.sentence}  "
        f"{said.until.format(day=record.expires_at[:10])}"
    )


def _withdraw(config: Config, arguments: argparse.Namespace) -> int:
    contact = _contact(config, arguments)
    if contact is None:
        return EXIT_USAGE
    purpose, said = arguments.purpose, SAID[arguments.lang]
    if purpose is not None and not goes(purpose, contact.kind):
        sys.stderr.write(f"{said.not_asked.format(purpose=purpose)}\n")
        return EXIT_USAGE
    decision: No = "objected" if arguments.object else "withdrawn"
    order = Order(contact.kind, _subject(config, contact), decision, purpose)
    safe.make_folder(config.withdrawals_dir)
    safe.replace(config.withdrawals_dir / f"{uuid4()}.json", order.written())
    done = asyncio.run(_at_once(config))
    what = said.recorded if done else said.taken_up.format(n=TAKEN_UP_S)
    no = said.objected if arguments.object else said.withdrawn
    colon = "\u00a0:" if arguments.lang == "fr" else ":"
    sys.stdout.write(f"{contact.mask}{colon} {no}, {what}\n")
    return 0


def _admit(config: Config, arguments: argparse.Namespace) -> int:
    contact = _contact(config, arguments)
    if contact is None:
        return EXIT_USAGE
    said, subject = SAID[arguments.lang], _subject(config, contact)
    with looking(cellar.database(config)) as db:
        reason = shut_out.why(db, subject, _now_ms())
    colon = "\u00a0:" if arguments.lang == "fr" else ":"
    if reason is None or reason == "blocked":
        why = said.not_shut_out if reason is None else said.blocked
        sys.stderr.write(f"{contact.mask}{colon} {why}\n")
        return EXIT_NOT_GOOD
    order = Order(contact.kind, subject, "admitted")
    safe.make_folder(config.withdrawals_dir)
    safe.replace(config.withdrawals_dir / f"{uuid4()}.json", order.written())
    done = asyncio.run(_at_once(config))
    what = said.recorded if done else said.taken_up.format(n=TAKEN_UP_S)
    why_out = said.bounced if reason == "bounced" else said.unwanted
    sys.stdout.write(f"{contact.mask} ({why_out}){colon} {said.admitted}, {what}\n")
    return 0


def _now_ms() -> int:
    return (SystemClock().now() - EPOCH) // timedelta(milliseconds=1)


async def _at_once(config: Config) -> bool:
    """Where no agent runs; ``False``: one does, and has been left the order."""
    clock, entropy = SystemClock(), SystemEntropy()
    if not cellar.database(config).exists():
        return False  # made by the agent, as its own user
    try:
        async with cellar.opened(config) as store:
            consents = consent_ledger.ledger(config, store, clock, entropy)
            country = config.till.country
            folder = config.withdrawals_dir
            nobody = Bus[Event]()
            at_once = Withdrawals(folder, consents, store, clock, nobody, country)
            await at_once.take_up()
    except StoreInUseError:
        return False
    return True


def _contact(config: Config, arguments: argparse.Namespace) -> Contact | None:
    text = arguments.contact
    if text == "-":
        text = sys.stdin.readline()
    kind = arguments.kind or _kind(text)
    found = contacts.read(kind, text, country=config.till.country)
    if isinstance(found, Contact):
        return found
    sys.stderr.write(f"{getattr(found.fault.words, arguments.lang)}\n")
    return None


def _kind(text: str) -> Kind:
    if "@" in text:
        return "email"
    return "phone" if text.strip().startswith(("0", "+")) else "loyalty"


def _subject(config: Config, contact: Contact) -> bytes:
    key = consent_ledger.ring_of(config).subject_key()
    return bytes.fromhex(key.kid) + contacts.match_key(contact, key.secret)


WAYS: Final[Mapping[str, Callable[[Config, argparse.Namespace], int]]] = (
    MappingProxyType(
        {"verify": _verify, "show": _show, "withdraw": _withdraw, "admit": _admit}
    )
)
