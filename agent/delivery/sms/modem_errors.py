"""What the numbers behind ``+CMS ERROR`` mean for a message (3GPP TS 27.005, 3.2.5).

0 to 127 come from the network (TS 24.011, E-2), 128 to 255 from the service centre
(TP-FCS, TS 23.040, 9.2.3.22), 300 and above from the modem.  A number that is not here
is taken for a passing fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.reasons import Reason

REJECTED_DUPLICATE: Final = 197
"""The service centre holds this very message already."""
NETWORK_TIMEOUT: Final = 332

_NUMBER: Final = frozenset({1, 28, 30, 195})
"""Unassigned, unidentified or unknown subscriber, invalid address."""
_REFUSED: Final = frozenset({21, 128, 196, 304})
"""Rejected by the far side, not to be had there, barred, a PDU that it cannot read."""
_BUSY: Final = frozenset({42, 47, 192, 194})
"""Congestion, no resources, the service centre busy or failing: for all alike."""
_NO_NETWORK: Final = frozenset({38, 331})
_SETUP: Final = frozenset(
    {
        *(8, 10, 29, 50, 69),  # barred, facility not subscribed or not there
        *(193, 198, 199),  # no subscription at the centre, validity not supported
        *(302, 303, 305),  # not allowed, not supported
        *(310, 311, 312, 313, 315, 316, 317, 318),  # the SIM and its PINs
        330,  # the service centre's address is not known
    }
)
CMS: Final[Mapping[int, Reason]] = {
    **dict.fromkeys(_NUMBER, Reason.SMS_NUMBER),
    **dict.fromkeys(_REFUSED, Reason.SMS_REFUSED),
    **dict.fromkeys(_BUSY, Reason.SMS_BUSY),
    **dict.fromkeys(_NO_NETWORK, Reason.SMS_UNREACHABLE),
    **dict.fromkeys(_SETUP, Reason.SMS_SETUP),
    NETWORK_TIMEOUT: Reason.SMS_DOUBT,
}
FINAL: Final = frozenset({Reason.SMS_NUMBER, Reason.SMS_REFUSED})


def verdict(code: int | None, doubt: Outcome) -> Outcome:
    """What is to be done.  ``doubt`` is the outcome where it may have left."""
    if code == REJECTED_DUPLICATE:
        return Delivered()
    reason = CMS.get(code, Reason.SMS_LATER) if code is not None else Reason.SMS_LATER
    if reason is Reason.SMS_DOUBT:
        return doubt
    said = f"{reason}:{code}" if code is not None else str(reason)
    return Refused(said) if reason in FINAL else Deferred(said)
