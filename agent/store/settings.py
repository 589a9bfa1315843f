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
    tombstone_days: int = Field(
        default=90,
        ge=1,
        description="their keys (no personal data) are forgotten after this",
    )
    max_size_mb: int = Field(
        default=1024,
        ge=1,
        description="the database refuses to grow beyond this",
    )
