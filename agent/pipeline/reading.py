"""What a job says, by the worker, with all that has to be known beside its bytes.

What its door speaks, what the printer remembers, and what was cut off before it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from agent.errors import WorkerError
from agent.escpos.replies.contents import NOTHING, Contents
from agent.intake.http_documents import Refused, Tongue, Translated
from agent.pipeline.recollection import Recollection
from agent.pipeline.seams import Seams, better
from agent.pipeline.workshop import Understood, Workshop
from agent.store.records import Job

log = logging.getLogger(__name__)

UNDERSTAND_AT_MOST_S: Final = 10.0
"""With a cold worker on a slow till; a customer waits no longer for paper."""
CONTENTS_AT_MOST_S: Final = 2.0
"""A POS that asks for keys or sizes waits a second or two, then goes on without."""
TRANSLATE_AT_MOST_S: Final = 5.0
"""A POS with a document sees an error then, while a person still looks."""


class Reading:
    """``dialects``: what each door speaks, ``escpos`` where it is not said."""

    def __init__(
        self,
        workshop: Workshop,
        recollection: Recollection,
        dialects: Mapping[str, str],
    ) -> None:
        self._workshop = workshop
        self._recollection = recollection
        self._dialects = dialects
        self._seams = Seams()

    def owe(self, job: Job) -> None:
        """What the printer remembers is to be learned from it, in its language."""
        if self._dialect(job) == "escpos":
            self._recollection.owe(job)

    async def understand(self, job: Job, raw: bytes) -> Understood:
        """With what went before it, if it was cut off from that.

        Raises:
            WorkerError: nobody could read it in time.
        """
        before = self._seams.before(job, raw)
        understood = await self._understand(job, raw)
        self._seams.note(job, raw, understood.gist, before)
        if not before:
            return understood
        whole = await self._understand(job, before + raw)
        if not better(whole.gist, understood.gist):
            return understood
        log.info("a document was joined to its beginning", extra={"job": str(job.id)})
        return replace(whole, passes=understood.passes, left_out=understood.left_out)

    async def contents(self, before: bytes, question: bytes) -> Contents:
        """What the printer holds when it is asked that; nothing if nobody can say."""
        try:
            async with asyncio.timeout(CONTENTS_AT_MOST_S):
                memory = self._recollection.memory
                return await self._workshop.contents(before, question, memory)
        except (TimeoutError, WorkerError):
            log.warning("nobody could say what the printer holds")
            return NOTHING

    async def translated(
        self, tongue: Tongue, body: bytes, dots_per_inch: int
    ) -> Translated | Refused:
        """A document in another language as ESC/POS.

        Raises:
            WorkerError: nobody could read it in time.
        """
        try:
            async with asyncio.timeout(TRANSLATE_AT_MOST_S):
                return await self._workshop.translated(tongue, body, dots_per_inch)
        except TimeoutError:
            raise WorkerError("not translated in time") from None

    def _dialect(self, job: Job) -> str:
        return self._dialects.get(job.door, "escpos")

    async def _understand(self, job: Job, raw: bytes) -> Understood:
        """Also bounded when the worker is warming, or others wait for it."""
        memory = self._recollection.memory
        try:
            async with asyncio.timeout(UNDERSTAND_AT_MOST_S):
                return await self._workshop.understand(raw, memory, self._dialect(job))
        except TimeoutError:
            raise WorkerError("not understood in time") from None
