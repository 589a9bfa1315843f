"""What tells a printer to forget a job that it has not printed: DLE DC4 fn 8.

Sent when a job is given up of which the printer may hold bytes: it is printed again,
whole, and the rest of the first must not come out above it.  Real-time: obeyed off line,
without paper, with an open cover (Epson ESC/POS, DLE DC4 fn 8: "clear buffer(s)"; it
clears receive and print buffer and goes back to standard mode).  A printer that does not
know it ignores ten control characters.
"""

from __future__ import annotations

from typing import Final

CLEAR: Final = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
