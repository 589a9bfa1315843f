"""How much of labelled receipts is read right, and how fast.

``python -m bench.extraction --corpus DIR --scorer FILE [scorer's options...]``

Reads every ``*.json`` of DIR (one receipt each: id, lines, country), writes
predictions in the scorer's format, runs the scorer on them, and prints the CPU time
per receipt.  DIR's parent is the scorer's root and its last part the split.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from agent.receipt.read import from_text
from agent.wire.flat import prediction


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    options, rest = parser.parse_known_args()
    times_ms: list[float] = []
    predictions: dict[str, Any] = {}
    for path in sorted(options.corpus.glob("*.json")):
        labelled = json.loads(path.read_text(encoding="utf-8"))
        start = time.process_time()
        receipt = from_text(labelled["lines"], country=labelled.get("country", "FR"))
        times_ms.append((time.process_time() - start) * 1000)
        predictions[labelled["id"]] = prediction(receipt)
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(predictions, file)
        file.flush()
        root, split = str(options.corpus.parent), options.corpus.name
        scored = subprocess.run(
            [sys.executable, str(options.scorer), "--pred", file.name, "--root", root,
             "--split", split, *rest],
            check=False,
        )  # fmt: skip
    if times_ms:
        p99 = sorted(times_ms)[int(0.99 * (len(times_ms) - 1))]
        print(
            f"\nCPU time per receipt: p50 {statistics.median(times_ms):.2f} ms, "
            f"p99 {p99:.2f} ms, worst {max(times_ms):.2f} ms"
        )
    return scored.returncode


if __name__ == "__main__":
    sys.exit(main())
