"""``python -m tests.docs.reference``: docs/configuration.md, made from the models and the examples.

It stands here and not in the program, since neither the agent nor the RCU may import the
other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from agent.config import Config
from rcu.config import Settings
from tests.docs.keys import Comment, Key, Section, comments, sections

ROOT: Final = Path(__file__).parent.parent.parent
PAGE: Final = ROOT / "docs" / "configuration.md"
FILES: Final[tuple[tuple[str, str, type[BaseModel]], ...]] = (
    ("agent.toml: the till", "agent.example.toml", Config),
    ("rcu.toml: the central service", "rcu.example.toml", Settings),
)
HEAD: Final = """\
# Configuration: every key

Made from the models and the commented examples by `python -m tests.docs.reference`; a test compares.

A key that is not written has its default. An unknown key, a value out of its bounds or of another type is refused at the start, with file, key and remedy: `receipt-agent check`,
`receipt-rcu check`. A change holds after a restart. **No secret stands in these files**: a key marked *secret* names a file (0640, of the service's group, or 0600) or a folder that holds one.
"""


def page() -> str:
    """All of it."""
    return "\n".join([HEAD, *(line for each in FILES for line in _file(*each))])


def said(section: Section, key: Key, above: dict[str, Comment]) -> str:
    """What a key means: of its own in the example, else in the code, else of its group."""
    comment = above.get(key.whole, Comment("", shared=True))
    own = "" if comment.shared else comment.text
    text = own or key.docstring.replace("``", "`") or comment.text
    return " ".join(text.split())


def _file(title: str, example: str, model: type[BaseModel]) -> Iterator[str]:
    above = comments((ROOT / "config" / example).read_text())
    found = [each for each in sections(model) if each.keys]
    yield f"## {title}\n"
    yield f"The same, to be filled in: [{example}](../config/{example}).\n"
    for section in found:
        yield from _section(section, above)


def _section(section: Section, above: dict[str, Comment]) -> Iterator[str]:
    yield f"### `{section.heading}`\n" if section.path else "### Above all sections\n"
    if section.says:
        yield section.says + "\n"
    if section.several:
        yield "There may be several.\n"
    elif section.optional:
        yield "Off, or not there, unless the section is written.\n"
    yield from _table(section, above)
    yield ""


def _table(section: Section, above: dict[str, Comment]) -> Iterator[str]:
    yield _row(("key", "type", "default", "bounds", "meaning"))
    yield "|---|---|---|---|---|"
    for key in section.keys:
        kind = f"{key.type}; *secret*" if key.secret else key.type
        meaning = said(section, key, above)
        yield _row((f"`{key.name}`", kind, key.default, key.bounds, meaning))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page())
