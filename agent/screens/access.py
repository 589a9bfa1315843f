"""Who is asking: the till itself, a paired screen, or nobody that we know.

On loopback everything is open: whoever sits there has the till.  From elsewhere a
screen may what its role may, and a stranger may pair and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from agent.clock import Clock
from agent.entropy import Entropy
from agent.screens.devices import Devices
from agent.screens.pairing import Pairing
from agent.screens.ports import View
from agent.screens.rates import Rates

COOKIE: Final = "__Host-till"
"""``__Host-``: of this host alone, over HTTPS alone, for all paths (RFC 6265bis)."""

VERBS_PER_S: Final = 10.0
VERBS_AT_ONCE: Final = 30
STRANGERS_PER_S: Final = 2.0
STRANGERS_AT_ONCE: Final = 40
"""The page on which a tablet is paired, with its style and faces, is a dozen requests."""


@dataclass(frozen=True, slots=True)
class Caller:
    """``name`` is what the log and the ledger call them."""

    name: str
    roles: frozenset[View]

    def may(self, *roles: View) -> bool:
        """Whether one of these is theirs."""
        return not self.roles.isdisjoint(roles)


AT_THE_TILL: Final = Caller("till", frozenset({"cashier", "display", "it"}))


class Access:
    """What the guards of all ports share."""

    def __init__(self, devices: Devices, clock: Clock, entropy: Entropy) -> None:
        self.devices = devices
        self.clock = clock
        self.pairing = Pairing(clock.monotonic, entropy)
        self._verbs = Rates(VERBS_PER_S, VERBS_AT_ONCE)
        self._strangers = Rates(STRANGERS_PER_S, STRANGERS_AT_ONCE)

    async def caller(self, cookies: str, address: str) -> Caller:
        """By the ``Cookie`` header; a stranger has no roles and goes by the address."""
        token = cookie(cookies)
        device = await self.devices.known(token) if token else None
        if device is None:
            return Caller(address, frozenset())
        return Caller(f"{device.role}:{device.id}", frozenset({device.role}))

    def admits(self, caller: Caller, *, verb: bool) -> bool:
        """Whether they have not asked too often; whoever has the till may."""
        if caller is AT_THE_TILL:
            return True
        now_s = self.clock.monotonic()
        if not caller.roles:
            return self._strangers.admits(caller.name, now_s)
        return not verb or self._verbs.admits(caller.name, now_s)


def cookie(header: str) -> str:
    """Our cookie's value in a ``Cookie`` header; empty without it."""
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            return value
    return ""
