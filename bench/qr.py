"""Drawing a QR: ours against what ``qrcode`` does when nothing is said.

    python -m bench.qr

CPU time, best of several rounds, both in the same run; the peer is the
library's default (eight masks tried, ``SvgPathImage``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import qrcode
from qrcode.image.svg import SvgPathImage

from agent.qr.svg import draw, matrix

ROUNDS = 15
ADDRESSES = {
    "page, upper case": "HTTPS://TICKET.EXAMPLE/R/ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "page, loopback": "http://127.0.0.1:8090/r/ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "334 characters": "https://ticket.example/r#" + "0123456789abcdefghij" * 16,
}


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


def main() -> None:
    print(f"{'address':18} {'version':>7} {'ours':>18} {'qrcode default':>20}  ratio")
    for name, url in ADDRESSES.items():
        version = (len(matrix(url)) - 17) // 4
        ours, theirs = best_ms(partial(draw, url)), best_ms(partial(peer, url))
        print(
            f"{name:18} {version:7} {ours:7.2f} ms {len(draw(url)):6} B"
            f" {theirs:8.2f} ms {len(peer(url)):7} B {theirs / ours:6.1f}x"
        )


if __name__ == "__main__":
    main()
