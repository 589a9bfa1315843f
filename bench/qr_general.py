"""Where the general French dictionary comes from: made-up papers, and nothing else.

    python -m bench.qr_general            compare with the one that is shipped
    python -m bench.qr_general --write    a new one, which needs a new number

Seeds from 900,000 on, which no other test or bench draws.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from agent.qr.training import Trainer
from agent.receipt.read import from_text
from hardware_sim.papers.generate import generate

SEEDS = range(900_000, 903_000)
AT_LEAST = 6
PLACES = (Path("agent/qr/dictionaries/1.bin"), Path("rcu/viewer/d/1.bin"))


def trained() -> bytes:
    trainer = Trainer(AT_LEAST)
    for seed in SEEDS:
        paper = generate(seed, land="FR")
        trainer.add(from_text(paper.lines, country=paper.country))
    return trainer.made()


def main() -> None:
    content = trained()
    digest = hashlib.sha256(content).hexdigest()
    if "--write" in sys.argv:
        for place in PLACES:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    same = PLACES[0].read_bytes() == content
    print(f"{len(content)} B, sha256 {digest}, {'as' if same else 'not as'} shipped")


if __name__ == "__main__":
    main()
