"""A text message by Twilio's API (Messages resource, version 2010-04-01).

A request in doubt is looked up before it is made again: the address in the text is one
receipt's alone, so a message with this text to this number is the one.  Written from the
public documentation; it was never tried against Twilio itself.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import urlencode

from agent.delivery import gateway
from agent.delivery.gateway import Answer, Call, Gateway, NoAnswer
from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.reasons import Reason
from agent.delivery.settings_sms import TwilioSettings
from agent.delivery.sms import note, verdicts
from agent.delivery.sms.note import Note

LONGEST_VALIDITY_S: Final = 36_000
"""What the API takes at most (error 90007)."""
LOOKED_THROUGH: Final = 50
"""Messages to one number, newest first."""

CODES: Final[Mapping[int, Reason]] = {
    20003: Reason.SMS_SETUP,  # authentication
    20404: Reason.SMS_SETUP,  # no such account
    20429: Reason.SMS_BUSY,  # too many requests
    21211: Reason.SMS_NUMBER,  # "To" is no number
    21212: Reason.SMS_SETUP,  # "From" is none
    21408: Reason.SMS_REFUSED,  # its country is not permitted
    21603: Reason.SMS_SETUP,  # no "From"
    21606: Reason.SMS_SETUP,  # not our "From"
    21608: Reason.SMS_REFUSED,  # a trial account, a number that is not verified
    21610: Reason.SMS_REFUSED,  # the customer said STOP
    21611: Reason.SMS_BUSY,  # the sender's queue is full
    21612: Reason.SMS_NUMBER,  # not reachable from this sender
    21614: Reason.SMS_NUMBER,  # no mobile
}
"""Twilio's error and warning dictionary; another code with 400 refuses this message."""


class TwilioSms:
    """Implements ``Channel``.

    Raises:
        ConfigError: from the constructor: the secret cannot be read.
    """

    def __init__(
        self, settings: TwilioSettings, wire: Gateway, validity_hours: int
    ) -> None:
        self._settings = settings
        self._wire = wire
        self._validity_s = min(validity_hours * 3600, LONGEST_VALIDITY_S)
        self._url = (
            f"{settings.base_url}/2010-04-01/Accounts/{settings.account}/Messages.json"
        )
        secret = gateway.secret(settings.secret_file, "sms.twilio.secret_file")
        pair = base64.b64encode(f"{settings.user}:{secret}".encode()).decode()
        self._headers = {"Authorization": f"Basic {pair}", "Accept": "application/json"}

    @property
    def name(self) -> Literal["sms"]:
        return "sms"

    async def send(self, message: bytes, recipient: str) -> Outcome:
        """Give it to Twilio, unless Twilio has it already."""
        if not note.is_number(recipient):
            return Refused(Reason.SMS_NUMBER)
        said = note.read(message)
        if said.doubts and (known := await self._known(said, recipient)):
            return known
        doubt = note.in_doubt(said, can_tell=True)
        match await self._wire.make(self._call(said, recipient)):
            case NoAnswer(begun=True):
                return doubt
            case NoAnswer(mistrusted=mistrusted):
                return Deferred(
                    Reason.SMS_SETUP if mistrusted else Reason.SMS_UNREACHABLE
                )
            case answer:
                return _judge(answer, doubt)

    def _call(self, said: Note, recipient: str) -> Call:
        settings = self._settings
        service = settings.sender.startswith("MG")
        fields = {
            "To": recipient,
            "MessagingServiceSid" if service else "From": settings.sender,
            "Body": said.text,
            "ValidityPeriod": str(self._validity_s),
        }
        if settings.callback_url:
            fields["StatusCallback"] = settings.callback_url
        headers = {
            **self._headers,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return Call("POST", self._url, headers, urlencode(fields).encode())

    async def _known(self, said: Note, recipient: str) -> Outcome | None:
        """``None``: it is not there.  Else what became of it, or that nobody says."""
        query = urlencode({"To": recipient, "PageSize": str(LOOKED_THROUGH)})
        answer = await self._wire.make(
            Call("GET", f"{self._url}?{query}", self._headers)
        )
        messages = _read(answer).get("messages")
        if not isinstance(messages, list):
            return note.in_doubt(said, can_tell=True)
        for each in messages:
            # A trial account writes something before it.
            if isinstance(each, dict) and str(each.get("body")).endswith(said.text):
                return Delivered(verdicts.reference(str(each.get("sid"))))
        return None


def _judge(answer: Answer, doubt: Outcome) -> Outcome:
    body = _read(answer)
    code = body.get("code")
    reason = CODES.get(code) if isinstance(code, int) else None
    if answer.status >= 400 and reason is not None:
        said = f"{reason}:{code}"
        if reason in {Reason.SMS_NUMBER, Reason.SMS_REFUSED}:
            return Refused(said)
        return Deferred(said, verdicts.retry_after_s(answer.headers))
    if general := verdicts.in_general(answer.status, answer.headers, doubt):
        return general
    if answer.status >= 400:
        return Refused(f"{Reason.SMS_REFUSED}:{code or answer.status}")
    if not answer.whole:
        return doubt  # it has it, and will say under which number
    return Delivered(verdicts.reference(str(body.get("sid", ""))))


def _read(answer: Answer | NoAnswer) -> Mapping[str, Any]:
    """Its JSON; empty when it is none."""
    if isinstance(answer, NoAnswer) or not answer.whole:
        return {}
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
