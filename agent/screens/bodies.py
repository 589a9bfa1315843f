"""What a page may say: JSON bodies, taken apart by models that refuse strangers."""

from __future__ import annotations

import asyncio
from typing import Final, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from agent.screens.ports import View
from agent.verbs import (
    MAX_CONTACT_CHARS,
    MAX_IDENTIFIER_CHARS,
    MAX_QUERY_CHARS,
    By,
    Channel,
    Choice,
    Lang,
    Reason,
)

MAX_BODY: Final = 2048
"""Bytes: an address has 254 characters, the rest is names and braces."""

BODY_S: Final = 5.0
"""A page of the shop sends 2 KB in one piece."""

TO_CONTACTS: Final = frozenset({"email", "sms"})


class Body(BaseModel):
    """A body, whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class About(Body):
    """Most verbs are about one receipt."""

    receipt: str = Field(min_length=1, max_length=64)


class _Addressed(About):
    """``contact`` comes with e-mail and SMS, and only then."""

    contact: str | None = Field(
        default=None, min_length=3, max_length=MAX_CONTACT_CHARS
    )

    def _check(self, way: str) -> None:
        if (way in TO_CONTACTS) != (self.contact is not None):
            raise ValueError("a contact comes with email and sms, and only then")


class ChoiceBody(_Addressed):
    """``POST /api/choice``."""

    choice: Choice
    by: By
    lang: Lang = "fr"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        self._check(self.choice)
        return self


class NotMeBody(About):
    """``POST /api/notme``."""

    by: By = "customer"


class ResendBody(_Addressed):
    """``POST /api/resend``."""

    channel: Channel
    reason: Reason = "asked"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        self._check(self.channel)
        return self


class ReplayBody(About):
    """``POST /api/replay``: a dead letter, which only these two channels have."""

    channel: Literal["email", "sms"]
    by: Literal["cashier", "it"]


class ReprintBody(About):
    """``POST /api/reprint``: a second copy is the cashier's to give."""

    by: Literal["cashier"]
    reason: Reason = "asked"


class PreferenceBody(About):
    """``POST /api/preference``: « Conserver ce choix », or forget it."""

    keep: bool


class CardBody(Body):
    """``POST /api/identify``."""

    value: str = Field(min_length=1, max_length=MAX_IDENTIFIER_CHARS)


class SearchBody(Body):
    """``POST /api/search``: a POST, so that no log and no history has it."""

    query: str = Field(min_length=1, max_length=MAX_QUERY_CHARS)


class TongueBody(Body):
    """``POST /api/tongue``: what the customer's screen is read in; idle without one."""

    lang: Lang
    receipt: str | None = Field(default=None, min_length=1, max_length=64)


class PairBody(Body):
    """``POST /api/pair/open``."""

    role: View
    name: str = Field(min_length=1, max_length=40)


class CodeBody(Body):
    """``POST /api/pair/enter``."""

    code: str = Field(pattern=r"^[0-9]{6}$")


class DeviceBody(Body):
    """``POST /api/devices/revoke``."""

    device: str = Field(min_length=1, max_length=64)


class NothingBody(Body):
    """A verb that says all by its name."""


B = TypeVar("B", bound=Body)


async def said(request: Request, model: type[B]) -> B:
    """The body as ``model``.

    Raises:
        HTTPException: what is wrong with it, without repeating it.
    """
    raw = b""
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                raw += chunk
                if len(raw) > MAX_BODY:
                    raise HTTPException(413, f"at most {MAX_BODY} bytes")
        return model.model_validate_json(raw)
    except TimeoutError:
        raise HTTPException(408, "the body did not come") from None
    except ClientDisconnect:
        raise HTTPException(400, "the body did not come whole") from None
    except ValidationError as wrong:
        named = ", ".join(
            ".".join(str(at) for at in problem["loc"]) or "body"
            for problem in wrong.errors(include_input=False, include_url=False)
        )
        raise HTTPException(400, f"not understood: {named}") from None
