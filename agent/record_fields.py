"""What a log record holds besides its sentence."""

from __future__ import annotations

import logging
from typing import Final

_STANDARD: Final = frozenset(
    vars(logging.LogRecord("", 0, "", 0, "", None, None)) | {"message": 0, "asctime": 0}
)
_FORMATTER: Final = logging.Formatter()


def own_fields(record: logging.LogRecord) -> dict[str, object]:
    """Those that the call gave (``extra=``)."""
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}


def trace_of(record: logging.LogRecord) -> str:
    """Of an exception; empty: there was none."""
    return _FORMATTER.formatException(record.exc_info) if record.exc_info else ""
