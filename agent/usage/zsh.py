"""For zsh: a function a command, by ``_arguments`` (zshcompsys(1)).

The file is autoloaded at the first TAB, and answers it: its last line calls what it has
just defined.  Where it is read at the start of a shell instead, that line registers it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Final

from agent.usage.tree import Node, Values, shown, told, values, walk

_WITH_COMMANDS: Final = """\
{name}() {{
  local curcontext="$curcontext" state ret=1
  local -a line commands
  local -A opt_args
  _arguments -C -S : {options} \\
    '1:command:->command' '*::argument:->rest' && ret=0
  case $state in
    command)
      commands=({commands})
      _describe -t commands command commands && ret=0
      ;;
    rest)
      case $words[1] in
{calls}      esac
      ;;
  esac
  return ret
}}
"""


def zsh(root: argparse.ArgumentParser) -> str:
    """The file ``_PROGRAM``."""
    own = f"_{root.prog}"
    functions = "\n".join(_function(node) for node in walk(root))
    return f"""\
#compdef {root.prog}
# zsh completion for {root.prog}

{functions}
if [[ $funcstack[1] = {own} ]]; then
  {own} "$@"
else
  compdef {own} {root.prog}
fi
"""


def _function(node: Node) -> str:
    options = " ".join(
        f"\\\n    {each}" for option in node.options for each in _option(option, node)
    )
    if not node.children:
        rest = " ".join(
            f"\\\n    {_quoted(_positional(number, each))}"
            for number, each in enumerate(node.positionals, start=1)
        )
        return f"{_name(node)}() {{\n  _arguments -S : {options} {rest}\n}}\n"
    return _WITH_COMMANDS.format(
        name=_name(node),
        options=options,
        commands=" ".join(
            _quoted(f"{name}:{says}") for name, (_, says) in node.children.items()
        ),
        calls="".join(
            f"        {name}) {_name(Node((*node.path, name), parser))} && ret=0 ;;\n"
            for name, (parser, _) in node.children.items()
        ),
    )


def _name(node: Node) -> str:
    return "_" + "_".join(node.path)


def _option(action: argparse.Action, node: Node) -> Iterator[str]:
    """A specification a spelling; one excludes the other, unless it may come often."""
    often = isinstance(action, argparse._AppendAction)  # noqa: SLF001
    before = "*" if often else f"({' '.join(action.option_strings)})"
    says = f"[{_escaped(told(action, node.parser.prog))}]"
    for text in action.option_strings:
        if action.nargs == 0:
            yield _quoted(f"{before}{text}{says}")
        elif action.nargs in {"+", "*"}:  # up to the next option
            yield _quoted(f"{before}{text}{says}:*-*:{_value(action)}")
        else:
            sign = "=" if text.startswith("--") else "+"
            yield _quoted(f"{before}{text}{sign}{says}:{_value(action)}")


def _positional(number: int, action: argparse.Action) -> str:
    if action.nargs in {"*", "+"}:
        return f"*:{_value(action)}"
    return f"{number}:{':' if action.nargs == '?' else ''}{_value(action)}"


def _value(action: argparse.Action) -> str:
    return f"{_escaped(shown(action))}:{_offered(values(action))}"


def _offered(found: Values) -> str:
    """The word of zsh for what is offered."""
    words = " ".join(each.replace(" ", "\\ ") for each in found.words)
    files = {"": "", "file": "_files", "folder": "_path_files -/"}[found.files]
    if words and files:
        return f"_alternative 'words:word:({words})' 'files:file:{files}'"
    return f"({words})" if words else files or " "


def _escaped(text: str) -> str:
    """What a specification would take for its own sign."""
    for sign in "\\:[]":
        text = text.replace(sign, f"\\{sign}")
    return text


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
