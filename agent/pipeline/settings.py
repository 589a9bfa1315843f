"""What a shop may set about the counter."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ChoiceSettings(BaseModel):
    """``[choice]``: how long a receipt waits for its customer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    window_s: float = Field(default=8.0, ge=3.0, le=300.0)
    """Staffed tills 8 s, self-checkouts 15 s; silence means what the law says."""
    linger_s: float = Field(default=180.0, ge=10.0, le=3600.0)
    """How long a settled receipt and its QR stay on the screens, at most."""
    hold: bool = True
    """Whether paper waits for the customer's choice; false prints every job at once."""
    qr_slip: bool = False
    """No customer display: the cashier's Q prints a slip with the QR."""
