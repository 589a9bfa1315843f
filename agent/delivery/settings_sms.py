"""``[sms]``: what carries a link to a customer's mobile, and what it needs to know.

Four ways, one of which is used: a gateway that is described here (``http``), Twilio,
OVHcloud, a GSM modem.  Secrets stand in files of their own.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from agent.delivery.settings import BAUDS, Flow, is_loopback
from agent.delivery.sms import note, template

Way = Literal["http", "twilio", "ovh", "modem"]
SENDER_CHARS: Final = 11
"""Of a name in letters (TS 23.040, 9.1.2.5: 11 septets)."""
_SENDER: Final = re.compile(r"[A-Za-z0-9 ]{1,11}")
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")
"""A header's name (RFC 9110, 5.6.2)."""
_PROBE: Final = dict.fromkeys(template.NAMES, "0")


def _web_address(text: str) -> str:
    """An https address, or http to this machine."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 -- it raises
    except ValueError:
        raise ValueError(f"{text!r} is no web address; https://...") from None
    if parts.username is not None or not parts.hostname:
        raise ValueError(f"{text!r} is no web address; https://host/path, no user")
    if parts.scheme == "https" or (
        parts.scheme == "http" and is_loopback(parts.hostname)
    ):
        return text
    raise ValueError(
        f"{text!r} would send numbers and the secret readable; write https://"
    )


def _sender(text: str) -> str:
    if text and not (note.is_number(text) or _SENDER.fullmatch(text)):
        raise ValueError(
            f"{text!r} is no sender; a number as +33600000000, or a name of up to "
            f"{SENDER_CHARS} letters and digits that your operator knows"
        )
    return text


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HttpSmsSettings(_Section):
    """``[sms.http]``: a gateway, described.

    In ``url``, ``headers`` and ``body`` stand ``{to}``, ``{digits}``, ``{text}``,
    ``{id}`` and ``{secret}``.  ``idempotent``: it sends one message however often it is
    given the same ``{id}``.  ``reference`` is the path of its id in a JSON answer;
    ``success``, path and value of what says that it took the message
    (``status=queued``).  ``refused``: statuses that blame the number.
    """

    url: str
    method: Literal["POST", "PUT", "GET"] = "POST"
    headers: dict[str, str] = {}
    body: str = ""
    encoding: template.Encoding = "json"
    secret_file: Path | None = None
    idempotent: bool = False
    reference: str = Field(default="", max_length=120)
    success: str = Field(default="", pattern=r"^([^=\s]{1,120}=[^=]{1,60})?$")
    refused: tuple[int, ...] = (400, 422)

    @field_validator("url")
    @classmethod
    def _reachable(cls, text: str) -> str:
        _web_address(template.address(text, _PROBE))
        if template.names(urlsplit(text).netloc):
            raise ValueError("no {name} in the host; it is where the secret goes")
        return text

    @field_validator("headers")
    @classmethod
    def _are_headers(cls, found: dict[str, str]) -> dict[str, str]:
        for name, value in found.items():
            if not _TOKEN.fullmatch(name) or not value.isprintable():
                raise ValueError(f"{name!r} is no header; for example Authorization")
            if not value.isascii() or "text" in template.names(value):
                raise ValueError(f"{name}: plain ASCII, and no {{text}}")
        return found

    @model_validator(mode="after")
    def _says_all(self) -> Self:
        said = template.names(self.url, self.body, *self.headers.values())
        if not {"to", "digits"} & said or "text" not in said:
            raise ValueError("url and body must hold {to} or {digits}, and {text}")
        if ("secret" in said) != (self.secret_file is not None):
            raise ValueError("{secret} and secret_file belong together")
        if self.idempotent and "id" not in said:
            raise ValueError("idempotent = true needs {id} in the request")
        if self.method == "GET" and self.body:
            raise ValueError("a GET has no body; put the names into the url")
        if self.body and self.encoding == "json":
            try:
                json.loads(template.body(self.body, "json", _PROBE))
            except ValueError:
                raise ValueError(
                    "body is no JSON; names stand inside quotes, "
                    'for example \'{"to": "{to}", "text": "{text}"}\''
                ) from None
        return self


class TwilioSettings(_Section):
    """``[sms.twilio]``.  ``sender``: a number or name of yours, or a service ``MG…``.

    ``api_key``: an API key's SID, if the secret is its; else the account's auth token.
    ``callback_url``: the RCU's ``/v1/sms/twilio``, which is told what became of each.
    """

    account: str = Field(pattern=r"^AC[0-9a-fA-F]{32}$")
    api_key: str = Field(default="", pattern=r"^(SK[0-9a-fA-F]{32})?$")
    secret_file: Path
    sender: str = Field(min_length=1)
    callback_url: str = ""
    base_url: str = "https://api.twilio.com"

    @field_validator("sender")
    @classmethod
    def _is_a_sender(cls, text: str) -> str:
        if re.fullmatch(r"MG[0-9a-fA-F]{32}", text):
            return text
        return _sender(text)

    @field_validator("base_url", "callback_url")
    @classmethod
    def _reachable(cls, text: str) -> str:
        return _web_address(text).rstrip("/") if text else text

    @property
    def user(self) -> str:
        return self.api_key or self.account


class OvhSettings(_Section):
    """``[sms.ovh]``.  ``service``: the SMS account; an empty ``sender`` is a short code."""

    application_key: str = Field(pattern=r"^[A-Za-z0-9]{8,64}$")
    application_secret_file: Path
    consumer_key_file: Path
    service: str = Field(pattern=r"^sms-[A-Za-z0-9-]{1,40}$")
    sender: str = ""
    base_url: str = "https://eu.api.ovh.com/1.0"

    @field_validator("sender")
    @classmethod
    def _is_a_sender(cls, text: str) -> str:
        return _sender(text)

    @field_validator("base_url")
    @classmethod
    def _reachable(cls, text: str) -> str:
        return _web_address(text).rstrip("/")


class ModemSettings(_Section):
    """``[sms.modem]``: a GSM modem on a serial port.

    ``centre``: the service centre, if not the SIM's own.  ``report_s``: seconds that a
    status report is waited for; 0 asks for none.
    """

    device: str = Field(pattern=r"^/\S+$")
    baud: int = 115200
    flow: Flow = "none"
    pin_file: Path | None = None
    centre: str = ""
    report_s: float = Field(default=0.0, ge=0, le=120)

    @field_validator("baud")
    @classmethod
    def _is_a_speed(cls, baud: int) -> int:
        if baud not in BAUDS:
            raise ValueError(f"write one of {', '.join(map(str, BAUDS))}")
        return baud

    @field_validator("centre")
    @classmethod
    def _is_a_number(cls, text: str) -> str:
        if text and not note.is_number(text):
            raise ValueError(f"{text!r} is no number; as +33689004000")
        return text


class SmsSettings(_Section):
    """``way`` names the section that is used."""

    way: Way
    validity_hours: int = Field(default=24, ge=1, le=168)
    connect_s: float = Field(default=5.0, gt=0, le=60)
    total_s: float = Field(default=20.0, gt=0, le=300)
    modem_total_s: float = Field(default=120.0, gt=0, le=600)
    ca_file: Path | None = None
    http: HttpSmsSettings | None = None
    twilio: TwilioSettings | None = None
    ovh: OvhSettings | None = None
    modem: ModemSettings | None = None

    @model_validator(mode="after")
    def _is_described(self) -> Self:
        if getattr(self, self.way) is None:
            raise ValueError(f"way = {self.way!r} needs a section [sms.{self.way}]")
        return self
