"""What a shop may set about the counter, and about reading its papers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from agent.rules.facts import Terminal, Vertical

STAFFED_S: Final = 8.0
WINDOWS_S: Final[Mapping[Terminal, float]] = {"sco": 15.0, "kiosk": 15.0}
"""Where nobody helps, people need longer."""


class ReceiptSettings(BaseModel):
    """``[receipt]``: what helps to understand the papers of this till's POS."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: Path | None = None
    """What is known of the POS (docs/profiles.md)."""


class ChoiceSettings(BaseModel):
    """``[choice]``: how long a receipt waits for its customer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    window_s: float | None = Field(default=None, ge=3.0, le=300.0)
    """Until silence means what the law says; unset: by the kind of till.  So long that
    nobody is hurried: ten times the default and more (WCAG 2.2.1)."""
    linger_s: float = Field(default=180.0, ge=10.0, le=3600.0)
    """How long a settled receipt and its QR stay on the screens, at most."""
    hold: bool = True
    """Whether paper waits for the customer's choice; false prints every job at once."""
    qr_slip: bool = False
    """No customer display: the cashier's Q prints a slip with the QR."""
    phone_code: bool = False
    """No customer display: a code on the cashier's screen and the QR slip, which the
    customer types on their phone, within ten minutes."""

    exit_slip: bool | None = None
    """The cashier's T prints a slip that opens the barrier; unset: at a self-checkout."""

    def window_for(self, terminal: Terminal) -> float:
        """Of that kind of till, in seconds."""
        return self.window_s or WINDOWS_S.get(terminal, STAFFED_S)

    def exit_slip_at(self, terminal: Terminal) -> bool:
        """Whether that kind of till prints slips for a barrier."""
        return terminal == "sco" if self.exit_slip is None else self.exit_slip


class QrSettings(BaseModel):
    """``[qr]``: what the customer scans."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Literal["auto", "online", "offline"] = "auto"
    """The address of its page, or the receipt itself; ``auto``: by whether the RCU is
    reached."""
    page: str = ""
    """Where the page lies that reads such a receipt; empty: ``till.tickets_url`` and /r."""
    dictionary: Path | None = None
    """The store's own, ``…/16.bin``, once it is published; unset: the general one."""
    listed: bool = False
    """The published key list has this store's address, so that no symbol needs it."""
    up_front: bool = False
    """A code on the idle display, whose phone gets the next receipt (online only)."""
    screen_px: int = Field(default=480, ge=240, le=2160)
    """Of the customer's display, its shorter side: the square that a large QR has."""

    @field_validator("page")
    @classmethod
    def _an_address(cls, text: str) -> str:
        if text and not text.startswith(
            ("https://", "http://127.0.0.1", "http://localhost")
        ):
            raise ValueError(f"{text!r}: write an https:// address, without a #")
        if "#" in text or "?" in text:
            raise ValueError(
                f"{text!r}: the receipt stands behind the #; end before it"
            )
        return text


class PolicySettings(BaseModel):
    """``[policy]``: which rules hold here, and what they have to know of this till."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pack: str = ""
    """The name of a pack, or the path of a file; empty: that of ``till.country``."""
    terminal: Terminal = "staffed"
    vertical: Vertical = "retail"
    scale: bool = False
    """A weighing instrument is connected: a line with a weight was weighed here."""
    needed: bool = False
    """A kiosk's ticket must be kept and shown to get something (parking, an order)."""
    services: bool = False
    """Services are sold: what is displayed says when a note is due."""

    @field_validator("pack")
    @classmethod
    def _whole_path(cls, text: str) -> str:
        """A service runs in no folder of its own."""
        if ("/" in text or text.endswith(".toml")) and not text.startswith("/"):
            raise ValueError(
                f"{text!r} is no whole path; write /etc/receipt-agent/policies/{text}"
            )
        return text
