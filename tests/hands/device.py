"""What a till's hands need in a test: struct input_event by hand, a counter, a tree."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from agent.hands.acts import Heard, Pressed, Scanned
from agent.hands.keys import CODES
from agent.verbs import By, Channel, Choice, Lang, Provenance, Reason, Refusal, Words


def event(kind: int, code: int, value: int, at_ms: float = 0.0) -> bytes:
    """As this machine's kernel writes it."""
    s, us = divmod(round(at_ms * 1000), 1_000_000)
    return struct.pack("@llHHi", s, us, kind, code, value)


def syn(at_ms: float = 0.0) -> bytes:
    return event(0, 0, 0, at_ms)


def press(key: str, at_ms: float = 0.0, *, for_ms: float = 30.0) -> bytes:
    """Down and up, each with the report that ends it, and the scan code before it."""
    code = CODES[key]
    down = event(4, 4, 0x70000 + code, at_ms) + event(1, code, 1, at_ms) + syn(at_ms)
    up_ms = at_ms + for_ms
    return down + event(1, code, 0, up_ms) + syn(up_ms)


def acts(heard: Iterable[Heard]) -> list[str]:
    return [each.act for each in heard if isinstance(each, Pressed)]


def texts(heard: Iterable[Heard]) -> list[str]:
    return [each.texts[0] for each in heard if isinstance(each, Scanned)]


@dataclass
class Counter:
    """Implements :class:`agent.verbs.Counter`: writes down what it was asked."""

    at: str | None = "r-1"
    refuses: frozenset[str] = frozenset()
    breaks: frozenset[str] = frozenset()
    code: str = "refused"
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def here(self) -> str | None:
        return self.at

    async def choose(
        self,
        receipt: str,
        choice: Choice,
        contact: str | None,
        by: By,
        lang: Lang = "fr",
    ) -> Refusal | None:
        return self._note("choose", receipt, choice, contact, by)

    async def hold(self, receipt: str) -> Refusal | None:
        return self._note("hold", receipt)

    async def extend(self, receipt: str) -> Refusal | None:
        return self._note("extend", receipt)

    async def reprint(
        self, receipt: str, reason: Reason = "asked", by: str = "cashier"
    ) -> Refusal | None:
        return self._note("reprint", receipt, reason, by)

    async def resend(
        self,
        receipt: str,
        channel: Channel,
        contact: str | None,
        reason: Reason,
        by: str = "cashier",
    ) -> Refusal | None:
        return self._note("resend", receipt, channel)

    async def not_me(self, receipt: str, by: By = "customer") -> Refusal | None:
        return self._note("not_me", receipt, by)

    async def keep_preference(self, receipt: str, *, keep: bool) -> Refusal | None:
        return self._note("keep_preference", receipt, keep)

    async def identify(self, value: str, provenance: Provenance) -> Refusal | None:
        return self._note("identify", value, provenance)

    async def gift(self, receipt: str, by: str = "cashier") -> Refusal | None:
        return self._note("gift", receipt, by)

    async def find(self, code: str, by: str) -> Refusal | None:
        return self._note("find", code, by)

    def _note(self, verb: str, *arguments: object) -> Refusal | None:
        self.asked.append((verb, *arguments))
        if verb in self.breaks:
            raise RuntimeError(verb)
        return Refusal(self.code, Words("Non", "No")) if verb in self.refuses else None


def _bitmap(codes: Iterable[int]) -> str:
    """As sysfs writes one: longs in hex, the highest first."""
    bits = 8 * struct.calcsize("@l")
    whole = sum(1 << code for code in set(codes))
    words: list[str] = []
    while whole:
        words.append(f"{whole & ((1 << bits) - 1):x}")
        whole >>= bits
    return " ".join(reversed(words)) or "0"


@dataclass
class Plugs:
    """A /sys/class/input and a /dev/input of one's own."""

    folder: Path
    count: int = 0

    @property
    def sys(self) -> Path:
        return self.folder / "sys"

    @property
    def dev(self) -> Path:
        return self.folder / "dev"

    def plug(self, name: str, codes: Iterable[int], *links: str) -> Path:
        """An event device with these keys; its path."""
        event_name, self.count = f"event{self.count}", self.count + 1
        about = self.sys / event_name / "device"
        for path, says in (
            ("name", name),
            ("id/bustype", "0003"),
            ("id/vendor", "1a2c"),
            ("id/product", "2d43"),
            ("capabilities/key", _bitmap(codes)),
        ):
            (about / path).parent.mkdir(parents=True, exist_ok=True)
            (about / path).write_text(f"{says}\n")
        self.dev.mkdir(exist_ok=True)
        device = self.dev / event_name
        device.touch()
        for link in links:
            at = self.dev / link
            at.parent.mkdir(exist_ok=True)
            at.symlink_to(device)
        return device


def keyboard_codes() -> Iterator[int]:
    """Of a whole one."""
    yield from range(1, 128)


def pad_codes() -> Iterator[int]:
    """Of a numeric pad."""
    for name in (*(f"KP{n}" for n in range(10)), "KPENTER", "BACKSPACE", "NUMLOCK"):
        yield CODES[name]
