"""What store IT may set about the reading of pictures."""

from __future__ import annotations

from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

_LANGUAGES: Final = r"^[A-Za-z_]{3,16}(\+[A-Za-z_]{3,16}){0,3}$"


class OcrSettings(BaseModel):
    """``[ocr]``: receipts that a POS prints as one picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: str = Field(default="tesseract", max_length=255)
    """A name in the usual directories or a path; "" reads no picture."""
    languages: str = Field(default="fra", pattern=_LANGUAGES)
    deadline_s: float = Field(default=2.5, ge=0.2, le=8.0)
    """The customer waits meanwhile, the POS does not."""
    memory_mb: int = Field(default=192, ge=96, le=1024)
    """Of address space; French needs 100, French and English 120."""

    @model_validator(mode="after")
    def _a_program(self) -> Self:
        if self.engine.startswith("-") or (
            "/" in self.engine and not self.engine.startswith("/")
        ):
            raise ValueError(
                f'{self.engine!r} is no program; write "tesseract" or a whole path'
            )
        return self
