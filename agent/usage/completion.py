"""Completion for bash, zsh and fish, made from a program's own argparse tree."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Final

from agent.usage.bash import bash
from agent.usage.fish import fish
from agent.usage.zsh import zsh

SHELLS: Final[Mapping[str, Callable[[argparse.ArgumentParser], str]]] = {
    "bash": bash,
    "zsh": zsh,
    "fish": fish,
}
