"""A text message by OVHcloud's API (``/sms/{serviceName}/jobs``).

Each message carries a tag of its own, so a request in doubt is looked up by it before it
is made again.  Written from the public documentation; it was never tried against
OVHcloud itself.
"""

from __future__ import annotations

import json
from typing import Final, Literal

from agent.clock import Clock
from agent.delivery import gateway
from agent.delivery.gateway import Answer, Call, Gateway, NoAnswer
from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.reasons import Reason
from agent.delivery.settings_sms import OvhSettings
from agent.delivery.sms import note, ovh, verdicts
from agent.delivery.sms.note import Note

CLOCK_WRONG: Final = f"{Reason.SMS_SETUP}:clock"


class OvhSms:
    """Implements ``Channel``.

    Raises:
        ConfigError: from the constructor: a secret cannot be read.
    """

    def __init__(
        self, settings: OvhSettings, wire: Gateway, clock: Clock, validity_hours: int
    ) -> None:
        self._settings = settings
        self._wire = wire
        self._clock = clock
        self._validity_min = validity_hours * 60
        self._ahead_s: int | None = None
        """Its clock before ours."""
        self._keys = ovh.Keys(
            settings.application_key,
            gateway.secret(
                settings.application_secret_file, "sms.ovh.application_secret_file"
            ),
            gateway.secret(settings.consumer_key_file, "sms.ovh.consumer_key_file"),
        )

    @property
    def name(self) -> Literal["sms"]:
        return "sms"

    async def send(self, message: bytes, recipient: str) -> Outcome:
        """Give it to OVHcloud, unless it is there already."""
        if not note.is_number(recipient):
            return Refused(Reason.SMS_NUMBER)
        said = note.read(message)
        if (problem := await self._set_clock(said)) is not None:
            return problem
        if said.doubts and (known := await self._known(said)):
            return known
        doubt = note.in_doubt(said, can_tell=True)
        body = self._job(said, recipient)
        match await self._ask("POST", f"/sms/{self._settings.service}/jobs", body):
            case NoAnswer(begun=True):
                return doubt
            case NoAnswer(mistrusted=mistrusted):
                return _unreached(mistrusted=mistrusted)
            case answer:
                read = answer.body if answer.whole else b""
                outcome = ovh.judge(answer.status, answer.headers, read, doubt)
        if outcome == Deferred(CLOCK_WRONG):
            self._ahead_s = None
        return outcome

    def _job(self, said: Note, recipient: str) -> bytes:
        sender = self._settings.sender
        return json.dumps(
            {
                "message": said.text,
                "receivers": [recipient],
                **({"sender": sender} if sender else {"senderForResponse": True}),
                # For what is no advertisement; then no "STOP" takes up the segment.
                "noStopClause": True,
                "charset": "UTF-8",
                "coding": "7bit",
                "class": "phoneDisplay",
                "priority": "high",
                "validityPeriod": self._validity_min,
                "tag": said.tag,
            }
        ).encode()

    async def _set_clock(self, said: Note) -> Outcome | None:
        """A till's clock may be minutes off, and a signature is good for seconds."""
        if self._ahead_s is not None:
            return None
        url = f"{self._settings.base_url}/auth/time"
        answer = await self._wire.make(Call("GET", url, {"Accept": "application/json"}))
        # Nothing was sent; but what was in doubt before stays so.
        still = note.in_doubt(said, can_tell=True) if said.doubts else None
        if isinstance(answer, NoAnswer):
            return still or _unreached(mistrusted=answer.mistrusted)
        its_s = ovh.read(answer.body) if answer.whole else None
        if answer.status != 200 or not isinstance(its_s, int):
            nothing = Deferred(Reason.SMS_UNREACHABLE)
            return (
                still
                or verdicts.in_general(answer.status, answer.headers, nothing)
                or nothing
            )
        self._ahead_s = its_s - self._now_s()
        return None

    async def _known(self, said: Note) -> Outcome | None:
        """``None``: it is not there.  Else that it is, or that nobody says."""
        path = f"/sms/{self._settings.service}/outgoing?tag={said.tag}"
        answer = await self._ask("GET", path)
        ids = (
            ovh.read(answer.body)
            if isinstance(answer, Answer) and answer.status == 200 and answer.whole
            else None
        )
        if not isinstance(ids, list):
            return note.in_doubt(said, can_tell=True)
        return Delivered(verdicts.reference(str(ids[0]))) if ids else None

    async def _ask(
        self, method: str, path: str, body: bytes = b""
    ) -> Answer | NoAnswer:
        url = f"{self._settings.base_url}{path}"
        at_s = self._now_s() + (self._ahead_s or 0)
        headers = ovh.signed(self._keys, method, url, body, at_s)
        return await self._wire.make(Call(method, url, headers, body))

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())


def _unreached(*, mistrusted: bool) -> Outcome:
    return Deferred(Reason.SMS_SETUP if mistrusted else Reason.SMS_UNREACHABLE)
