"""What the commands about the fleet may be told."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from agent.wire.orderable import ORDERABLE
from agent.wire.orders import TRIAL_S
from rcu.config import Settings

Command = Callable[[Settings, argparse.Namespace], int | None]
Verb = Callable[[str, Command, str], argparse.ArgumentParser]


def showing(verb: Verb, does: Command) -> None:
    """``tills``."""
    made = verb(
        "tills",
        does,
        "show how each till is, worst first, and by which key this server signs; 1 if "
        "one needs somebody now",
    )
    made.add_argument("--json", action="store_true", help="one list")


def configuring(verb: Verb, does: Command, edge: Callable[[str], str]) -> None:
    """``configure``."""
    made = verb(
        "configure", does, "take a configuration through the tills, stage by stage"
    )
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    made.epilog = "KEY is one of:\n" + "\n".join(
        f"  {key}  {bound.said}" for key, bound in ORDERABLE.items()
    )
    made.add_argument("--till", type=edge, metavar="EDGE", help="one till")
    made.add_argument(
        "--tills",
        default="all",
        metavar="SELECTOR",
        help="names, stores, tills or patterns of them, with commas: S0042,S01* "
        "(default: all)",
    )
    made.add_argument(
        "setting",
        nargs="*",
        default=[],
        metavar="KEY=VALUE",
        help="what the tills are to have; KEY is one of those below",
    )
    made.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="the same"
    )
    made.add_argument(
        "--unset",
        action="append",
        default=[],
        metavar="KEY",
        help="as each till's own file has it, again",
    )
    made.add_argument(
        "--stages",
        default="1,10%,100%",
        metavar="LIST",
        help="how many tills are reached; each stage waits for the proofs of the one "
        "before (default: %(default)s)",
    )
    made.add_argument(
        "--trial",
        type=float,
        default=TRIAL_S,
        metavar="S",
        help="how long each till looks whether it is well (default: %(default)g)",
    )
    made.add_argument(
        "--patience",
        type=float,
        default=24 * 60.0,
        metavar="MIN",
        help="a stage that is not proved by then stops it (default: a day)",
    )
    made.add_argument(
        "--stop",
        type=int,
        metavar="N",
        help="instead: let roll-out N reach no till any more",
    )
    made.add_argument(
        "--wait", action="store_true", help="until it is over; 1: stopped"
    )


def admitting(verb: Verb, does: Command) -> None:
    """``operator``."""
    made = verb("operator", does, "let store IT look at the page /fleet")
    made.add_argument(
        "way",
        choices=("link", "list", "out"),
        help="print a link that is good once; show who is in; end sessions and links",
    )
    made.add_argument(
        "--name", help="whose link it is (default: it); out: of one (default: of all)"
    )
    made.add_argument(
        "--minutes", type=int, default=10, metavar="N", help="a link's (default: 10)"
    )
