"""The Ansible role, without Ansible: its files are YAML, and every variable is set somewhere.

That it works is tried on booted systems: ``make ansible`` (:mod:`tests.booted.roll_out`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml")

HERE = Path(__file__).resolve().parents[2] / "ansible"
ROLES = ("receipt_agent", "receipt_rcu")
FILES = sorted(
    path for path in HERE.rglob("*.yml") if "meta" not in path.relative_to(HERE).parts
)
USED = re.compile(r"\b(receipt_(?:agent|rcu)_[a-z_]+)\b")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


@pytest.mark.parametrize("path", FILES, ids=lambda each: str(each.relative_to(HERE)))
def test_it_is_yaml(path: Path) -> None:
    assert read(path)


def tasks(path: Path) -> Iterator[dict[str, Any]]:
    """Those of blocks, too."""
    waiting = list(read(path))
    while waiting:
        task = waiting.pop(0)
        yield task
        for inner in ("block", "rescue", "always"):
            waiting += task.get(inner, [])


@pytest.mark.parametrize("role", ROLES)
def test_every_variable_has_a_default_or_is_registered(role: str) -> None:
    folder = HERE / "roles" / role
    known = set(read(folder / "defaults" / "main.yml"))
    for path in folder.glob("vars/*.yml"):
        known |= set(read(path))
    used: set[str] = set()
    for path in [*folder.glob("tasks/*.yml"), *folder.glob("templates/*")]:
        used |= set(USED.findall(path.read_text()))
        if path.suffix == ".yml":
            for task in tasks(path):
                known |= {task["register"]} if "register" in task else set()
                known |= {task.get("loop_control", {}).get("loop_var", "")}
                known |= set(task.get("vars", {}))
    assert used - known == set()


@pytest.mark.parametrize("role", ROLES)
def test_every_file_that_is_named_is_there_and_none_else(role: str) -> None:
    folder = HERE / "roles" / role
    named = {"main.yml"}
    handlers = {task["name"] for task in read(folder / "handlers" / "main.yml")}
    for path in folder.glob("tasks/*.yml"):
        for task in tasks(path):
            named |= {task.get("ansible.builtin.include_tasks", "main.yml")}
            assert {task.get("notify", "")} <= handlers | {""}, task["name"]
            template = task.get("ansible.builtin.template")
            assert (
                template is None or (folder / "templates" / template["src"]).is_file()
            )
    assert named == {path.name for path in folder.glob("tasks/*.yml")}


def test_what_the_package_may_migrate_is_kept_before_it_and_put_back() -> None:
    """All of it: the further printers' too, which run again as they did."""
    postinst = (HERE.parent / "systemd/deb/postinst").read_text()
    folder = HERE / "roles/receipt_agent/tasks"
    order = [
        task.get("ansible.builtin.include_tasks") for task in tasks(folder / "main.yml")
    ]
    assert order.index("before.yml") < order.index("package.yml")
    before, back = (list(tasks(folder / name)) for name in ("before.yml", "back.yml"))
    (found,) = [each for each in before if "ansible.builtin.find" in each]
    where = found["ansible.builtin.find"]
    assert f"for file in {where['paths']}/{where['patterns']}; do" in postinst
    for part in (before, back):
        (copy,) = [each for each in part if "ansible.builtin.copy" in each]
        assert copy["loop"] == f"{{{{ {found['register']}.files }}}}"
    restarted = [str(each.get("loop")) for each in back if "restarted" in str(each)]
    assert any("receipt_agent_ran" in each for each in restarted)


def test_a_secret_is_never_shown() -> None:
    shown = []
    for path in (HERE / "roles").rglob("tasks/*.yml"):
        for task in tasks(path):
            text = str(task)
            secret = "receipt_agent_secrets" in text or "enrol_code }}" in text
            if secret and not task.get("no_log") and "block" not in task:
                shown.append(task["name"])
    assert shown == []


def test_the_roll_out_goes_in_stages_and_ends_with_the_first_till_that_is_not_well() -> (
    None
):
    (play,) = read(HERE / "rollout.yml")
    assert play["serial"][0] == 1
    assert len(play["serial"]) > 1
    assert play["max_fail_percentage"] == 0
