"""Time and dice that obey, and a till that writes events as WIRE 2.1 says."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import logging
import random
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from rcu.cli import main

EDGE = "urn:edge:ENS1:S0042:T03"
TOKEN = "ABCDEFGHIJKLMNOPQRSTUV2345"
EXAMPLE = Path(__file__).parent / "examples" / "receipt_fr.json"
START_MS = 1_795_282_920_000  # 2026-11-21T17:42:00Z, a Saturday
DAY_MS = 86_400_000


class FakeClock:
    """Stands still until told; sleeping moves it on at once."""

    def __init__(self) -> None:
        self.ms = START_MS
        self.slept: list[float] = []

    def now_ms(self) -> int:
        return self.ms

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.ms += round(seconds * 1000)


class FakeEntropy:
    """Dice with a seed."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)

    def draw(self, count: int) -> bytes:
        return self._random.randbytes(count)


def example() -> dict[str, Any]:
    """The French receipt, free to be changed."""
    loaded: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    return loaded


def event(sequence: int, type_: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(UUID(int=0x7000 << 64 | sequence)),
        "source": EDGE,
        "type": type_,
        "time": "2026-11-21T17:42:05Z",
        "sequence": f"{sequence:012}",
        "datacontenttype": "application/json",
        "data": data,
    }


def issued(
    sequence: int = 1,
    *,
    token: str = TOKEN,
    receipt_id: str = "r-1",
    receipt: dict[str, Any] | None = None,
) -> dict[str, Any]:
    return event(
        sequence,
        "receipt.issued.v1",
        {
            "receipt_id": receipt_id,
            "token": token,
            "job_sha256": "00" * 32,
            "issued_at": "2026-11-21T16:42:03Z",
            "receipt": example() if receipt is None else receipt,
        },
    )


def chosen(sequence: int, choice: str = "qr") -> dict[str, Any]:
    data = {"receipt_id": "r-1", "choice": choice, "by": "customer", "rule": "R20"}
    return event(sequence, "choice.made.v1", data)


def captured(sequence: int, kind: str, value: str) -> dict[str, Any]:
    data = {
        "receipt_id": "r-1",
        "kind": kind,
        "value": value,
        "provenance": "printed",
    }
    return event(sequence, "identity.captured.v1", data)


class Till:
    """Posts batches with everything that the protocol asks for."""

    def __init__(self, client: httpx.AsyncClient, key: str) -> None:
        self._client = client
        self._key = key
        self._sent = 0

    async def post(
        self, events: Any, *, key: str | None = None, **headers: str | None
    ) -> httpx.Response:
        """``headers`` replace (or, with ``None``, leave out) the right ones."""
        return await self.post_raw(json.dumps(events).encode(), key=key, **headers)

    async def post_raw(
        self, body: bytes, *, key: str | None = None, **headers: str | None
    ) -> httpx.Response:
        self._sent += 1
        content = gzip.compress(body, mtime=0)
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        sent: dict[str, str | None] = {
            "authorization": f"Bearer {self._key}",
            "content-type": "application/cloudevents-batch+json",
            "content-encoding": "gzip",
            "content-digest": f"sha-256=:{digest}:",
            "idempotency-key": f'"{key or f"k{self._sent}"}"',
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        plain = sent["content-encoding"] is None
        return await self._client.post(
            "/v1/events",
            content=body if plain else content,
            headers={name: value for name, value in sent.items() if value is not None},
        )


def run_command(*arguments: str) -> int:
    """``receipt-rcu ...`` in process; the root logger is as before afterwards."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    try:
        return main(arguments)
    finally:
        logger.handlers[:] = handlers
        logger.setLevel(level)
