"""How a log line looks: a fixed sentence, then the fields that came with it."""

from __future__ import annotations

import logging

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class FieldFormatter(logging.Formatter):
    """``2026-11-21T17:42:05 INFO rcu.app: listening port=8480``."""

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S"
        )

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- logging's own name
        fields = "".join(
            f" {name}={value!r}"
            for name, value in vars(record).items()
            if name not in _OWN
        )
        return super().formatMessage(record) + fields


def to_stderr(level: int) -> None:
    """Send everything there; systemd's journal or a terminal takes it up."""
    handler = logging.StreamHandler()
    handler.setFormatter(FieldFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
