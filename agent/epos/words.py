"""The words of ePOS-Print's attributes, and the numbers that ESC/POS has for them.

Source: Epson, ePOS-Print XML User's Manual, "XML reference"; Epson ESC/POS Application
Programming Guide, the command that is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

BARCODES: Final[Mapping[str, int]] = {
    "upc_a": 65,
    "upc_e": 66,
    "ean13": 67,
    "jan13": 67,
    "ean8": 68,
    "jan8": 68,
    "code39": 69,
    "itf": 70,
    "codabar": 71,
    "code93": 72,
    "code128": 73,
    "gs1_128": 74,
    "gs1_databar_omnidirectional": 75,
    "gs1_databar_truncated": 76,
    "gs1_databar_limited": 77,
    "gs1_databar_expanded": 78,
    "code128_auto": 79,
}
"""The m of GS k."""
SYMBOLS: Final = frozenset(
    {
        "pdf417_standard",
        "pdf417_truncated",
        "qrcode_model_1",
        "qrcode_model_2",
        "qrcode_micro",
        *(f"maxicode_mode_{mode}" for mode in range(2, 7)),
        "gs1_databar_stacked",
        "gs1_databar_stacked_omnidirectional",
        "gs1_databar_expanded_stacked",
        "azteccode_fullrange",
        "azteccode_compact",
        "datamatrix_square",
        *(f"datamatrix_rectangle_{rows}" for rows in (8, 12, 16)),
    }
)
LEVELS: Final = frozenset({"default", *(f"level_{each}" for each in "012345678lmqh")})
FONTS: Final[Mapping[str, int]] = {
    **{f"font_{letter}": number for number, letter in enumerate("abcde")},
    "special_a": 97,
    "special_b": 98,
}
"""The n of ESC M and GS f."""
HRI: Final[Mapping[str, int]] = {"none": 0, "above": 1, "below": 2, "both": 3}
ALIGN: Final[Mapping[str, int]] = {"left": 0, "center": 1, "right": 2}
COLOURS: Final[Mapping[str, int]] = {
    "none": 0,
    **{f"color_{number}": number for number in range(1, 5)},
}
STYLES: Final[Mapping[str, int]] = {
    "thin": 1,
    "medium": 2,
    "thick": 3,
    "thin_double": 4,
    "medium_double": 5,
    "thick_double": 6,
}
DIRECTIONS: Final[Mapping[str, int]] = {
    "left_to_right": 0,
    "bottom_to_top": 1,
    "right_to_left": 2,
    "top_to_bottom": 3,
}
PATTERNS: Final = frozenset(
    {
        "none",
        "error",
        "paper_end",
        *(f"pattern_{each}" for each in (*range(11), *"abcde")),
    }
)
CUTS: Final = frozenset(
    feed + full for feed in ("no_feed", "feed", "reserve") for full in ("", "_fullcut")
)
POSITIONS: Final = frozenset({"peeling", "cutting", "current_tof", "next_tof"})
LAYOUTS: Final = frozenset({"receipt", "receipt_bm", "label", "label_bm"})
