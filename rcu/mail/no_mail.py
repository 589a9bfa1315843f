"""``/r/{token}/no-mail``: whoever reads a mail of ours wants none any more.

GET asks and changes nothing, since mail scanners follow every link; POST does it, also
without our form (RFC 8058: a mail reader's own button).  It is the address that is
shut out, at every till of the store; the receipt stays what it is.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from rcu.judge import token_sha256
from rcu.mail.desk import MailDesk
from rcu.mail.words import WORDS
from rcu.mail_report import Report
from rcu.pages import ReceiptPages, token_of


class NoMail:
    """The endpoint."""

    def __init__(self, pages: ReceiptPages, desk: MailDesk) -> None:
        self._pages = pages
        self._desk = desk

    async def answer(self, request: Request) -> Response:
        """Ask, or do what was asked."""
        token = token_of(request)
        if token is None:
            return self._pages.lost(self._pages.lang(request))
        tongue = self._pages.tongue(request)
        said, here = WORDS[tongue], f"no-mail?lang={tongue}"
        page = {"lang": tongue, "again": "", "action": "", "button": ""}
        page |= {"again_word": said.again, "refresh": ""}
        if request.method != "POST":
            page |= {"title": said.title, "text": said.text}
            page |= {"action": here, "button": said.button}
            return self._pages.html("calm.html", 200, **page)
        found = await self._desk.reports.page(token_sha256(token))
        if found is None:
            # The till has not sent it up yet: to be asked again in a moment.
            page |= {"title": said.early_title, "text": said.early_text, "again": here}
            return self._pages.html("calm.html", 404, **page)
        await self._desk.keep(Report(found.receipt_id, 0, "unwanted"))
        page |= {"title": said.done_title, "text": said.done_text}
        return self._pages.html("calm.html", 200, **page)
