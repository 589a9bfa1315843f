"""A text message by a gateway that the shop has described.

Nobody can be asked afterwards whether it has a message.  So a request in doubt is made
again only if the gateway knows an id again (``idempotent``), or once; then it is paper.
"""

from __future__ import annotations

from typing import Final, Literal

from agent.delivery import gateway
from agent.delivery.gateway import Answer, Call, Gateway, NoAnswer
from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.reasons import Reason
from agent.delivery.settings_sms import HttpSmsSettings
from agent.delivery.sms import note, template, verdicts
from agent.delivery.sms.note import Note

TYPES: Final = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "text": "text/plain; charset=utf-8",
}


class HttpSms:
    """Implements ``Channel``.

    Raises:
        ConfigError: from the constructor: the secret cannot be read.
    """

    def __init__(self, settings: HttpSmsSettings, wire: Gateway) -> None:
        self._settings = settings
        self._wire = wire
        self._secret = ""
        if settings.secret_file is not None:
            self._secret = gateway.secret(settings.secret_file, "sms.http.secret_file")

    @property
    def name(self) -> Literal["sms"]:
        return "sms"

    async def send(self, message: bytes, recipient: str) -> Outcome:
        """Give it to the gateway; calling it again gives it again."""
        if not note.is_number(recipient):
            return Refused(Reason.SMS_NUMBER)
        said = note.read(message)
        doubt = note.in_doubt(said, can_tell=self._settings.idempotent)
        outcome: Outcome
        match await self._wire.make(self._call(said, recipient)):
            case NoAnswer(begun=True):
                outcome = doubt
            case NoAnswer(mistrusted=mistrusted):
                outcome = Deferred(
                    Reason.SMS_SETUP if mistrusted else Reason.SMS_UNREACHABLE
                )
            case answer:
                outcome = self._judge(answer, doubt)
        if self._settings.idempotent:
            return outcome
        return note.remembering(said, outcome)

    def _call(self, said: Note, recipient: str) -> Call:
        settings = self._settings
        values = {
            "to": recipient,
            "digits": recipient[1:],
            "text": said.text,
            "id": said.id,
            "secret": self._secret,
        }
        headers = {
            name: template.header(text, values)
            for name, text in settings.headers.items()
        }
        content = b""
        if settings.body:
            headers.setdefault("Content-Type", TYPES[settings.encoding])
            content = template.body(settings.body, settings.encoding, values)
        return Call(
            settings.method, template.address(settings.url, values), headers, content
        )

    def _judge(self, answer: Answer, doubt: Outcome) -> Outcome:
        settings, status = self._settings, answer.status
        if status in settings.refused:
            return Refused(f"{Reason.SMS_REFUSED}:{status}")
        if general := verdicts.in_general(status, answer.headers, doubt):
            return general
        if status >= 400:
            return Deferred(f"{Reason.SMS_SETUP}:{status}")
        if settings.success:
            path, _, wanted = settings.success.partition("=")
            if not answer.whole:
                return doubt
            if template.found(answer.body, path) != wanted:
                return Refused(f"{Reason.SMS_REFUSED}:{status}")
        found = template.found(answer.body, settings.reference)
        return Delivered(verdicts.reference(found) if settings.reference else "")
