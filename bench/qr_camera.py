"""Symbols where they are shown, photographed, and read by two readers.

    python -m bench.qr_camera

Frames are the typical ones of tests/qr/camera.py, at the middle of each surface's distance;
a camera takes thirty a second and needs one.
"""

from __future__ import annotations

from agent.qr.encode import Coded
from agent.qr.symbol import TARGETS, TargetName
from bench.qr import coded_for, own
from bench.qr_receipts import Store
from tests.qr.camera import by_zbar, by_zxing, drawn, pixels_a_dot, seen, zbar

FRAMES = 12
CAMERAS = (1920, 1280)
"""Pixels across of the stream that is looked at."""


def symbols(target: TargetName) -> dict[int, Coded]:
    """One of each version that receipts of 4 to 70 items come to there."""
    found: dict[int, Coded] = {}
    for items in range(4, 71, 3):
        made = coded_for(Store("A").receipt(1, items), own("A", 30_000), target)
        found.setdefault(made.fit.version, made)
    return found


def main() -> None:
    readers = {"zxing": by_zxing} | ({"zbar": by_zbar} if zbar() else {})
    print(f"Share of {FRAMES} frames read, {' / '.join(readers)}\n")
    print(f"{'surface':8} {'symbol':>7} {'dots':>5}", *(f"{c:>20}" for c in CAMERAS))
    for target in TARGETS:
        for version, made in sorted(symbols(target).items()):
            sharp = drawn(made, TARGETS[target])
            cells = []
            for across in CAMERAS:
                frames = [seen(sharp, target, seed, across) for seed in range(FRAMES)]
                module = made.fit.module * pixels_a_dot(target, across)
                rates = [
                    sum(read(frame) == made.url for frame in frames) / FRAMES
                    for read in readers.values()
                ]
                read = " / ".join(f"{rate:.2f}" for rate in rates)
                cells.append(f"{read} {module:.1f} px")
            print(
                f"{target:8} {version:>5}-{made.fit.level} {made.fit.module:>5}",
                *(f"{cell:>20}" for cell in cells),
                flush=True,
            )


if __name__ == "__main__":
    main()
