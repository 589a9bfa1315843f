"""What a printer with ePOS-Print answers: the status word, the codes, the document.

The status is the four bytes of automatic status back as one number, lowest byte first,
with three bits in it that no printer sends: nothing heard, printed, waiting.  So the bits
that are fixed in those bytes are set here as well, and what a POS sees is a healthy
printer to the bit: 0x0F000014, or 251658262 after a job.

Source: Epson, ePOS-Print XML User's Manual, ``<response>``; Epson ESC/POS Application
Programming Guide, GS a.
"""

from __future__ import annotations

from typing import Final, Literal
from xml.sax.saxutils import escape, quoteattr

from agent.events import PrinterState

Code = Literal[
    "",
    "EPTR_AUTOMATICAL",
    "EPTR_COVER_OPEN",
    "EPTR_CUTTER",
    "EPTR_MECHANICAL",
    "EPTR_REC_EMPTY",
    "EPTR_UNRECOVERABLE",
    "SchemaError",
    "DeviceNotFound",
    "PrintSystemError",
    "EX_BADPORT",
    "EX_TIMEOUT",
    "JobNotFound",
    "RequestEntityTooLarge",
    "TooManyRequests",
]
"""``code``; nothing when all is well."""

NO_RESPONSE: Final = 0x00000001
PRINT_SUCCESS: Final = 0x00000002
DRAWER_KICK: Final = 0x00000004
"""Pin 3 of the drawer's connector is high: its switch is open, the drawer shut."""
OFF_LINE: Final = 0x00000008
COVER_OPEN: Final = 0x00000020
PAPER_FEED: Final = 0x00000040
WAIT_ON_LINE: Final = 0x00000100
PANEL_SWITCH: Final = 0x00000200
MECHANICAL_ERR: Final = 0x00000400
AUTOCUTTER_ERR: Final = 0x00000800
UNRECOVER_ERR: Final = 0x00002000
AUTORECOVER_ERR: Final = 0x00004000
RECEIPT_NEAR_END: Final = 0x00020000
RECEIPT_END: Final = 0x00080000

_FIXED: Final = 0x0F000010
_PAPER: Final = {
    "ok": 0,
    "near_end": RECEIPT_NEAR_END | RECEIPT_NEAR_END >> 1,
    "out": (RECEIPT_NEAR_END | RECEIPT_END) | (RECEIPT_NEAR_END | RECEIPT_END) >> 1,
}
"""Each sensor has two bits in a printer's byte, and both are set."""


def status(state: PrinterState, *, printed: bool = False) -> int:
    """The ``status`` attribute: bits as above."""
    if not state.known and not state.online:
        return NO_RESPONSE
    bits = _FIXED | _PAPER[state.paper]
    for bit, is_so in (
        (PRINT_SUCCESS, printed),
        (DRAWER_KICK, not state.drawer_open),
        (OFF_LINE, hindrance(state) != ""),
        (COVER_OPEN, state.cover_open),
        (AUTOCUTTER_ERR, state.error),
    ):
        bits |= bit if is_so else 0
    return bits


def hindrance(state: PrinterState) -> Code:
    """Why the printer would not print now; nothing when it would.

    A printer that never says anything of itself (``known`` is false) prints.
    """
    if not state.known:
        return "" if state.online else "EX_BADPORT"
    reasons: tuple[tuple[bool, Code], ...] = (
        (state.cover_open, "EPTR_COVER_OPEN"),
        (state.paper == "out", "EPTR_REC_EMPTY"),
        (state.error, "EPTR_CUTTER"),
        (not state.online, "EX_TIMEOUT"),
    )
    return next((code for is_so, code in reasons if is_so), "")


def response(
    code: Code, status_bits: int, *, devid: str = "", printjobid: str = ""
) -> bytes:
    """The document; with a header when the POS gave its job a name."""
    success = "false" if code else "true"
    header = ""
    if printjobid:
        header = (
            '<s:Header><parameter xmlns="http://www.epson-pos.com/schemas/2011/03/'
            f'epos-print"><devid>{escape(devid)}</devid>'
            f"<printjobid>{escape(printjobid)}</printjobid></parameter></s:Header>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        f"{header}<s:Body>"
        '<response xmlns="http://www.epson-pos.com/schemas/2011/03/epos-print" '
        f'success="{success}" code={quoteattr(code)} status="{status_bits}" '
        'battery="0"/></s:Body></s:Envelope>'
    ).encode()
