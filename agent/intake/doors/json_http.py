"""The JSON door: ``POST /api/print`` with a token, for a POS that can be changed.

A job that was taken is answered with 200 when it is durable, whatever the printer's
state is, and with that state: such a POS can show it, and does not send a job twice.
The worker reads it; when that is gone or too slow the answer is 503, and nothing is kept.
``GET /api/printer`` is the state alone.

The token is in a file; without one this door has no routes.  ``docs/json-door.md``
is the contract.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.errors import AgentError, ConfigError, WorkerError
from agent.events import PrinterState
from agent.intake.http_bodies import Bodies, BodyError, Reason
from agent.intake.http_documents import Reception, Refused, Translating
from agent.intake.http_settings import HttpDoorSettings
from agent.intake.limits import MAX_BODY_BYTES, MAX_TOKEN_BYTES, MIN_TOKEN_CHARACTERS
from agent.pieces import breath

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

log = logging.getLogger(__name__)

_NO_BODY: Final[Mapping[Reason, tuple[int, str]]] = {
    "big": (413, f"at most {MAX_BODY_BYTES} bytes"),
    "slow": (408, "the body did not come whole"),
    "busy": (503, "too much at a time; send it again"),
}


class JsonHttp:
    """The routes of this door.

    Raises:
        ConfigError: from the constructor: the token's file cannot be used.
    """

    def __init__(self, settings: HttpDoorSettings, reception: Reception) -> None:
        self._token = read_token(settings.token_file)
        self._reception = reception
        self._bodies = Bodies()
        self._translating = Translating(reception, "json", settings.dots_per_inch)

    def routes(self) -> Sequence[BaseRoute]:
        from starlette.routing import Route

        if self._token is None:
            return []
        return [
            Route("/api/print", self.print, methods=["POST"]),
            Route("/api/printer", self.printer),
        ]

    async def print(self, request: Request) -> Response:
        """One job."""
        if not self._knows(request):
            return _unauthorized()
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            return _problem(415, "send application/json")
        try:
            async with self._bodies.of(request) as body:
                answer = await self._answer(body)
        except BodyError as error:
            return _problem(*_NO_BODY[error.reason])
        await breath()
        return answer

    async def _answer(self, body: bytes) -> Response:
        try:
            job = await self._translating.read(body)
        except WorkerError as error:
            log.warning("nobody could read a JSON job", extra={"why": str(error)})
            return _problem(503, "the job could not be read now; send it again")
        if isinstance(job, Refused):
            problems = [{"where": p.where, "what": p.what} for p in job.problems]
            status = 413 if job.too_long else 422
            return _json(status, {"kept": False, "problems": problems})
        return await self._hand_over(job.raw)

    async def printer(self, request: Request) -> Response:
        if not self._knows(request):
            return _unauthorized()
        return _json(200, {"printer": _said(self._reception.state)})

    async def _hand_over(self, raw: bytes) -> Response:
        try:
            await self._reception.document(raw)
        except (AgentError, ExceptionGroup) as error:
            if isinstance(error, ExceptionGroup) and not error.subgroup(AgentError):
                raise
            log.exception("a JSON job could not be taken")
            return _problem(503, "the job could not be kept; send it again")
        return _json(200, {"kept": True, "printer": _said(self._reception.state)})

    def _knows(self, request: Request) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        token = self._token or ""
        return scheme.lower() == "bearer" and hmac.compare_digest(
            given.strip().encode(), token.encode()
        )


def _said(state: PrinterState) -> dict[str, object]:
    return {
        "known": state.known,
        "online": state.online,
        "cover_open": state.cover_open,
        "paper": state.paper,
        "drawer_open": state.drawer_open,
        "error": state.error,
    }


def read_token(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        with path.open(encoding="ascii") as file:
            token = file.read(MAX_TOKEN_BYTES).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"door.http.token_file = {path} cannot be read; put a token there, "
            "readable by the user receipt-agent: openssl rand -hex 32"
        ) from error
    if len(token) < MIN_TOKEN_CHARACTERS:
        raise ConfigError(
            f"door.http.token_file = {path}: a token has at least "
            f"{MIN_TOKEN_CHARACTERS} characters; make one with openssl rand -hex 32"
        )
    return token


def _unauthorized() -> Response:
    answer = _problem(401, "send the token: Authorization: Bearer ...")
    answer.headers["www-authenticate"] = "Bearer"
    return answer


def _problem(status: int, what: str) -> Response:
    problems = [{"where": "", "what": what}]
    return _json(status, {"kept": False, "problems": problems})


def _json(status: int, content: dict[str, object]) -> Response:
    from starlette.responses import JSONResponse

    return JSONResponse(content, status)
