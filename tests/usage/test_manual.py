"""Manual pages say what the programs know and do, and their readers take them."""

from __future__ import annotations

import importlib
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from agent.cli import main, parser
from agent.it.doctor import PROBES
from agent.it.manual_words import book
from agent.it.manual_words_till import PROBED
from agent.usage.manual import Book
from agent.usage.tree import shown, walk
from rcu.cli import _parser as rcu_parser
from rcu.cli import main as rcu_main
from rcu.manual_words import book as rcu_book

DOCS = Path(__file__).parents[2] / "docs"
BOOKS = {"receipt-agent": book(parser()), "receipt-rcu": rcu_book(rcu_parser())}
books = pytest.mark.parametrize("one", BOOKS.values(), ids=BOOKS)
TYPED = re.compile(
    r"(?:sudo |runuser -u receipt-agent -- )?(receipt-agent|receipt-rcu) ([^>]*)(?: > .*)?"
)
SAMPLES = "agent.samples.files"
MODULES = {
    "check": ["agent.checking"],
    "render": ["agent.draw"],
    "decode": ["agent.decode"],
    "extract": ["agent.extract", SAMPLES],
    "profile": ["agent.profiling", SAMPLES],
    "policy": ["agent.policy"],
    "dictionary": ["agent.dictionary", SAMPLES],
    "keylist": ["agent.keylist"],
    "deliveries": ["agent.deliveries"],
    "enrol": ["agent.enrol"],
    "consent": ["agent.consents"],
    "screens": ["agent.tablets"],
    "hands": ["agent.fitting"],
    "forget": ["agent.persons"],
    "export": ["agent.persons"],
    "restore": [],
    **{
        name: [f"agent.it.{name.replace('-', '_')}"]
        for name in (
            *("setup", "doctor", "status", "tail", "replay", "support-bundle"),
            *("print-held", "metrics", "selftest"),
        )
    },
}
"""Which file ends a command, and with what."""


@books
def test_a_page_names_every_command_option_and_argument(one: Book) -> None:
    for node in walk(one.root):
        page = one.page(node)
        wanted = [
            *(text for each in node.options for text in each.option_strings),
            *(shown(each) for each in node.positionals),
            *node.children,
        ]
        missing = [each for each in wanted if each.replace("-", "\\-") not in page]
        assert (node.path, missing) == (node.path, [])
        assert "%(" not in page


@books
def test_every_command_but_the_plainest_has_words_of_its_own(one: Book) -> None:
    verbs = [node.path[1] for node in walk(one.root) if len(node.path) == 2]
    assert [each for each in verbs if each not in one.words] == []
    known = {" ".join(node.path[1:]) for node in walk(one.root)}
    assert set(one.words) - known == set()


def test_the_page_of_doctor_says_what_each_probe_looks_at() -> None:
    assert [name for name, _ in PROBED] == [each.name for each in PROBES]
    page = read("doctor")
    assert [name for name, says in PROBED if f"{name}\n{says}" not in page] == []


@pytest.mark.parametrize(("command", "modules"), MODULES.items())
def test_a_page_knows_how_its_command_ends(command: str, modules: list[str]) -> None:
    ends = {
        value
        for module in modules
        for name, value in vars(importlib.import_module(module)).items()
        if name.startswith("EXIT_") and isinstance(value, int)
    }
    assert ends - exits(book(parser()), command) == set()


@pytest.mark.parametrize(
    "command",
    [
        *("check", "doctor", "status", "tail", "metrics", "register", "test-print"),
        *("config show", "keys list", "consent verify", "screens devices"),
        *("support-bundle -o OUT", "deliveries dead", "backup OUT"),
    ],
)
def test_a_broken_configuration_ends_as_the_page_says(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "agent.toml"
    broken.write_text("x =")
    out = str(tmp_path / "out.tar.gz")
    words = [out if each == "OUT" else each for each in command.split()]
    code = main([*words, "--config", str(broken)])
    own = " ".join(each for each in command.split() if each.islower() and each != "-o")
    assert code in exits(book(parser()), own)
    assert (code == 78) == (78 in exits(book(parser()), own))


@books
def test_examples_can_be_typed_and_other_pages_are_there(one: Book) -> None:
    names = {"-".join(node.path) for each in BOOKS.values() for node in walk(each.root)}
    roots = {each.root.prog: each.root for each in BOOKS.values()}
    for words in one.words.values():
        assert set(words.see) - names == set()
        assert [each for each in words.pages if not (DOCS / each).is_file()] == []
        for typed, _ in words.examples:
            if found := TYPED.fullmatch(typed):
                roots[found[1]].parse_args(shlex.split(found[2]))
            else:
                assert typed.startswith("socat ")


@pytest.mark.parametrize("does", [main, rcu_main])
def test_readers_find_no_fault_with_them(
    does: Callable[[Sequence[str]], int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert does(["manual", "--into", str(tmp_path)]) == 0
    pages = sorted(map(str, tmp_path.glob("*.1")))
    assert capsys.readouterr().out == f"{tmp_path}: {len(pages)} pages\n"
    readers = {
        "groff": ["-man", "-Tutf8", "-ww", "-z", *pages],
        "mandoc": ["-Tlint", "-Wwarning", *pages],
    }
    for reader, options in readers.items():
        if shutil.which(reader) is None:
            pytest.skip(f"{reader} is not installed (apt-get install {reader})")
        run = subprocess.run(
            [reader, *options], capture_output=True, text=True, check=False
        )
        said = f"{run.stdout}{run.stderr}".splitlines()
        # Of a release that is not dated.
        assert [each for each in said if "missing date" not in each] == []


def read(command: str) -> str:
    """The page in plain text, without troff's own words."""
    one = BOOKS["receipt-agent"]
    node = next(each for each in walk(one.root) if each.path[1:] == (command,))
    page = one.page(node).replace("\\-", "-").replace(".B ", "")
    return re.sub(r"\\\[u([0-9A-F]+)\]", lambda found: chr(int(found[1], 16)), page)


def exits(one: Book, command: str) -> set[int]:
    node = next(
        each for each in walk(one.root) if each.path[1:] == tuple(command.split())
    )
    status = one.page(node).partition(".SH EXIT STATUS\n")[2].partition(".SH ")[0]
    return set(map(int, re.findall(r"^\.B (\d+)$", status, re.MULTILINE)))
