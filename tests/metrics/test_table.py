"""One table: what is shown is in it, what is in it is shown, and the page says the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.messages import FIELDS, MESSAGES
from agent.metrics import counting, lag, log_counts
from agent.metrics.log_counts import FELL
from agent.metrics.picture import READINGS
from agent.metrics.table import BY_NAME, LABELS, METRICS, PREFIX, TEXTFILE
from tests.metrics import pages

ROOT = Path(__file__).parents[2]
COUNTED = (counting, lag, log_counts)


def test_every_name_is_once_there_and_says_its_unit() -> None:
    assert len(BY_NAME) == len(METRICS)
    for each in METRICS:
        assert re.fullmatch(r"receipt_agent_[a-z_]+", each.name), each.name
        assert each.name.endswith("_total") == (each.kind == "counter"), each.name
        assert bool(each.buckets) == (each.kind == "histogram"), each.name
        assert list(each.buckets) == sorted(set(each.buckets)), each.name
        assert not re.search(r"_(ms|millis|kb|mb|percent)(_total)?$", each.name)
        assert each.says.endswith("."), each.name
        assert set(each.labels) <= set(LABELS), each.name


def test_every_label_is_used() -> None:
    assert {label for each in METRICS for label in each.labels} == set(LABELS)


def counted_names() -> set[str]:
    """What the code adds up, as it writes the names."""
    found = set()
    for module in COUNTED:
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        for call in ast.walk(tree):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr in {"add", "put", "took"}
                and isinstance(call.args[0], ast.Constant)
            ):
                found.add(PREFIX + str(call.args[0].value))
    return found


def test_each_row_has_exactly_one_source() -> None:
    textfile = {each.name for each in METRICS if each.source == TEXTFILE}
    counted, read = counted_names(), set(READINGS)
    assert not counted & read
    assert counted | read | textfile == set(BY_NAME)


@pytest.mark.parametrize("page", ["metrics", "logs"])
def test_the_page_is_that_of_the_table(page: str) -> None:
    made, kept = {
        "metrics": (pages.metrics_page, pages.METRICS_PAGE),
        "logs": (pages.logs_page, pages.LOGS_PAGE),
    }[page]
    again = "write it again: python -m tests.metrics.pages"
    assert kept.read_text("utf-8") == made(), again


def sources() -> Iterator[tuple[str, str]]:
    """Of the agent: each file's name and text."""
    for path in sorted((ROOT / "agent").rglob("*.py")):
        yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def test_every_known_message_is_one_that_the_code_says() -> None:
    said = "".join(text for name, text in sources() if name != "agent/messages.py")
    assert [each for each in MESSAGES if f'"{each}"' not in said] == []
    ids = [known.id for known in MESSAGES.values()]
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in ids)
    assert len(set(ids)) == len(ids)


def test_the_sentence_of_a_fall_is_the_supervisors() -> None:
    text = (ROOT / "agent" / "supervisor.py").read_text("utf-8")
    assert f'"{FELL}"' in text


def fields_said() -> dict[str, str]:
    """Keys of ``extra=``, written there or in the function around it, and where."""
    found: dict[str, str] = {}
    for name, text in sources():
        if "extra=" in text:
            for function in ast.walk(ast.parse(text)):
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                    found |= dict.fromkeys(_said_in(function), name)
    return found


def _said_in(function: ast.AST) -> list[str]:
    nodes = list(ast.walk(function))
    named = {
        node.targets[0].id: node.value
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    given = [
        keyword.value
        for call in nodes
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "extra"
    ]
    values = [
        named.get(each.id, each) if isinstance(each, ast.Name) else each
        for each in given
    ]
    return [key for value in values for key in _keys(value)]


def _keys(value: ast.AST) -> list[str]:
    return [
        key.value
        for each in ast.walk(value)
        if isinstance(each, ast.Dict)
        for key in each.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    ]


def test_every_field_of_the_log_is_in_its_table() -> None:
    said = fields_said()
    assert len(said) > 50
    missing = {key: where for key, where in said.items() if key not in FIELDS}
    assert missing == {}, "say what it holds in agent/messages.py"
