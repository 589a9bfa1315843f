"""The data keys: wrapped under the till's own key (KEK), opened when they are needed.

Numbers are never given twice, so that a value can't meet another key by chance.  Keys for
documents are made some at a time, in the transaction that needs the first of them; the
others wait in memory, and are swept when the process ends before they were used.
"""

from __future__ import annotations

import os
import sqlite3
from collections import OrderedDict, deque
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from agent.store.damage import UNREADABLE

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MIGRATION: Final = (
    # Under which keys of the till the others are wrapped: 8 bytes of id each.
    """CREATE TABLE kek(
      n   INTEGER PRIMARY KEY AUTOINCREMENT,
      kid BLOB NOT NULL UNIQUE CHECK(length(kid) = 8)
    ) STRICT""",
    """CREATE TABLE data_key(
      kid     INTEGER PRIMARY KEY AUTOINCREMENT,
      use     TEXT NOT NULL CHECK(use IN ('document', 'contact', 'shared')),
      kek     INTEGER NOT NULL REFERENCES kek(n),
      subject BLOB CHECK(subject IS NULL OR length(subject) = 24),
      wrapped BLOB
    ) STRICT""",
    "CREATE UNIQUE INDEX data_key_subject ON data_key(subject) WHERE subject IS NOT NULL",
    "ALTER TABLE job ADD COLUMN kid INTEGER",
    "ALTER TABLE receipt ADD COLUMN kid INTEGER",
)

Use = Literal["document", "contact", "shared"]

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
KEK_ID_BYTES: Final = 8
POOL: Final = 32
"""Two pages of WAL for so many documents."""
MAX_OPEN: Final = 512
"""Opened keys in memory, for each of the two connections."""


@dataclass(frozen=True, slots=True)
class KeyEncryptionKey:
    """The till's own key.  ``kid`` names it: 8 bytes."""

    kid: bytes
    secret: bytes = field(repr=False)


class UnwrapError(Exception):
    """No such key, or not the bytes that were wrapped."""


class DataKeys:
    """The keys of one connection.

    ``keks``: by id, the current one first.
    """

    def __init__(
        self, db: sqlite3.Connection, keks: tuple[KeyEncryptionKey, ...]
    ) -> None:
        self._db = db
        self._keks = keks
        self._wrapping: dict[bytes, AESGCM] = {}
        self._opened: OrderedDict[int, AESGCM] = OrderedDict()
        self._pool: deque[int] = deque()
        self._shared = 0
        self._unsettled: set[int] = set()
        self._used: set[int] = set()

    def adopt(self, keks: tuple[KeyEncryptionKey, ...]) -> None:
        """Other keys of the till from now on, the current one first."""
        self._keks = keks
        self._wrapping.clear()

    def document(self) -> int:
        """A key for one more document."""
        if not self._pool:
            self._pool.extend(self._made("document", POOL))
        return self._pool.popleft()

    def shared(self) -> int:
        """The key of what belongs to no document."""
        if not self._shared:
            (self._shared,) = self._made("shared", 1)
        return self._shared

    def turn(self) -> None:
        """A new shared key from the next use on."""
        self._shared = 0

    def contact(self, subject: bytes) -> int:
        """The key of that contact."""
        row = self._db.execute(
            "SELECT kid FROM data_key WHERE subject = ?", (subject,)
        ).fetchone()
        if row is not None:
            return int(row[0])
        (kid,) = self._made("contact", 1)
        self._db.execute(
            "UPDATE data_key SET subject = ? WHERE kid = ?", (subject, kid)
        )
        return kid

    def settle(self, *, committed: bool) -> None:
        """What was made in a transaction that is gone was never made."""
        if not committed and self._unsettled:
            for kid in self._unsettled:
                self._opened.pop(kid, None)
            self._pool = deque(kid for kid in self._pool if kid not in self._unsettled)
            if self._shared in self._unsettled:
                self._shared = 0
        self._unsettled.clear()

    def forget(self, kids: Collection[int] | None = None) -> None:
        """Not in memory any more; all of them where none is named."""
        for kid in tuple(self._opened) if kids is None else kids:
            self._opened.pop(kid, None)

    def destroy(self, kids: Collection[int]) -> None:
        """What is under them cannot be read again by anybody."""
        self._db.executemany(
            "DELETE FROM data_key WHERE kid = ?", [(kid,) for kid in kids]
        )
        self.forget(kids)
        self._pool = deque(kid for kid in self._pool if kid not in kids)
        if self._shared in kids:
            self._shared = 0

    def watched(self) -> set[int]:
        """From now on, which keys have sealed something; and which may still."""
        self._used = {self._shared, *self._pool}
        return self._used

    def to_seal(self, kid: int) -> AESGCM:
        """The cipher of that key, which is being used.

        Raises:
            UnwrapError: it was destroyed.
        """
        cipher = self.cipher(kid)
        self._used.add(kid)
        return cipher

    def cipher(self, kid: int) -> AESGCM:
        """The cipher of that key.

        Raises:
            UnwrapError: there is none, or it is damaged.
        """
        found = self._opened.get(kid)
        if found is not None:
            self._opened.move_to_end(kid)
            return found
        row = self._db.execute(
            """SELECT use, kek.kid, wrapped FROM data_key JOIN kek ON kek.n = data_key.kek
            WHERE data_key.kid = ?""",
            (kid,),
        ).fetchone()
        if row is None or row[2] is None:
            raise UnwrapError
        use, kek, wrapped = row
        return self._keep(kid, self._unwrap(kid, use, kek, wrapped))

    def rewrap(self, limit: int) -> int:
        """Wrap some keys under the current KEK; how many there were.

        A damaged one stays as it is: what is under it cannot be read by any KEK.
        """
        current = self._kek_number()
        rows = self._db.execute(
            """SELECT data_key.kid, use, kek.kid, wrapped FROM data_key
            JOIN kek ON kek.n = data_key.kek WHERE kek.n <> ? AND wrapped IS NOT NULL
            LIMIT ?""",
            (current, limit),
        ).fetchall()
        for kid, use, kek, wrapped in rows:
            try:
                again = self._wrap(kid, use, self._unwrap(kid, use, kek, wrapped))
            except UnwrapError:
                again = None
            self._db.execute(
                "UPDATE data_key SET kek = ?, wrapped = ? WHERE kid = ?",
                (current, again, kid),
            )
        if not rows:
            self._db.execute(
                "UPDATE data_key SET kek = ? WHERE kek <> ?", (current,) * 2
            )
            self._db.execute("DELETE FROM kek WHERE n <> ?", (current,))
        return len(rows)

    def _made(self, use: Use, count: int) -> list[int]:
        kek = self._kek_number()
        (last,) = self._db.execute(
            """SELECT coalesce((SELECT seq FROM sqlite_sequence
              WHERE name = 'data_key'), 0)"""
        ).fetchone()
        made = list(range(last + 1, last + 1 + count))
        secrets = [os.urandom(KEY_BYTES) for _ in made]
        self._db.executemany(
            "INSERT INTO data_key(kid, use, kek, wrapped) VALUES (?, ?, ?, ?)",
            [
                (kid, use, kek, self._wrap(kid, use, secret))
                for kid, secret in zip(made, secrets, strict=True)
            ],
        )
        for kid, secret in zip(made, secrets, strict=True):
            self._keep(kid, secret)
        self._unsettled.update(made)
        return made

    def _keep(self, kid: int, secret: bytes) -> AESGCM:
        cipher = self._opened[kid] = _aesgcm(secret)
        if len(self._opened) > MAX_OPEN:
            self._opened.popitem(last=False)
        return cipher

    def _kek_number(self) -> int:
        kid = self._keks[0].kid
        self._db.execute(
            "INSERT INTO kek(kid) VALUES (?) ON CONFLICT DO NOTHING", (kid,)
        )
        row = self._db.execute("SELECT n FROM kek WHERE kid = ?", (kid,)).fetchone()
        return int(row[0])

    def _wrap(self, kid: int, use: str, secret: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        kek = self._kek(self._keks[0])
        return nonce + kek.encrypt(nonce, secret, _bound(kid, use))

    def _kek(self, key: KeyEncryptionKey) -> AESGCM:
        if key.kid not in self._wrapping:
            self._wrapping[key.kid] = _aesgcm(key.secret)
        return self._wrapping[key.kid]

    def _unwrap(self, kid: int, use: str, kek: bytes, wrapped: bytes) -> bytes:
        from cryptography.exceptions import InvalidTag

        known = next((each for each in self._keks if each.kid == kek), None)
        if known is None:
            raise UnwrapError
        nonce, rest = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            return self._kek(known).decrypt(nonce, rest, _bound(kid, use))
        except (InvalidTag, ValueError):
            raise UnwrapError from None


def strangers(db: sqlite3.Connection, keks: tuple[KeyEncryptionKey, ...]) -> list[str]:
    """Ids of keys that something is wrapped under and that are not here."""
    known = {each.kid for each in keks}
    rows = db.execute("SELECT kid FROM kek ORDER BY n").fetchall()
    return [kid.hex() for (kid,) in rows if kid not in known]


def is_encrypted(path: Path) -> bool:
    """Whether something in that file is under a key of the till."""
    if not path.is_file():
        return False
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as db:
            return db.execute("SELECT 1 FROM kek LIMIT 1").fetchone() is not None
    except UNREADABLE:
        return False  # older, or no database of ours: opening it will say so


def _bound(kid: int, use: str) -> bytes:
    return f"data_key/{kid}/{use}".encode()


def _aesgcm(secret: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(secret)
