"""What a roll-out asks a till, before and after, and what it puts back.

Read from the role's files; that it works is tried on booted systems (``make ansible``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.systemd.test_ansible import tasks

TASKS = Path(__file__).resolve().parents[2] / "ansible/roles/receipt_agent/tasks"
READY = "receipt-agent metrics --ready --config /etc/receipt-agent/{{ item }}.toml"


def of(name: str) -> list[dict[str, Any]]:
    return [*tasks(TASKS / name)]


def asking(part: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that ask whether jobs come in and are kept."""
    return [each for each in part if each.get("ansible.builtin.command") == READY]


def test_nothing_that_keeps_no_receipt_passes_for_well() -> None:
    """``status`` says that an agent without a database is up, which it is."""
    for path in TASKS.glob("*.yml"):
        assert "receipt-agent status" not in path.read_text(), path.name
    (asked,) = asking(of("ready.yml"))
    assert asked["loop"] == "{{ ['agent'] + receipt_agent_further }}"
    (must,) = [each for each in of("ready.yml") if "ansible.builtin.assert" in each]
    that = must["ansible.builtin.assert"]["that"]
    assert that.startswith(
        f"{asked['register']}.results | rejectattr('rc', 'equalto', 0)"
    )


def test_no_job_goes_past_any_printer() -> None:
    (bypass,) = [
        each for each in of("ready.yml") if "bypass" in each.get("register", "")
    ]
    words = bypass["ansible.builtin.command"]
    assert "receipt-agent-bypass.service" in words
    assert "for each in receipt_agent_further" in words
    assert "receipt-agent-bypass@{{ each }}.service" in words
    assert "['active', 'activating']" in bypass["failed_when"]


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("before.yml", "{{ receipt_agent_open }}"),
        (
            "health.yml",
            "{{ receipt_agent_open | union(receipt_agent_instances | list) | sort }}",
        ),
    ],
)
def test_every_printer_is_asked_before_and_after(name: str, whose: str) -> None:
    gates = [
        each
        for each in of(name)
        if each.get("ansible.builtin.include_tasks") == "ready.yml"
    ]
    assert gates
    assert {each["vars"]["receipt_agent_further"] for each in gates} == {whose}


def test_a_till_is_asked_again_when_it_has_settled() -> None:
    kinds = [
        "ready" if "ansible.builtin.include_tasks" in each else "settle"
        for each in of("health.yml")
        if {"ansible.builtin.include_tasks", "ansible.builtin.wait_for"} & {*each}
    ]
    assert kinds == ["ready", "settle", "ready"]


def test_it_is_said_when_a_till_is_not_ready_with_what_it_had_either() -> None:
    (again,) = asking(of("back.yml"))
    assert again["loop"] == "{{ ['agent'] + receipt_agent_open }}"
    (end,) = [each for each in of("main.yml") if "ansible.builtin.fail" in each]
    assert f"{again['register']}.results" in end["ansible.builtin.fail"]["msg"]


def test_what_is_written_in_place_is_kept_before_and_put_back() -> None:
    before, back = of("before.yml"), of("back.yml")
    (looked,) = [
        each for each in before if each.get("register") == "receipt_agent_stood"
    ]
    written = [
        each["ansible.builtin.copy"]["dest"]
        for each in of("configuration.yml")
        if "ansible.builtin.copy" in each
    ]
    assert written == [
        "/etc/receipt-agent/{{ item.key }}",
        "{{ receipt_agent_rules_file }}",
    ]
    assert "receipt_agent_secrets.keys()" in looked["loop"]
    assert "'/etc/receipt-agent/'" in looked["loop"]
    assert "[receipt_agent_rules_file]" in looked["loop"]
    (kept,), (put,) = (
        [each for each in part if "--archive" in str(each)] for part in (before, back)
    )
    place, former = kept["ansible.builtin.command"]["argv"][-1], put
    assert former["ansible.builtin.command"]["argv"][-2:] == [place, "{{ item.item }}"]
    (gone,) = [each for each in back if each.get("when") == "not item.stat.exists"]
    assert gone["ansible.builtin.file"] == {
        "path": "{{ item.item }}",
        "state": "absent",
    }
    for each in (kept, put, gone):
        assert each["loop"] == "{{ receipt_agent_stood.results }}"
        assert each["no_log"] is True


def test_no_copy_of_a_secret_stays() -> None:
    folder = "{{ receipt_agent_kept }}/before"
    (made,) = [
        each["ansible.builtin.file"]
        for each in of("before.yml")
        if each.get("ansible.builtin.file", {}).get("path") == folder
        and each["ansible.builtin.file"]["state"] == "directory"
    ]
    assert (made["owner"], made["mode"]) == ("root", "0700")
    for name in ("before.yml", "back.yml", "main.yml"):
        assert {"path": folder, "state": "absent"} in [
            each.get("ansible.builtin.file") for each in of(name)
        ]


def test_a_further_printer_is_opened_where_its_configuration_says() -> None:
    """Its sockets are told by a drop-in: also when the port is another, there and back."""
    (add,) = [each for each in of("instance.yml") if "instance add" in str(each)]
    assert "receipt_agent_instance_toml is changed" in add["when"]
    (again,) = [each for each in of("back.yml") if "instance add" in str(each)]
    assert again["loop"] == "{{ receipt_agent_open }}"
