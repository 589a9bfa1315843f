"""The ePOS-Print door: ``POST /cgi-bin/epos/service.cgi``, as a TM printer has it.

A document is read and translated to ESC/POS by the worker, and handed over; the answer
says what the printer would say.  When the printer could not print now (paper out, cover open) the
document is *not* taken, and its POS is told so: it sends it again later, and a job that
was taken as well would come twice.  Two exceptions: ``force="true"``, which says
to take it all the same, and a drawer's pulse, for which no paper is needed; but a
drawer whose printer is away is not said to be open.

``timeout`` is heard and not enforced: what has become durable cannot be called off, and
"too late" would bring the same receipt again.

When the worker could not read a document, nothing was done with it, and its POS hears of
an error of the printing system, as when it could not be kept: it sends it again.

Answers about documents are 200, as a printer's are: what is wrong is in ``code``.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from agent.epos import answers
from agent.epos.answers import Code
from agent.errors import AgentError, WorkerError
from agent.intake.http_bodies import Bodies, BodyError, Reason
from agent.intake.http_documents import Reception, Refused, Translated, Translating
from agent.intake.http_settings import HttpDoorSettings
from agent.intake.limits import MAX_JOBS_REMEMBERED
from agent.pieces import breath

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

log = logging.getLogger(__name__)

PATH: Final = "/cgi-bin/epos/service.cgi"
_NO_BODY: Final[Mapping[Reason, Code]] = {
    "big": "RequestEntityTooLarge",
    "slow": "EX_TIMEOUT",
    "busy": "TooManyRequests",
}


class EposHttp:
    """The routes of this door."""

    def __init__(self, settings: HttpDoorSettings, reception: Reception) -> None:
        self._settings = settings
        self._reception = reception
        self._translating = Translating(reception, "epos", settings.dots_per_inch)
        self._bodies = Bodies()
        self._jobs: OrderedDict[str, None] = OrderedDict()

    def routes(self) -> Sequence[BaseRoute]:
        from starlette.routing import Route

        return [Route(PATH, self.service, methods=["POST"])]

    async def service(self, request: Request) -> Response:
        """One document."""
        devid = request.query_params.get("devid", "")
        if devid and devid not in self._settings.devices:
            return _refusal("DeviceNotFound")
        try:
            async with self._bodies.of(request) as body:
                answer = await self._answer(devid, body)
        except BodyError as error:
            return _refusal(_NO_BODY[error.reason])
        await breath()
        return answer

    async def _answer(self, devid: str, body: bytes) -> Response:
        try:
            document = await self._translating.read(body)
        except WorkerError as error:
            log.warning("nobody could read an ePOS document", extra={"why": str(error)})
            bits = answers.status(self._reception.state)
            return _xml(answers.response("PrintSystemError", bits))
        if isinstance(document, Refused):
            why = [problem.what for problem in document.problems]
            log.warning("an ePOS document was refused", extra={"why": why})
            too_long = document.too_long
            return _refusal("RequestEntityTooLarge" if too_long else "SchemaError")
        if (devid or document.devid) not in self._settings.devices:
            return _refusal("DeviceNotFound")
        return _spoken(document, *await self._settle(document))

    async def _settle(self, document: Translated) -> tuple[Code, int]:
        """What comes of it: the answer's code and status."""
        state = self._reception.state
        if document.asks:
            return self._asked(document)
        code = answers.hindrance(state)
        reached = code != "EX_BADPORT"
        if code and not (document.force or (document.only_pulses and reached)):
            return code, answers.status(state)
        if document.raw and not await self._taken(document.raw):
            return "PrintSystemError", answers.status(self._reception.state)
        self._remember(document.printjobid)
        return "", answers.status(self._reception.state, printed=True)

    async def _taken(self, raw: bytes) -> bool:
        """Whether it is safe now.  A conversation may fail as a group of failures."""
        try:
            await self._reception.document(raw)
        except (AgentError, ExceptionGroup) as error:
            if isinstance(error, ExceptionGroup) and not error.subgroup(AgentError):
                raise
            log.exception("an ePOS document could not be taken")
            return False
        return True

    def _asked(self, document: Translated) -> tuple[Code, int]:
        """No orders: how is the printer, or what became of a job?"""
        bits = answers.status(self._reception.state)
        name = document.printjobid
        if not name:
            return answers.hindrance(self._reception.state), bits
        if name in self._jobs:
            return "", bits | answers.PRINT_SUCCESS
        return "JobNotFound", bits

    def _remember(self, name: str) -> None:
        if name:
            self._jobs[name] = None
            self._jobs.move_to_end(name)
            if len(self._jobs) > MAX_JOBS_REMEMBERED:
                self._jobs.popitem(last=False)


def _refusal(code: Code) -> Response:
    """About the document, not the printer: its status is not looked at."""
    return _xml(answers.response(code, 0))


def _spoken(document: Translated, code: Code, bits: int) -> Response:
    return _xml(
        answers.response(
            code, bits, devid=document.devid, printjobid=document.printjobid
        )
    )


def _xml(body: bytes) -> Response:
    from starlette.responses import Response

    return Response(body, media_type="text/xml; charset=utf-8")
