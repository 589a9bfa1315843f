"""What a document is taken for: its kind, or that it is no sale whatever its kind.

A till sends up what it printed in training, provisionally, or while its security device
was away (rule R33), told apart by a mention only.  None of that is turnover.
"""

from __future__ import annotations

from agent.wire.closing import taken_for
from agent.wire.receipt import Receipt


def kind_of(receipt: Receipt) -> str:
    """The document's kind, or the mention by which it is not counted as one."""
    return taken_for(receipt.kind.value, receipt.mentions)
