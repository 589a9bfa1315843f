"""What a country's law makes a till print, as it stood on the paper.

Nothing here is checked: an excerpt of a signature proves nothing by itself.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from agent.wire.model import Part

Regime = Literal[
    "nf525",  # FR: CGI art. 286-I-3 bis, certified (NF 525, LNE) or attested
    "tse",  # DE: KassenSichV
    "rksv",  # AT: Registrierkassensicherheitsverordnung
    "atcud",  # PT: Portaria 195/2020
    "verifactu",  # ES: RD 1007/2023
    "ticketbai",  # ES, Basque provinces
    "rt",  # IT: registratore telematico
    "ksef",  # PL
    "control_unit",  # SE: SKVFS 2014:9; BE: GKS/SCE
    "other",
]


class Fiscal(Part):
    """The fiscal block.  ``regime`` is ``None`` where only a software is named."""

    regime: Regime | None = None
    number: str | None = Field(
        default=None,
        description="the fiscal document's number: NF525 journal number, "
        "TSE transaction, ATCUD, RKSV receipt id",
    )
    device: str | None = Field(
        default=None,
        description="serial number of what signs: TSE, RKSV till id, RT, control unit",
    )
    signature: str | None = Field(
        default=None, description="as printed, mostly an excerpt"
    )
    certificate: str | None = Field(
        default=None, description="number of the certificate or of the signing key"
    )
    software: str | None = None
    software_version: str | None = None
    line_count: int | None = Field(
        default=None, description="lines of the receipt, as the fiscal block counts"
    )
    print_count: int | None = Field(
        default=None, description="how often it was printed, as printed"
    )
    code: str | None = Field(
        default=None, description="what the fiscal QR or OCR line says, unchanged"
    )
