"""What a shop may set about consent: who answers for the data, and in which words."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class ConsentSettings(BaseModel):
    """``[consent]``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    controller: str = Field(default="", max_length=120)
    """Who answers for the data (GDPR, art. 4, 7); empty: ``till.shop``."""
    siren: str = Field(default="", pattern=r"^([0-9]{9})?$")
    contact: str = Field(default="", max_length=200)
    """How they are reached: an address, or that of the data protection officer."""
    policy_url: str = Field(default="", max_length=200)
    """The fuller notice, the second level."""
    notices: Path | None = None
    """A folder with sentences of the shop's own (docs/consent.md)."""
    keys: Path | None = None
    """Where the till's keys are; empty: ``keys`` in ``till.state_dir``."""
