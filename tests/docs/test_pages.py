"""The pages lead somewhere, and what they show can be typed and written."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from agent import policy_file
from agent.config import Config
from agent.errors import ConfigError
from agent.profiles.model import Profile
from rcu.config import Settings
from tests.docs import commands, markup
from tests.docs.markup import ROOT
from tests.systemd.package import PROGRAMS

TILL = {
    "till": {
        "tenant": "enseigne",
        "store": "S0042",
        "till": "T03",
        "shop": "Boutique",
        "tickets_url": "https://tickets.enseigne.example",
    },
    "printer": {"link": "tcp://192.168.1.50:9100"},
}


def test_every_link_leads_to_a_file_and_an_anchor_that_are_there() -> None:
    wrong = [
        f"{markup.name(page)}: {target}"
        for page in markup.pages()
        for target in markup.links(page)
        if not re.match(r"(https?|mailto):", target) and not _leads(page, target)
    ]
    assert wrong == []


def _leads(page: Path, target: str) -> bool:
    at, _, anchor = target.partition("#")
    there = page.parent / at if at else page
    if not anchor:
        return there.exists()
    return there.is_file() and anchor in markup.anchors(there)


def test_a_link_to_nothing_is_seen() -> None:
    page = ROOT / "README.md"
    assert not _leads(page, "docs/nothing.md")
    assert not _leads(page, "docs/it.md#nothing")
    assert _leads(page, "docs/it.md#what-doctor-looks-at")


def test_every_command_that_is_shown_is_one() -> None:
    found = list(commands.shown())
    assert len([each for each in found if each.exact]) > 40
    assert {each.program for each in found} == set(commands.PARSERS)
    wrong = [
        f"{each.place}: {each.program} {each.rest}: {says}"
        for each in found
        if (says := commands.fault(each))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("rest", "exact"),
    [
        ("docktor", True),
        ("doctor --nothing", True),
        ("docktor [--json]", False),
        ("doctor [--nothing]", False),
        ("keys lost", False),
    ],
)
def test_a_command_that_is_none_is_seen(rest: str, *, exact: bool) -> None:
    assert commands.fault(commands.Shown("", "receipt-agent", rest, exact))


def test_every_program_of_ours_that_a_shell_is_given_is_in_the_package() -> None:
    """Or stands with its path, which is then another installation's."""
    ours = {Path(name).name for name in PROGRAMS}
    named = {
        (f"{block.page}:{block.line}", program)
        for block in _typed()
        for program in re.findall(
            r"(?:^|command -v |[|;&] *)(receipt-(?:agent|rcu)(?:-[a-z]+)*)(?=[ )\"]|$)",
            block.text,
            re.MULTILINE,
        )
    }
    assert len(named) > 10
    assert sorted(each for each in named if each[1] not in ours) == []


def test_every_folder_for_backups_is_made_on_the_page_that_writes_there() -> None:
    written = {
        (block.page, folder)
        for block in _typed()
        for folder in re.findall(r"/var/backups/[a-z-]+(?=/)", block.text)
    }
    made = {
        (block.page, folder)
        for block in _typed()
        for folder in re.findall(r"install -d .*?(/var/backups/\S+)", block.text)
    }
    assert written
    assert sorted(written - made) == []


def _typed() -> list[markup.Block]:
    return [
        block
        for page in markup.pages()
        for block in markup.blocks(page)
        if block.info in commands.SHELL
    ]


def test_every_toml_block_is_one_that_the_programs_take() -> None:
    blocks = [
        block
        for page in markup.pages()
        for block in markup.blocks(page)
        if block.info == "toml"
    ]
    assert len(blocks) > 5
    wrong = {
        f"{block.page}:{block.line}": faults
        for block in blocks
        if (faults := _refusals(block.text))
    }
    assert wrong == {}


def test_a_toml_block_that_none_takes_is_seen() -> None:
    assert _refusals("[printer]\nlink = 3")
    assert _refusals("[printer]\nlinc = 'tcp://192.168.1.50:9100'")
    assert not _refusals("[printer]\nlink = 'tcp://192.168.1.50:9100'")


def test_every_unit_that_is_named_is_one_of_ours() -> None:
    ours = {path.name for path in (ROOT / "systemd").iterdir()}
    named = {
        (markup.name(page), f"{name}{'@' if at else ''}.{kind}")
        for page in markup.pages()
        for name, at, kind in re.findall(
            r"\b(receipt-(?:agent|rcu)[a-z-]*)(@[\w%]*)?\.(service|socket)\b",
            markup.text(page),
        )
    }
    assert len(named) > 20
    assert sorted(each for each in named if each[1] not in ours) == []


def test_every_json_block_is_json() -> None:
    blocks = [
        block
        for page in markup.pages()
        for block in markup.blocks(page)
        if block.info == "json"
    ]
    assert len(blocks) > 2
    for block in blocks:
        json.loads(block.text)


def test_the_screens_forbid_what_covered_the_qr() -> None:
    """Chromium laid its offer to translate over it (docs/kiosk.md)."""
    screens = sorted((ROOT / "agent" / "screens" / "static").glob("*.html"))
    tag = '<meta name="google" content="notranslate">'
    assert screens
    assert [page.name for page in screens if tag not in page.read_text()] == []


def _refusals(text: str) -> list[str]:
    """Why each kind of file would not hold it; none if one would."""
    try:
        block = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [str(error)]
    profile = tomllib.loads((ROOT / "config/profiles/example-diy.toml").read_text())
    central = {"store": {"directory": "/var/lib/receipt-rcu"}}
    said = []
    for model, base in ((Config, TILL), (Settings, central), (Profile, profile)):
        try:
            model.model_validate(_over(base, block))
        except ValidationError as error:
            said.append(f"{model.__name__}: {error.errors()[0]['loc']} {error}"[:200])
        else:
            return []
    try:
        policy_file.read(text.encode(), "block")
    except ConfigError as error:
        return [*said, str(error)[:200]]
    return []


def _over(base: dict[str, Any], block: dict[str, Any]) -> dict[str, Any]:
    both = dict(base)
    for key, value in block.items():
        match both.get(key), value:
            case dict(below), dict(above):
                both[key] = _over(below, above)
            case _:
                both[key] = value
    return both
