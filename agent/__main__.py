"""``receipt-agent``, also as ``python -m agent``: the quick way into :mod:`agent.cli`.

A till waits for its printer port until this is through.  Looking for garbage while
nothing but imports happens, and for plugins of pydantic among all that is installed,
takes a quarter of that time.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import Final

from agent import left_out

PIPE_CLOSED: Final = 141
"""128 + SIGPIPE, as of any program in a pipe."""


def main() -> int:
    """Load, then do what was typed."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    left_out.leave_out()
    gc.disable()
    from agent import cli

    gc.freeze()
    gc.enable()
    try:
        return cli.main()
    except BrokenPipeError:
        # `| head` has seen enough; python would say so again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED


if __name__ == "__main__":
    sys.exit(main())
