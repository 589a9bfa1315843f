"""All proofs, by the mnemonic of ``escpos_commands.csv``."""

from __future__ import annotations

from tests.escpos.proofs.motion import MOTION
from tests.escpos.proofs.proof import Proof

PROOFS: dict[str, Proof] = {**MOTION}
