"""The dictionary that comes along: French receipts, trained on invented ones.

Made by ``python -m bench.qr_general`` from papers of ``hardware_sim``, whose shops, goods
and people do not exist.  Number 1, for ever these bytes.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from agent.qr.encode import Dictionary

GENERAL_FR: Final = 1
SHA256: Final = "278f2ea9872c3b9d2fd4a22d7a378c07825802055ea46114ef839f317f17037f"


@cache
def general() -> Dictionary:
    """Number 1."""
    place = files("agent.qr") / "dictionaries" / f"{GENERAL_FR}.bin"
    return Dictionary(GENERAL_FR, place.read_bytes())
