"""The receipt in a symbol: how large, how fast, beside what one would do without thinking.

    python -m bench.qr

Sizes: receipts of stores that the general dictionary has not seen; a store's own one is
trained on other receipts of that store.  The peer writes the paper as text, deflated,
signed, in base64url, at level M.  Times: CPU, medians of one run; the peer is ``qrcode``
as it comes (eight masks tried, ``SvgPathImage``).
"""

from __future__ import annotations

import statistics
import time
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import cache, partial

import qrcode
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from qrcode.image.svg import SvgPathImage

from agent.qr import symbol
from agent.qr.encode import NO_DICTIONARY, Coded, Dictionary, Issuer, encode
from agent.qr.general import general
from agent.qr.placing import numeric, plain, smallest
from agent.qr.svg import draw, drawn, matrix
from agent.qr.symbol import TARGETS, TargetName
from agent.qr.training import Trainer
from agent.wire.receipt import Receipt
from bench.qr_receipts import STORES, Store, as_text

ROUNDS = 15
COUNTS = (5, 10, 20, 30, 40, 60, 80)
EACH = 3
TRAINED_ON = 400
PREFIX = "https://ticket.example/r#"
TOKEN = bytes.fromhex("8f1d3a5c7b9e02462ad4f60c91e8b735")
"""Of a page: as little to be compressed as any."""
GOALS = {"general": 20, "own 30 KB": 17}
"""Versions at L for 40 items (NUMBERS)."""
ADDRESSES = {
    "page, upper case": "HTTPS://TICKET.EXAMPLE/R/ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "page, loopback": "http://127.0.0.1:8090/r/ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "334 characters": "https://ticket.example/r#" + "0123456789abcdefghij" * 16,
}


class Till:
    """A key that lives as long as the run."""

    kid = "0123456789abcdef"
    alg = "ES256"

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.public = self

    def sign(self, message: bytes) -> bytes:
        r, s = utils.decode_dss_signature(self._key.sign(message, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


TILL = Till()


def best_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1000


def peer(url: str) -> bytes:
    drawn: bytes = qrcode.make(url, image_factory=SvgPathImage).to_string()
    return drawn


@cache
def own(name: str, size: int) -> Dictionary:
    trainer, store = Trainer(), Store(name)
    for seed in range(10_000, 10_000 + TRAINED_ON):
        trainer.add(store.receipt(seed, 3 + seed % 60))
    return Dictionary(16, trainer.made(size))


def naive(receipt: Receipt) -> str:
    packed = zlib.compress(as_text(receipt).encode(), 9)
    return PREFIX + urlsafe_b64encode(packed + bytes(64)).rstrip(b"=").decode()


def coded(receipt: Receipt, dictionary: Dictionary) -> Coded:
    return coded_for(receipt, dictionary, "screen")


def coded_for(receipt: Receipt, dictionary: Dictionary, target: TargetName) -> Coded:
    issuer = Issuer(PREFIX, TILL, dictionary, listed=True)
    made = encode(receipt, issuer, TARGETS[target], TOKEN)
    assert isinstance(made, Coded)
    return made


def least(made: Coded) -> int:
    """The version at L, as the tables of the design count."""
    pieces = [plain(made.prefix.encode()), numeric(made.digits.encode())]
    return smallest(pieces, "L") or 41


def sizes() -> None:
    print(
        "\nBody in bytes, and version at L, medians [most]; + lines were left out; - something else was\n"
    )
    heads = ("no dictionary", "general", "own 8 KB", "own 30 KB")
    print(
        f"{'items':>5} "
        + "".join(f"{head:>22}" for head in heads)
        + f"{'naive at M':>22}"
    )
    for count in COUNTS:
        receipts = [
            (n, Store(n).receipt(s, count)) for n in STORES for s in range(EACH)
        ]
        cells = []
        for head in heads:
            made = [coded(r, _dictionary(head, n)) for n, r in receipts]
            cells.append(_cell(made))
            goal = GOALS.get(head) if count == 40 else None
            if goal:
                worst = max(map(least, made))
                cells[-1] += f" {'ok' if worst <= goal else f'>{goal}'}"
        urls = [plain(naive(r).encode()) for _, r in receipts]
        versions = [smallest([each], "M") or 41 for each in urls]
        sizes = statistics.median(len(each.data) for each in urls)
        cells.append(
            f"{sizes:.0f} ch V{statistics.median(versions):.0f} [{max(versions)}]"
        )
        print(f"{count:>5} " + "".join(f"{cell:>22}" for cell in cells), flush=True)


def _dictionary(head: str, store: str) -> Dictionary:
    if head.startswith("own"):
        return own(store, 8_000 if "8" in head else 30_000)
    return general() if head == "general" else NO_DICTIONARY


def _cell(made: list[Coded]) -> str:
    versions = [least(each) for each in made]
    cut = "+" if any(each.left for each in made) else ""
    less = "-" if any(each.detail and not each.left for each in made) else ""
    size = statistics.median(each.body_bytes for each in made)
    return (
        f"{size:.0f} B V{statistics.median(versions):.0f} [{max(versions)}]{cut}{less}"
    )


def with_gtins() -> None:
    print("\nThe same with article numbers on each line, own 30 KB\n")
    for count in COUNTS:
        made = [
            coded(Store(n).receipt(s, count, gtins=True), own(n, 30_000))
            for n in STORES
            for s in range(EACH)
        ]
        kept = sum(not each.detail for each in made)
        print(f"{count:>5} {_cell(made):>22}   numbers kept in {kept} of {len(made)}")


def shown(made: Coded) -> str:
    return drawn(symbol.modules(made.prefix, made.digits, made.fit))


def speed() -> None:
    print(
        "\nCPU from receipt to SVG, beside qrcode's default drawing of the same address\n"
    )
    print(
        f"{'items':>5} {'version':>8} {'encode':>9} {'place + SVG':>12} {'qrcode':>9}  ratio"
    )
    for count in (10, 20, 40):
        receipt, dictionary = Store("A").receipt(1, count), own("A", 30_000)
        made = coded(receipt, dictionary)
        encoding = best_ms(partial(coded, receipt, dictionary))
        drawing = best_ms(partial(shown, made))
        theirs = best_ms(partial(peer, made.url))
        print(
            f"{count:>5} {made.fit.version:>6}-{made.fit.level} {encoding:6.2f} ms {drawing:9.2f} ms"
            f" {theirs:6.1f} ms {theirs / (encoding + drawing):5.1f}x"
        )


def addresses() -> None:
    print(f"\n{'address':18} {'version':>7} {'ours':>18} {'qrcode default':>20}  ratio")
    for name, url in ADDRESSES.items():
        version = (len(matrix(url)) - 17) // 4
        ours, theirs = best_ms(partial(draw, url)), best_ms(partial(peer, url))
        print(
            f"{name:18} {version:7} {ours:7.2f} ms {len(draw(url)):6} B"
            f" {theirs:8.2f} ms {len(peer(url)):7} B {theirs / ours:6.1f}x"
        )


def main() -> None:
    sizes()
    with_gtins()
    speed()
    addresses()


if __name__ == "__main__":
    main()
