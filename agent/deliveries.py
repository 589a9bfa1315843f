"""``receipt-agent deliveries``: which receipt was handed over how, as a signed file.

``export`` writes CSV (RFC 4180) or JSON and beside it ``FILE.sig``, a JSON object with
the SHA-256 of the file, the id of the key and its Ed25519 signature over the file's
bytes; ``verify`` checks both.  Nothing personal is in it.  It is the proof of our own
ledger of originals and copies, and no part of the POS's fiscal chain.

``dead`` lists the mails and SMS that reached nobody, with masked addresses; ``replay``
has the running agent send one again (:mod:`agent.pipeline.replays`).
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import io
import json
import sys
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol
from uuid import uuid4

from agent import cellar
from agent.cellar import DATABASE
from agent.choice.ledger import HandOver
from agent.config import Config, load
from agent.delivery.reasons import wording
from agent.errors import ConfigError, StoreError
from agent.identity import contacts
from agent.identity.kinds import Contact
from agent.keyring import index, safe
from agent.keyring.ring import Keyring, credentials
from agent.pipeline.replays import KINDS, Order
from agent.store import handovers, parcels
from agent.store.looking import looking

EXIT_NOT_GOOD: Final = 1
EXIT_UNAVAILABLE: Final = 69
PAGE: Final = 1000
MAX_DEAD: Final = 1000
COLUMNS: Final = (
    *("receipt", "number", "mark", "channel", "why", "operator"),
    *("ordered_at", "outcome", "ended_at"),
)


class Signer(Protocol):
    """What signs; see :class:`agent.keyring.ring.Signer`."""

    @property
    def kid(self) -> str: ...

    def sign(self, message: bytes) -> bytes: ...


def run(arguments: argparse.Namespace) -> int:
    """One of its ways.

    Raises:
        ConfigError: the configuration or a key has to be looked at.
    """
    config = load(arguments.config)
    try:
        return WAYS[arguments.way](config, arguments)
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_UNAVAILABLE


def _export(config: Config, arguments: argparse.Namespace) -> int:
    since, until = _term(arguments.since, arguments.until)
    with looking(config.till.state_dir / DATABASE) as db:
        db.execute("BEGIN")
        rows = [
            _fields(row)
            for page in _pages(
                lambda after: handovers.between(db, since, until, after, PAGE)
            )
            for row in page
        ]
    content = WRITERS[arguments.format](rows, config.till.source)
    now = dt.datetime.now(dt.UTC)
    signer = Keyring(config.keys_dir, credentials()).signer("transport", now)
    arguments.output.write_bytes(content)
    _beside(arguments.output).write_bytes(signature(content, signer, now))
    sys.stdout.write(f"{arguments.output}: {len(rows)} (signed by {signer.kid})\n")
    return 0


def _verify(config: Config, arguments: argparse.Namespace) -> int:
    path: Path = arguments.file
    try:
        content, signed = path.read_bytes(), _beside(path).read_bytes()
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}") from error
    keys = Keyring(config.keys_dir, credentials()).public()
    if arguments.keys is not None:
        keys = index.read(arguments.keys.read_bytes(), str(arguments.keys))
    wrong = problem(content, signed, keys)
    sys.stdout.write(f"{path}: {wrong or 'en ordre (fine)'}\n")
    return EXIT_NOT_GOOD if wrong else 0


def _dead(config: Config, _arguments: argparse.Namespace) -> int:
    with looking(cellar.database(config)) as db:
        found = parcels.dead(db, cellar.reading(config).on(db), MAX_DEAD)
    for letter in found:
        why = wording(letter.detail)
        said = f"{why.fr} / {why.en}" if why else letter.detail
        to = _mask(letter, config.till.country)
        sys.stdout.write(
            f"{letter.receipt} {letter.channel} {_at(letter.at_ms)} {to}: {said}\n"
        )
    if not found:
        sys.stdout.write("aucun envoi en échec (no dead letter)\n")
    return 0


def _mask(letter: parcels.DeadLetter, country: str) -> str:
    kind = KINDS.get(letter.channel)
    if kind is None or not letter.recipient:
        return "(adresse oubliée / address forgotten)"
    found = contacts.read(kind, letter.recipient, country=country)
    return found.mask if isinstance(found, Contact) else "?"


def _replay(config: Config, arguments: argparse.Namespace) -> int:
    order = Order(str(arguments.receipt), arguments.channel)
    safe.make_folder(config.replays_dir)
    safe.replace(config.replays_dir / f"{uuid4()}.json", order.written())
    sys.stdout.write(
        f"{order.receipt}: l’agent le renvoie dès qu’il tourne "
        "(the agent sends it again as soon as it runs)\n"
    )
    return 0


def signature(content: bytes, signer: Signer, now: dt.datetime) -> bytes:
    """What stands in ``FILE.sig``."""
    said = {
        "alg": "Ed25519",
        "kid": signer.kid,
        "sha256": hashlib.sha256(content).hexdigest(),
        "sig": b64encode(signer.sign(content)).decode(),
        "signed_at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
    }
    return json.dumps(said, indent=1).encode() + b"\n"


def problem(content: bytes, signed: bytes, keys: Iterable[index.PublicKey]) -> str:
    """What is wrong with a file and its signature; empty: nothing."""
    try:
        said = json.loads(signed)
        kid, digest = str(said["kid"]), str(said["sha256"])
        sig = b64decode(said["sig"], validate=True)
    except (ValueError, KeyError, TypeError, NotBase64):
        return "la signature est illisible / the signature cannot be read"
    key = next((each for each in keys if each.kid == kid), None)
    if key is None:
        return f"clé inconnue / unknown key: {kid}"
    if key.revoked:
        return f"clé révoquée / revoked key: {kid}, {key.revoked}"
    if hashlib.sha256(content).hexdigest() != digest or not key.verifies(content, sig):
        return "le fichier a été modifié / the file was changed"
    return ""


def as_csv(rows: Iterable[Mapping[str, Any]], source: str) -> bytes:
    """One row a hand-over, the till in the first column."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ("till", *COLUMNS))
    writer.writeheader()
    writer.writerows({"till": source, **row} for row in rows)
    return text.getvalue().encode()


def as_json(rows: Iterable[Mapping[str, Any]], source: str) -> bytes:
    """One object; ``ended_at`` is null while it waits."""
    said = {"schema": "deliveries/1", "till": source, "hand_overs": list(rows)}
    return json.dumps(said, indent=1, ensure_ascii=False).encode() + b"\n"


def _fields(row: HandOver) -> dict[str, Any]:
    return {
        "receipt": str(row.receipt),
        "number": row.number,
        "mark": row.mark,
        "channel": row.channel,
        "why": row.why,
        "operator": row.operator,
        "ordered_at": _at(row.at_ms),
        "outcome": row.outcome,
        "ended_at": None if row.ended_ms is None else _at(row.ended_ms),
    }


def _pages(read: Callable[[int], list[HandOver]]) -> Iterator[list[HandOver]]:
    after = 0
    while page := read(after):
        yield page
        after += len(page)


def _term(since: dt.date | None, until: dt.date | None) -> tuple[int, int]:
    """Whole days of the shop's time zone, in Unix ms; ``until`` is in it."""
    first = 0 if since is None else _midnight_ms(since)
    day = dt.timedelta(days=1)
    last = 1 << 62 if until is None else _midnight_ms(until + day)
    return first, last


def _midnight_ms(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time()).astimezone().timestamp() * 1000)


def _at(at_ms: int) -> str:
    at = dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.sig")


WRITERS: Final[Mapping[str, Callable[[Iterable[Mapping[str, Any]], str], bytes]]] = (
    MappingProxyType({"csv": as_csv, "json": as_json})
)
WAYS: Final[Mapping[str, Callable[[Config, argparse.Namespace], int]]] = (
    MappingProxyType(
        {"export": _export, "verify": _verify, "dead": _dead, "replay": _replay}
    )
)
