"""Which verb of the counter each act is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol

from agent.hands.acts import Act
from agent.verbs import By, Choice, Counter, Refusal

_NO_ADDRESS: Final = "no_address"
"""The counter's code for a contact that is wanted and was not given."""

Verb = Callable[[Counter, str, By], Awaitable[Refusal | None]]


class Finder(Protocol):
    """Shows a receipt on the cashier's screen."""

    async def find(self, code: str, by: str) -> Refusal | None:
        """``code``: the number in its return barcode, or the address in our QR."""
        ...


def _choosing(choice: Choice) -> Verb:
    async def choose(counter: Counter, receipt: str, by: By) -> Refusal | None:
        return await counter.choose(receipt, choice, None, by)

    return choose


def _writing(choice: Choice) -> Verb:
    """Nobody types an address on six keys: the countdown waits for who does."""

    async def choose(counter: Counter, receipt: str, by: By) -> Refusal | None:
        refusal = await counter.choose(receipt, choice, None, by)
        if refusal is not None and refusal.code == _NO_ADDRESS:
            await counter.hold(receipt)
        return refusal

    return choose


VERBS: Final[Mapping[Act, Verb]] = {
    "paper": _choosing("paper"),
    "qr": _choosing("qr"),
    "email": _writing("email"),
    "sms": _writing("sms"),
    "account": _choosing("account"),
    "none": _choosing("none"),
    "hold": lambda counter, receipt, _: counter.hold(receipt),
    "extend": lambda counter, receipt, _: counter.extend(receipt),
    "not_me": lambda counter, receipt, by: counter.not_me(receipt, by),
    "keep": lambda counter, receipt, _: counter.keep_preference(receipt, keep=True),
    "reprint": lambda counter, receipt, by: counter.reprint(receipt, "asked", by),
    "gift": lambda counter, receipt, by: counter.gift(receipt, by),
}
