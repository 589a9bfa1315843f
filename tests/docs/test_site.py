"""The site: its contents lead to every page, links out of docs/ arrive, nothing is fetched."""

from __future__ import annotations

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tests.docs.markup import ROOT

SITE = ROOT / "docs" / "site"


def loaded(name: str) -> ModuleType:
    spec = spec_from_file_location(f"docs_site_{name}", SITE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


outside = loaded("outside")
self_contained = loaded("self_contained")


def test_every_page_is_in_the_contents_and_is_there() -> None:
    contents = (ROOT / "mkdocs.yml").read_text().partition("\nnav:\n")[2]
    named = set(re.findall(r"\S+\.md", contents))
    made = {*outside.PAGES.values(), outside.DECISIONS}
    there = {
        str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")
    }
    decisions = {page for page in there if page.startswith("decisions/")}
    assert named - there - made == set()
    assert there - decisions - named == set(), "give it a place in mkdocs.yml"
    twice = [page for page in named if contents.count(f": {page}\n") > 1]
    assert twice == []


@pytest.mark.parametrize(
    ("uri", "meta"),
    [
        ("decisions/0006-front-door.md", {"search": {"boost": outside.BEHIND}}),
        ("it.md", {}),
        ("troubleshooting.md", {"hide": ["toc"]}),
    ],
)
def test_a_search_finds_what_to_do_before_why_it_is_so(
    uri: str, meta: dict[str, object]
) -> None:
    page = SimpleNamespace(file=SimpleNamespace(src_uri=uri), meta={})
    outside.on_page_markdown("# A page", page=page, config=None, files=None)
    assert page.meta == meta


@pytest.mark.parametrize(
    ("uri", "written", "in_the_site"),
    [
        ("it.md", "[a](store.md#backup)", "[a](store.md#backup)"),
        ("it.md", "[a](../README.md#x)", "[a](project/readme.md#x)"),
        (
            "it.md",
            "[a](../config/agent.example.toml)",
            "[a](source/config/agent.example.toml.txt)",
        ),
        ("legal/aipd.md", "[a](../../systemd/README.md)", "[a](../project/systemd.md)"),
        (
            "project/readme.md",
            "![a](docs/images/cashier.png)",
            "![a](../images/cashier.png)",
        ),
        ("project/readme.md", "[a](docs/decisions/)", "[a](../decisions/index.md)"),
        ("it.md", "[a](../tests)", "a"),
        ("it.md", "[a](https://example.org/)", "[a](https://example.org/)"),
        ("it.md", "```\n[a](../tests)\n```", "```\n[a](../tests)\n```"),
    ],
)
def test_links_lie_as_the_site_has_them(
    uri: str, written: str, in_the_site: str
) -> None:
    assert outside.rewritten(written, uri) == in_the_site


def test_lists_and_tables_stand_apart_as_python_markdown_wants_them() -> None:
    written = ["so:", "* one", "* two", "  ```sh", "  make", "  ```", "then:", "| a |"]
    assert list(outside._spaced(written)) == [
        *("so:", "", "* one", "* two", "    ```sh", "    make", "    ```"),
        *("then:", "", "| a |"),
    ]


def test_a_list_goes_on_behind_what_hangs_on_an_item() -> None:
    written = ["* one", "  ```sh", "  make", "  ```", "", "  more", "* two"]
    assert list(outside._spaced(written))[-3:] == ["    more", "", "* two"]
    assert list(outside._spaced(["* one", "  more", "* two"]))[1:] == [
        "    more",
        "* two",
    ]


def test_a_bar_in_code_keeps_no_backslash_in_a_table() -> None:
    assert list(outside._spaced([r"| `a\|b` | c \| d |"])) == [r"| `a|b` | c \| d |"]


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/css">',
        '<link rel="preconnect" href="https://fonts.example">',
        '<img src="https://pixel.example/1.gif">',
        '<img srcset="here.png 1x, https://x.example/2.png 2x" src="here.png">',
        '<p style="background: url(https://x.example/a.png)">',
        "<style>@import 'https://x.example/a.css';</style>",
        '<img src="missing.png">',
    ],
)
def test_what_would_be_fetched_is_seen(tmp_path: Path, html: str) -> None:
    (tmp_path / "here.png").touch()
    page = tmp_path / "index.html"
    page.write_text(
        '<a href="https://example.org">followed, not fetched</a><img src="here.png">'
    )
    assert list(self_contained.faults(tmp_path)) == []
    page.write_text(html)
    assert len(list(self_contained.faults(tmp_path))) == 1
