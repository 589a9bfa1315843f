"""For bash: one function, which finds the deepest command among the words typed."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterable, Iterator
from typing import Final

from agent.usage.tree import Node, Values, values, walk

_FUNCTION: Final = """\
# bash completion for {prog}
{name}() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}"
  local at="" next word each files=""
  local -a words=() options=()
  # --option=value is three words here
  if [ "$current" = "=" ]; then
    current=""
  elif [ "$before" = "=" ]; then
    before="${{COMP_WORDS[COMP_CWORD-2]}}"
  fi
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    next="${{at:+$at }}$word"
    for each in {known}; do
      [ "$each" = "$next" ] && at="$next"
    done
  done
  case "$at" in
{commands}  esac
  case "$at $before" in
{values}  esac
  case "$current" in -*) words=("${{options[@]}}") files="" ;; esac
  [ ${{#words[@]}}$files = 0 ] && words=("${{options[@]}}")
  COMPREPLY=()
  for each in "${{words[@]}}"; do
    case "$current" in
      [\\"\\']*) [[ "$each" == "${{current:1}}"* ]] && COMPREPLY+=("$each") ;;
      *) printf -v each %q "$each"; [[ "$each" == "$current"* ]] && COMPREPLY+=("$each") ;;
    esac
  done
  case "$files" in
    file) compopt -o default ;;
    folder) compopt -o dirnames ;;
  esac
}}
complete -F {name} {prog}
"""


def bash(root: argparse.ArgumentParser) -> str:
    """The script."""
    nodes = list(walk(root))
    known = " ".join(_word(node) for node in nodes if node.path[1:])
    return _FUNCTION.format(
        prog=root.prog,
        name="_" + root.prog.replace("-", "_"),
        known=known,
        commands="".join(_command(node) for node in nodes),
        values="".join(line for node in nodes for line in _values(node)),
    )


def _word(node: Node) -> str:
    return shlex.quote(" ".join(node.path[1:]))


def _command(node: Node) -> str:
    several = [values(each) for each in node.positionals]
    words = [*node.children, *(word for each in several for word in each.words)]
    options = [text for each in node.options for text in each.option_strings]
    files = next((each.files for each in several if each.files), "")
    return f"    {_word(node)}) words={_list(words)} options={_list(options)} files={files} ;;\n"


def _values(node: Node) -> Iterator[str]:
    """Behind an option: what it takes, and nothing else."""
    for each in node.options:
        if each.nargs != 0:
            places = "|".join(
                shlex.quote(f"{' '.join(node.path[1:])} {text}")
                for text in each.option_strings
            )
            yield f"    {places}) {_set(values(each))} ;;\n"


def _set(found: Values) -> str:
    return f"words={_list(found.words)} options=() files={found.files}"


def _list(words: Iterable[str]) -> str:
    return f"({' '.join(map(shlex.quote, words))})"
