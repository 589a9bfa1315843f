"""The verbs of people at the counter, as routes.

Whether a verb makes sense now is the counter's to say; its refusal goes back as 409
with words for the person.  On loopback ``by`` is what the page says of itself: it
keeps an honest display from reprinting, not a hostile program.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agent.screens.access import AT_THE_TILL, Caller
from agent.screens.bodies import (
    About,
    CardBody,
    ChoiceBody,
    NotMeBody,
    PreferenceBody,
    ReplayBody,
    ReprintBody,
    ResendBody,
    SearchBody,
    TongueBody,
    said,
)
from agent.screens.ports import Counter, View
from agent.screens.responses import caller, done

ANYBODY: Final[tuple[View, ...]] = ("cashier", "display")
"""Who stands at the counter."""


class Desk:
    """The handlers; each body says which receipt is meant."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def routes(self) -> Sequence[Route]:
        verbs = {
            "choice": self.choice,
            "hold": self.hold,
            "extend": self.extend,
            "reprint": self.reprint,
            "resend": self.resend,
            "replay": self.replay,
            "notme": self.not_me,
            "preference": self.preference,
            "tongue": self.tongue,
            "identify": self.identify,
            "gift": self.gift,
            "exit": self.exit_slip,
            "search": self.search,
        }
        return [
            Route(f"/api/{name}", does, methods=["POST"])
            for name, does in verbs.items()
        ]

    async def choice(self, request: Request) -> Response:
        body = await said(request, ChoiceBody)
        caller(request, *(("cashier",) if body.by == "cashier" else ANYBODY))
        refusal = await self._counter.choose(
            body.receipt, body.choice, body.contact, body.by, body.lang
        )
        return done(refusal)

    async def hold(self, request: Request) -> Response:
        caller(request, *ANYBODY)
        return done(await self._counter.hold((await said(request, About)).receipt))

    async def extend(self, request: Request) -> Response:
        caller(request, *ANYBODY)
        return done(await self._counter.extend((await said(request, About)).receipt))

    async def reprint(self, request: Request) -> Response:
        who = caller(request, "cashier")
        body = await said(request, ReprintBody)
        refusal = await self._counter.reprint(body.receipt, body.reason, _operator(who))
        return done(refusal)

    async def resend(self, request: Request) -> Response:
        who = caller(request, "cashier")
        body = await said(request, ResendBody)
        refusal = await self._counter.resend(
            body.receipt, body.channel, body.contact, body.reason, _operator(who)
        )
        return done(refusal)

    async def replay(self, request: Request) -> Response:
        body = await said(request, ReplayBody)
        who = caller(request, body.by)
        by = _operator(who, body.by)
        return done(await self._counter.replay(body.receipt, body.channel, by))

    async def not_me(self, request: Request) -> Response:
        body = await said(request, NotMeBody)
        caller(request, *(("cashier",) if body.by == "cashier" else ANYBODY))
        return done(await self._counter.not_me(body.receipt, body.by))

    async def preference(self, request: Request) -> Response:
        caller(request, *ANYBODY)
        body = await said(request, PreferenceBody)
        kept = await self._counter.keep_preference(body.receipt, keep=body.keep)
        return done(kept)

    async def tongue(self, request: Request) -> Response:
        caller(request, "display")
        body = await said(request, TongueBody)
        return done(await self._counter.speak(body.lang, body.receipt))

    async def identify(self, request: Request) -> Response:
        caller(request, "cashier")
        body = await said(request, CardBody)
        return done(await self._counter.identify(body.value, "typed"))

    async def gift(self, request: Request) -> Response:
        who = caller(request, "cashier")
        body = await said(request, About)
        return done(await self._counter.gift(body.receipt, _operator(who)))

    async def exit_slip(self, request: Request) -> Response:
        who = caller(request, "cashier")
        body = await said(request, About)
        return done(await self._counter.exit_slip(body.receipt, _operator(who)))

    async def search(self, request: Request) -> Response:
        who = caller(request, "cashier")
        body = await said(request, SearchBody)
        found = await self._counter.search(body.query, _operator(who))
        return JSONResponse({"found": [dataclasses.asdict(each) for each in found]})


def _operator(who: Caller, role: View = "cashier") -> str:
    """A role, and which paired screen: a code, no name of a person."""
    return role if who is AT_THE_TILL else who.name
