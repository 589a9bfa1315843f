"""``python -m bench [NAME ...]``: every benchmark, one after the other.

Each runs in a process of its own, so that none warms another's caches.  Absolute
times are those of this machine, now; read the ratios.
"""

from __future__ import annotations

import os
import subprocess
import sys

BENCHES = {
    "tokeniser": "cut a stream into commands, against a byte-wise machine",
    "paper": "interpret and draw a strip, against Pillow and python-escpos",
    "qr": "draw a QR as SVG, against qrcode's own",
    "durable": "make a job durable, against fdatasync of the same bytes",
    "journey": "the real daemon: start, cut to durable, cut to QR, status answers",
}


def main(names: list[str]) -> int:
    """Run those, or all."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(BENCHES)}")
        return 64
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    worst = 0
    for name in names or BENCHES:
        print(f"\n== {name}: {BENCHES[name]}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False)
        worst = max(worst, done.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
