"""The till's two screens as their own pages see them: snapshots and three verbs.

Speaks HTTP to the agent, and knows of it what docs/decisions/0002-seams.md says:
``GET /api/snapshot?view=``, ``GET /api/events?view=`` (server-sent events, whole
snapshots), ``POST /api/choice``, ``/api/hold``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Literal, Self

import httpx

ANSWER_S: Final = 10.0
"""The agent answers in milliseconds; the machine may be busy."""
AGAIN_S: Final = 0.1
"""Between two calls of a stream that broke (the agent restarts)."""

Snapshot = dict[str, Any]
View = Literal["cashier", "display"]


class Counter:
    """``async with Counter("http://127.0.0.1:8080") as counter:``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.AsyncClient(
            base_url=url,
            timeout=httpx.Timeout(ANSWER_S),
            headers={"X-Receipt-Agent": "1"},
            trust_env=False,
            verify=False,  # plain HTTP: reading the authorities takes 0.3 s
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def healthy(self) -> bool:
        """Whether the screens are served."""
        return await answers(self._http, "/healthz")

    async def snapshot(self, view: View = "display") -> Snapshot:
        answer = await self._http.get("/api/snapshot", params={"view": view})
        answer.raise_for_status()
        found: Snapshot = answer.json()
        return found

    async def until(
        self, true: Callable[[Snapshot], bool], deadline_s: float, what: str
    ) -> Snapshot:
        """The first snapshot of the cashier's screen of which that is true.

        Raises:
            TimeoutError: with what the screen showed last.
        """
        last: Snapshot = {}
        try:
            async with asyncio.timeout(deadline_s):
                while not (last and true(last)):
                    last = await self._next(true) or last
        except TimeoutError:
            raise TimeoutError(
                f"no {what} in {deadline_s} s; the screen says {_brief(last)}"
            ) from None
        return last

    async def offered(self, after: str | None, deadline_s: float) -> Snapshot:
        """Until a receipt other than ``after`` is offered, with its QR drawn."""
        return await self.until(
            lambda now: _offers(now["shown"], after), deadline_s, "offered receipt"
        )

    async def choose(self, receipt: str, choice: str, email: str | None = None) -> None:
        """As the customer, without the glass.

        Raises:
            httpx.HTTPStatusError: it was refused.
        """
        said = {
            "receipt": receipt,
            "choice": choice,
            "contact": email,
            "by": "customer",
        }
        (await self._http.post("/api/choice", json=said)).raise_for_status()

    async def hold(self, receipt: str) -> None:
        """Touch the screen: the countdown stops."""
        answer = await self._http.post("/api/hold", json={"receipt": receipt})
        answer.raise_for_status()

    async def _next(self, true: Callable[[Snapshot], bool]) -> Snapshot | None:
        """Listen until it is true or the stream breaks; the last snapshot."""
        last: Snapshot | None = None
        query = {"view": "cashier"}
        try:
            async with self._http.stream("GET", "/api/events", params=query) as stream:
                async for line in stream.aiter_lines():
                    if line.startswith("data: {"):
                        last = json.loads(line.removeprefix("data: "))
                        if true(last):
                            return last
        except httpx.HTTPError:
            await asyncio.sleep(AGAIN_S)
        return last


async def answers(http: httpx.AsyncClient, path: str) -> bool:
    """Whether a GET gets its 200."""
    try:
        return (await http.get(path)).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _offers(shown: Snapshot | None, after: str | None) -> bool:
    return (
        shown is not None
        and shown["id"] != after
        and shown["phase"] == "offered"
        and bool(shown["qr_svg"])
    )


def _brief(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot without its pictures, for an error message."""
    shown = snapshot.get("shown") or {}
    small = {"qr_svg", "reason", "title"}
    return {
        "shown": {key: value for key, value in shown.items() if key not in small},
        "notice": snapshot.get("notice"),
        "printed_today": snapshot.get("printed_today"),
    }
