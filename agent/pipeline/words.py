"""Every sentence that the counter says, in French and English, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from agent.choice.session import Settle
from agent.identity.contacts import mask_email
from agent.screens.ports import Refusal
from agent.screens.snapshot import Words
from agent.store.records import Parcel, ParcelState

Progress = Literal["none", "waiting", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the counter stands, and what it can do."""

    shop: str
    till: str
    tickets_url: str
    window_s: float
    linger_s: float
    email: bool
    qr_slip: bool = False
    keeps: bool = True
    """False: there is no database, everything is printed."""


GONE: Final = Refusal(
    "gone",
    Words("Ce ticket n’est plus à l’écran", "This receipt is no longer here"),
)
NO_SUCH_CHANNEL: Final = Refusal(
    "no_such_channel",
    Words("Ce choix n’est pas proposé ici", "This choice is not offered here"),
)
NO_ADDRESS: Final = Refusal(
    "no_address",
    Words("Cette adresse e-mail est incomplète", "This e-mail address is incomplete"),
)

PRINTING: Final = Words("Le ticket s’imprime", "The receipt is printing")
PRINTED: Final = Words("Ticket imprimé", "Receipt printed")
NOT_KEPT: Final = Words(
    "Choix non enregistré · papier : touche P", "Not recorded · paper: key P"
)
NOTHING: Final = Words("Pas de papier", "No paper")
NEXT: Final = Words(
    "Pas de papier · le QR reste affiché", "No paper · the QR stays on screen"
)
SCANNED: Final = Words("Ticket à scanner", "Receipt to scan")

PLAIN_DUPLICATA: Final = b"\x1b@\x1ba\x01DUPLICATA %d\n\x1ba\x00\x1b@"
"""When python-escpos cannot draw one: ESC @, centred, ESC @."""


def outcome(
    settle: Settle, address: str | None, *, kept: bool
) -> tuple[Progress, Words]:
    """What to say right after a choice other than paper."""
    if not kept:
        return "failed", NOT_KEPT
    if settle.choice == "email":
        masked = mask_email(address or "")
        return "waiting", Words(f"E-mail en route · {masked}", f"On its way · {masked}")
    if settle.choice == "qr":
        return "done", SCANNED
    return "none", NEXT if settle.by == "silence" else NOTHING


def parcel(done: Parcel, masked: str) -> tuple[Progress, Words]:
    """What to say when a channel reports; ``masked`` is the address as shown."""
    tail = f" · {masked}" if masked else ""
    match done.state:
        case ParcelState.DONE:
            return "done", Words(f"E-mail envoyé{tail}", f"E-mail sent{tail}")
        case ParcelState.DEAD:
            return "failed", Words(
                "Adresse refusée · le ticket s’imprime",
                "Address refused · the receipt is printing",
            )
        case ParcelState.DUE:
            return "waiting", Words(
                f"E-mail : partira dès le retour du réseau{tail}",
                f"E-mail: leaves once the network is back{tail}",
            )
