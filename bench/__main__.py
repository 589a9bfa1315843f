"""``python -m bench [NAME ...]``: every benchmark, one after the other.

Each runs in a process of its own, so that none warms another's caches.  Absolute
times are those of this machine, now; read the ratios.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

EX_USAGE = 64
BENCHES = {
    "tokeniser": "cut a stream into commands, against a byte-wise machine",
    "paper": "interpret and draw a strip, against Pillow and python-escpos",
    "pixels": "the picture of each recorded job beside the simulated printer's, dot by dot",
    "steps": "the longest steps of the relay's event loop, beside their limit of 1 ms",
    "qr": "a receipt in a symbol: size by items and dictionary, time against qrcode's own",
    "qr_camera": "symbols on a screen and on paper, read from simulated photographs",
    "qr_screen": "from the cut to the QR on the display, online and offline, beside qrcode",
    "ocr": "read receipts that are pictures, against plain tesseract",
    "drawer": "from a pulse to the drawer, case by case, beside a printer without an agent",
    "durable": "make a job durable, against fdatasync of the same bytes",
    "start": "from the start of the process to READY, warm, cold and first, beside the limit",
    "memory": "RSS and PSS at READY, idle and after 100 sales, beside the limit and bare libraries",
    "imports": "what the relay's memory is made of once all is imported, and with less of it",
    "journey": "the real daemon: start, cut to durable, cut to QR, status answers",
    "counter": "a job's end to the screen, a key to its effect, beside 100 and 50 ms",
    "generated": "made-up papers of 13 lands: fields by layout, verdicts, kinds, worst seeds",
    "consents": "records of consent written and verified, beside Ed25519 alone",
    "drain": "a backlog goes up: pace, loop lag beside an idle process, print path with and without",
    "hands": "a key or a scan to the counter's verb, beside the limit of 50 ms",
    "mail": "compose a mail; send it on a kept connection, beside a new one",
    "relay": "standing between: status, added time and jobs a second, beside socat and a bare pump",
}


def main(names: list[str]) -> int:
    """Run those, or all."""
    names = _asked(names)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    worst = 0
    for name in names:
        print(f"\n== {name}: {BENCHES[name]}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False)
        worst = max(worst, done.returncode)
    return worst


def _asked(arguments: list[str]) -> list[str]:
    parts = "\n".join(f"  {name:<12}{says}" for name, says in BENCHES.items())
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Every figure beside its limit or peer, measured in the same run."
        f"\n\nparts:\n{parts}",
        epilog="Not among them, since it needs a corpus: python -m bench.extraction",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all parts")
    names: list[str] = parser.parse_args(arguments).names
    if unknown := [name for name in names if name not in BENCHES]:
        known = ", ".join(BENCHES)
        parser.exit(EX_USAGE, f"unknown: {', '.join(unknown)}; known: {known}\n")
    return names or list(BENCHES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
