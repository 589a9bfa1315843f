"""What the worker can do, by name.  Pure functions of their parameters.

Each takes JSON parameters and bytes and returns JSON and bytes, so that a task
can be replayed from a file.  Only the worker process imports this file: the
relay knows the names and pays for none of what stands behind them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from agent.escpos import interpret, profiles
from agent.escpos.memory import Memory
from agent.letters import mail, slips
from agent.paper import html, text
from agent.qr import svg
from agent.receipt import read
from agent.wire.receipt import Receipt
from agent.worker.frames import Frame

Params = Mapping[str, Any]


def warm(_params: Params, _body: bytes) -> Frame:
    """Do one of each, so that the first receipt finds every table loaded."""
    understand({"profile": "default", "country": "FR"}, b"TOTAL 1,00\n")
    draw_qr({"url": "https://example.invalid/r/A"}, b"")
    return Frame({})


def understand(params: Params, body: bytes, memory: bytes = b"") -> Frame:
    """A raw job -> facts, and as parts: receipt/1 JSON, the strip as HTML.

    ``memory`` is what the printer remembers; whether that changes is a fact, and
    what it becomes says :func:`learn`.
    """
    before = Memory.from_bytes(memory)
    done = interpret.read(body, profiles.printer(params["profile"]), before)
    strip = done.strip
    receipt = read.read(
        text.lines(strip), text.symbols(strip), country=params["country"]
    )
    facts = {
        "kind": receipt.kind,
        "total": receipt.total,
        "mentions": list(receipt.mentions),
        "loyalty_card": receipt.loyalty_card,
        "defines": done.memory is not before,
    }
    document = receipt.model_dump_json(exclude_defaults=True).encode()
    return Frame(facts, (document, html.render(strip).encode()))


def learn(params: Params, body: bytes, memory: bytes) -> Frame:
    """A raw job -> what the printer remembers after it; nothing if that is the same."""
    before = Memory.from_bytes(memory)
    after = interpret.read(body, profiles.printer(params["profile"]), before).memory
    return Frame({}, (b"" if after is before else after.to_bytes(),))


def draw_qr(params: Params, _body: bytes) -> Frame:
    """An address -> its QR as SVG."""
    return Frame({}, (svg.draw(params["url"]).encode(),))


def compose_mail(params: Params, body: bytes) -> Frame:
    """A receipt/1 JSON -> an RFC 5322 message."""
    message = mail.compose(
        Receipt.model_validate_json(body),
        mail.Envelope(
            sender=params["sender"],
            recipient=params["recipient"],
            message_id=params["message_id"],
            date=dt.datetime.fromisoformat(params["date"]),
        ),
        url=params["url"],
        shop=params["shop"],
        lang=params["lang"],
        copy_number=params["copy_number"],
    )
    return Frame({}, (message,))


def render_slip(params: Params, _body: bytes) -> Frame:
    """A slip that we compose ourselves -> ESC/POS bytes for the printer."""
    slip = slips.SLIPS[params["slip"]]
    return Frame({}, (slip(params["profile"], params["fields"]),))


Task = Callable[..., Frame]
"""Parameters, then as many byte strings as it has."""

TASKS: Final[Mapping[str, Task]] = {
    "warm": warm,
    "understand": understand,
    "learn": learn,
    "draw_qr": draw_qr,
    "compose_mail": compose_mail,
    "render_slip": render_slip,
}
