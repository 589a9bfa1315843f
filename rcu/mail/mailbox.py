"""Looks into the return path's mailbox, reads what came, marks it; never deletes anything.

imaplib blocks, so each look is one visit on a thread, with a time-out on every answer.  A
message is marked only after what it says is kept: at least once, and keeping is safe to
repeat.  What is none of ours is marked too, so that it is read once; a person finds it
where it is.
"""

from __future__ import annotations

import asyncio
import imaplib
import logging
import re
import sqlite3
import ssl
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from rcu.config import MailboxSettings
from rcu.mail import bounces
from rcu.mail.desk import MailDesk
from rcu.mail.hooks import secret
from rcu.mail_report import Report
from rcu.seams import Clock

log = logging.getLogger(__name__)

ANSWER_S: Final = 20.0
MAX_A_VISIT: Final = 100
"""Messages; the next visit takes the next."""
MAX_MESSAGE_BYTES: Final = 256 << 10
"""Of each, from its beginning: the returned mail stands at its end."""
_UID: Final = re.compile(rb"[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Found:
    """One message, by its number in the mailbox."""

    uid: bytes
    raw: bytes = field(repr=False)


class Mailbox:
    """One folder of one account.  Blocking: for a thread."""

    def __init__(self, settings: MailboxSettings) -> None:
        self._settings = settings
        self._password = secret(settings.password_file, "mail.mailbox.password_file")

    def visit(self, keep: Callable[[Found], None]) -> int:
        """Show each new message to ``keep``, then mark it; how many there were.

        One at which ``keep`` raises stays unmarked, and so do those behind it.

        Raises:
            OSError, imaplib.IMAP4.error: not now.
        """
        box = self._opened()
        try:
            box.login(self._settings.username, self._password)
            self._fine(box.select(_quoted(self._settings.folder)))
            uids = self._unseen(box)[:MAX_A_VISIT]
            moves = self._moves(box) if uids else False
            for uid in uids:
                found = self._fetched(box, uid)
                if found is not None:
                    keep(found)
                self._mark(box, uid, moves=moves)
            return len(uids)
        finally:
            box.shutdown()

    def _opened(self) -> imaplib.IMAP4:
        settings = self._settings
        if settings.security == "none":
            return imaplib.IMAP4(settings.host, settings.port, ANSWER_S)
        tls = ssl.create_default_context(cafile=settings.ca_file or None)
        if settings.security == "tls":
            return imaplib.IMAP4_SSL(
                settings.host, settings.port, ssl_context=tls, timeout=ANSWER_S
            )
        box = imaplib.IMAP4(settings.host, settings.port, ANSWER_S)
        box.starttls(ssl_context=tls)
        return box

    def _unseen(self, box: imaplib.IMAP4) -> list[bytes]:
        answer = self._fine(box.uid("SEARCH", "UNSEEN"))
        words = b" ".join(each for each in answer if isinstance(each, bytes)).split()
        return [word for word in words if _UID.fullmatch(word)]

    def _fetched(self, box: imaplib.IMAP4, uid: bytes) -> Found | None:
        """``None``: it went away meanwhile."""
        part = f"(BODY.PEEK[]<0.{MAX_MESSAGE_BYTES}>)"
        answer = self._fine(box.uid("FETCH", uid.decode(), part))
        for each in answer:
            if isinstance(each, tuple) and len(each) == 2:
                return Found(uid, bytes(each[1]))
        return None

    def _moves(self, box: imaplib.IMAP4) -> bool:
        """RFC 6851; a server without it leaves messages where they are.

        Asked now: what a server can do it says in full after the login.
        """
        said = self._fine(box.capability())
        words = b" ".join(each for each in said if isinstance(each, bytes))
        return bool(self._settings.done_folder) and b"MOVE" in words.upper().split()

    def _mark(self, box: imaplib.IMAP4, uid: bytes, *, moves: bool) -> None:
        self._fine(box.uid("STORE", uid.decode(), "+FLAGS", r"(\Seen)"))
        if moves:
            box.uid("MOVE", uid.decode(), _quoted(self._settings.done_folder))

    @staticmethod
    def _fine(answer: tuple[str, Iterable[object]]) -> list[object]:
        said, data = answer
        if said != "OK":
            raise imaplib.IMAP4.error(said)
        return list(data)


class MailboxReader:
    """Visits it for ever, and catches up on what no till had told of."""

    def __init__(
        self, mailbox: Mailbox | None, desk: MailDesk, clock: Clock, every_s: float
    ) -> None:
        self._mailbox = mailbox
        self._desk = desk
        self._clock = clock
        self._every_s = every_s
        self._away = False
        self.read: Counter[str] = Counter()
        """What came, by kind: ``bounced``, ``answer``, ``unmatched``, ..."""

    async def run(self) -> None:
        """Ends only by being cancelled."""
        while True:
            await self.look()
            await self._clock.sleep(self._every_s)

    async def look(self) -> None:
        """One visit."""
        try:
            if self._mailbox is not None:
                await self._visit(self._mailbox)
            await self._desk.catch_up()
        except sqlite3.Error:
            log.exception("a report on a mail is not kept; it is read again")

    async def _visit(self, mailbox: Mailbox) -> None:
        loop = asyncio.get_running_loop()

        def keep(found: Found) -> None:
            """On the thread; kept on the loop."""
            asyncio.run_coroutine_threadsafe(self._keep(found), loop).result(ANSWER_S)

        try:
            count = await asyncio.to_thread(mailbox.visit, keep)
        except (OSError, imaplib.IMAP4.error) as error:
            if not self._away:
                kind = type(error).__name__
                log.warning("the mailbox of bounces is away", extra={"why": kind})
            self._away = True
            return
        if self._away:
            log.info("the mailbox of bounces is back")
        self._away = False
        if count:
            log.info("bounces were read", extra={"messages": count})

    async def _keep(self, found: Found) -> None:
        said = bounces.read(found.raw)
        if isinstance(said, Report):
            await self._desk.keep(said)
            self.read[said.state] += 1
        else:
            self.read[said] += 1
            log.info("a message is no bounce of ours", extra={"kind": said})


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
