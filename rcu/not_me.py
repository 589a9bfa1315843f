"""``/r/{token}/not-me``: the link in every mail for whom it reached by mistake.

GET asks and changes nothing, since mail scanners follow every link; POST does it: one
touch, no login, as often as one likes.  A POST without our form does it too (RFC 8058:
a mail reader's own button).  Nothing of the receipt is shown.  A scanner that posts
forms as well detaches an address too many: the receipt itself is never touched.
"""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import Response

from rcu.judge import token_sha256
from rcu.mail.desk import MailDesk
from rcu.mail_report import Report
from rcu.pages import ReceiptPages, token_of
from rcu.records import Closed, Unknown
from rcu.seams import Clock
from rcu.store.unlinking import Unlinked, Unlinking
from rcu.words import words

log = logging.getLogger(__name__)


class NotMe:
    """The endpoint."""

    def __init__(
        self, pages: ReceiptPages, unlinking: Unlinking, desk: MailDesk, clock: Clock
    ) -> None:
        self._pages = pages
        self._unlinking = unlinking
        self._desk = desk
        self._clock = clock

    async def answer(self, request: Request) -> Response:
        """Ask, or do what was asked."""
        lang, token = self._pages.lang(request), token_of(request)
        if token is None:
            return self._pages.lost(lang)
        if request.method != "POST":
            return self._pages.calm(
                "not_me",
                lang,
                200,
                action=f"not-me?lang={lang}",
                button=words(lang)["not_me_button"],
            )
        match await self._unlinking.not_me(token_sha256(token), self._clock.now_ms()):
            case Unlinked() as done:
                if done.first:
                    about = {"edge": done.edge, "receipt": done.receipt_id}
                    log.warning("a receipt reached somebody else", extra=about)
                    await self._desk.keep(Report(done.receipt_id, 0, "unwanted"))
                return self._pages.calm("not_me_done", lang, 200)
            case Closed():
                return self._pages.closed(lang)
            case Unknown():
                # The till has not sent it up yet: to be asked again in a moment.
                return self._pages.calm(
                    "waiting", lang, 404, again=f"not-me?lang={lang}"
                )
