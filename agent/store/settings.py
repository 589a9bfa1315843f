"""What a shop may set about the cellar."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class StoreSettings(BaseModel):
    """Retention and size.  Durability is not a setting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    retention_hours: int = Field(
        default=72,
        ge=1,
        description="bodies of settled, uploaded receipts are erased after this",
    )
    max_unsent_days: int = Field(
        default=30,
        ge=1,
        description="what the RCU has not taken by then is exported, encrypted, and erased",
    )
    exported_days: int = Field(
        default=60,
        ge=1,
        description="such an export is removed after this, with an alarm before it",
    )
    tombstone_days: int = Field(
        default=90,
        ge=1,
        description="their keys (no personal data) are forgotten after this",
    )
    proof_days: int = Field(
        default=400,
        ge=1,
        description="which receipt was handed over how, and records of consent (no contact "
        "in either), are kept so long",
    )
    reserve_mb: int = Field(
        default=16,
        ge=0,
        le=1024,
        description="kept free beside the database, so that a full disk can be cleared",
    )
    max_size_mb: int = Field(
        default=1024,
        ge=1,
        description="the database refuses to grow beyond this",
    )
