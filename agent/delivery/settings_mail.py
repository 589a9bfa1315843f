"""What store IT may set about e-mail: the relays, who writes, what a mail may bring along.

Every error names the value and what to write instead.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from agent.delivery.settings import is_loopback

MAX_RELAYS: Final = 4
"""Beside the first: two providers and a spare are many."""

_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+"
)
"""RFC 5321 "Mailbox" with a dot-string and a domain name; ASCII, no comments."""


def is_address(text: str) -> bool:
    """Whether an SMTP command can carry it: never spaces, brackets, line ends."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


class RelaySettings(BaseModel):
    """A relay that takes our messages.

    ``security``: ``starttls`` (port 587), ``tls`` from the first byte (465), both
    verified; ``opportunistic``: encrypted if the relay can, whoever it is; or ``none``,
    which is for a relay on this machine only.

    ``username`` without ``password_file``: the password is systemd's credential
    ``mail.password``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(min_length=1, max_length=253)
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["none", "opportunistic", "starttls", "tls"] = "starttls"
    username: str | None = None
    password_file: Path | None = None
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _closed_by_default(self) -> Self:
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError(
                f"security = 'none' would send addresses and receipts readable to "
                f"{self.host}; write 'starttls' or 'tls', or use a relay on 127.0.0.1"
            )
        if self.username is None and self.password_file is not None:
            raise ValueError(
                "username and password_file belong together; write both or neither"
            )
        if self.security == "opportunistic" and self.username is not None:
            raise ValueError(
                "security = 'opportunistic' may be read by anybody on the way, so it "
                "carries no password; write 'starttls' or 'tls'"
            )
        return self


class MailSettings(RelaySettings):
    """``[mail]``: the first relay, and what goes for all of them.

    ``[[mail.relay]]``: further ones, in the order in which they are tried.
    ``return_path``: where bounces go, ``sender`` without one.  ``promotion_file``: a
    text of the retailer's for customers who agreed to offers by e-mail, and no others.

    Seconds: ``connect_s`` until a relay has greeted, is encrypted and knows us,
    ``step_s`` for the answer to a command, ``data_s`` for the one to the message,
    ``total_s`` for all relays together; ``idle_close_s``: how long a connection is kept
    for the next mail (0: not at all).
    """

    relay: tuple[RelaySettings, ...] = Field(default=(), max_length=MAX_RELAYS)
    sender: str
    reply_to: str = ""
    return_path: str = ""
    promotion_file: Path | None = None
    helo: str = Field(default="localhost", pattern=r"^[A-Za-z0-9.:\[\]-]{1,253}$")
    connect_s: float = Field(default=15.0, gt=0, le=300)
    step_s: float = Field(default=15.0, gt=0, le=300)
    data_s: float = Field(default=60.0, gt=0, le=600)
    total_s: float = Field(default=120.0, gt=0, le=900)
    idle_close_s: float = Field(default=30.0, ge=0, le=300)

    @field_validator("sender", "reply_to", "return_path")
    @classmethod
    def _can_be_a_sender(cls, text: str) -> str:
        if text and not is_address(text):
            raise ValueError(
                f"{text!r} is not an e-mail address; write for example "
                "tickets@boutique.example"
            )
        return text

    @model_validator(mode="after")
    def _somebody_writes(self) -> Self:
        if not self.sender:
            raise ValueError(
                "'' is not an e-mail address; write for example tickets@boutique.example"
            )
        return self

    @property
    def relays(self) -> tuple[RelaySettings, ...]:
        """All of them, in order."""
        return (self, *self.relay)
