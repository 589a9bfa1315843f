"""How often somebody may try: a count per minute, per key, in memory and bounded.

A restart forgets it, which gives an attacker a few tries more.  Who is who is said by the
proxy in front (``X-Forwarded-For``, its last entry): the RCU listens on loopback only, so
nobody else can write it.  Without it all are one, and share what one may do.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from typing import Final

from starlette.requests import Request

from rcu.seams import Clock

MINUTE_MS: Final = 60_000
MAX_KEYS: Final = 10_000
"""More addresses than that within a minute: the oldest are forgotten."""
IPV6_PREFIX: Final = 64
"""What one customer of a provider has: they can choose the rest."""


class Rates:
    """``per_minute`` tries for each key."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._tried: OrderedDict[str, list[int]] = OrderedDict()

    def spent(self, key: str) -> bool:
        """Whether this minute's tries are used up."""
        since_ms = self._clock.now_ms() - MINUTE_MS
        tried = [at_ms for at_ms in self._tried.get(key, ()) if at_ms > since_ms]
        return len(tried) >= self._per_minute

    def count(self, key: str) -> None:
        """One try more."""
        now_ms = self._clock.now_ms()
        tried = self._tried.pop(key, [])
        tried = [at_ms for at_ms in tried if at_ms > now_ms - MINUTE_MS]
        self._tried[key] = [*tried, now_ms][-self._per_minute :]
        while len(self._tried) > MAX_KEYS:
            self._tried.popitem(last=False)


def who(request: Request) -> str:
    """The address that a request comes from; of IPv6 its first 64 bits."""
    told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    peer = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(told or peer)
    except ValueError:
        return peer
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
