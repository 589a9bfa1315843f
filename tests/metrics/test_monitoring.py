"""The rules load and each alert fires and keeps still; the dashboard asks for what there is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.metrics.table import BY_NAME
from tests.docs import markup
from tests.metrics.alert_cases import CASES
from tests.metrics.pages import ADDRESS, ALERTS, RUNBOOK, anchor, rules

DASHBOARD = ALERTS.parent / "grafana-dashboard.json"
PROMTOOL = shutil.which("promtool")
NEEDS_PROMTOOL = pytest.mark.skipif(
    PROMTOOL is None, reason="promtool is not there: apt-get install prometheus"
)
COLUMNS = 24
"""Of Grafana's grid."""
GRAFANA_KNOWS = {"timeseries", "stat", "row", "state-timeline", "bargauge", "text"}


def metrics_in(expression: str) -> set[str]:
    """Names of the table; what a histogram is exported as counts as itself."""
    found = set(re.findall(r"\breceipt_agent_[a-z_]+", expression))
    ends = ("_bucket", "_count", "_sum")
    return {
        name.removesuffix(next((end for end in ends if name.endswith(end)), ""))
        if name not in BY_NAME
        else name
        for name in found
    }


def promtool(*words: str) -> subprocess.CompletedProcess[str]:
    assert PROMTOOL is not None
    return subprocess.run(
        [PROMTOOL, *words], capture_output=True, text=True, timeout=60, check=False
    )


def panels() -> Iterator[dict[str, Any]]:
    for each in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        yield each
        yield from each.get("panels", [])


def queries() -> list[str]:
    return [target["expr"] for each in panels() for target in each.get("targets", [])]


def test_every_alert_says_what_and_where_to_read_on_and_has_its_cases() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names)
    assert set(names) == set(CASES)
    for rule in rules():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        said = rule["annotations"]
        assert said["summary"].endswith(".")
        assert said["description"].endswith(".")
        assert said["runbook_url"] == f"{ADDRESS}#{anchor(rule['alert'])}"


def test_every_alert_is_an_anchor_of_the_page_that_it_leads_to() -> None:
    there = markup.anchors(markup.ROOT / "docs" / RUNBOOK)
    assert {anchor(rule["alert"]) for rule in rules()} <= set(there)


@pytest.mark.parametrize("where", ["alerts", "dashboard"])
def test_only_metrics_that_there_are_are_asked_for(where: str) -> None:
    expressions = queries() if where == "dashboard" else [r["expr"] for r in rules()]
    asked = set().union(*map(metrics_in, expressions))
    assert len(asked) > 15
    assert asked - set(BY_NAME) == set()


@NEEDS_PROMTOOL
def test_the_rules_load() -> None:
    done = promtool("check", "rules", str(ALERTS))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rules())} rules found" in done.stdout


@NEEDS_PROMTOOL
@pytest.mark.timeout(120)
def test_each_alert_fires_and_keeps_still(tmp_path: Path) -> None:
    """All that is bad at one till, and all that is well at another."""
    file = tmp_path / "cases.yml"
    page = "https://docs.example/troubleshooting.html"
    groups = [
        _till(fires=True),
        _till(fires=True, page=page),
        _till(fires=False),
    ]
    whole = {"rule_files": [str(ALERTS)], "evaluation_interval": "1m", "tests": groups}
    file.write_text(yaml.safe_dump(whole))
    done = promtool("test", "rules", str(file))
    assert done.returncode == 0, done.stdout + done.stderr


def _till(*, fires: bool, page: str = "") -> dict[str, Any]:
    """``page``: the operator's own, by the external label."""
    by_name = {rule["alert"]: rule for rule in rules()}
    series: dict[str, str] = {}
    asked = []
    for name, case in CASES.items():
        own, rule = case.bad if fires else case.good, by_name[name]
        assert not series.keys() & own.keys(), "a series belongs to one case"
        series |= own
        link = f"{page or RUNBOOK.replace('.md', '.html')}#{anchor(name)}"
        annotations = rule["annotations"] | {"runbook_url": link}
        loud = {"exp_labels": _labels(rule, own), "exp_annotations": annotations}
        expected = [loud] if fires else []
        asked.append({"eval_time": case.at, "alertname": name, "exp_alerts": expected})
    return {
        "interval": "1m",
        "external_labels": {"receipt_agent_runbook": page} if page else {},
        "input_series": [{"series": k, "values": v} for k, v in series.items()],
        "alert_rule_test": asked,
    }


def _labels(rule: dict[str, Any], series: Any) -> dict[str, str]:
    """Of what fires: those of its series, less those that the rule adds up."""
    key = next(iter(series))
    found = dict(re.findall(r'(\w+)="([^"]*)"', key))
    gone = {"le", *re.findall(r"without \((\w+)\)", rule["expr"])}
    kept = {key: value for key, value in found.items() if key not in gone}
    return {**kept, **rule["labels"]}


def test_the_dashboard_is_one_that_grafana_reads() -> None:
    """As far as can be said without a Grafana: its grid, its types, one id a panel."""
    board = json.loads(DASHBOARD.read_text("utf-8"))
    assert (board["schemaVersion"], board["editable"]) == (39, True)
    assert board["id"] is None
    there = list(panels())
    ids = [each["id"] for each in there]
    assert len(set(ids)) == len(ids)
    taken: set[tuple[int, int]] = set()
    for each in there:
        assert each["type"] in GRAFANA_KNOWS
        at = each["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert at["x"] + at["w"] <= COLUMNS
        assert not cells & taken, each["title"]
        taken |= cells
        if each["type"] not in {"row", "text"}:
            assert each["datasource"]["uid"] == "${datasource}"
            assert each["targets"], each["title"]
            assert len({t["refId"] for t in each["targets"]}) == len(each["targets"])
    variables = [each["name"] for each in board["templating"]["list"]]
    assert variables == ["datasource", "till"]


@NEEDS_PROMTOOL
def test_each_query_of_the_dashboard_is_promql(tmp_path: Path) -> None:
    plain = [
        re.sub(r"\$__(rate_)?interval", "5m", each).replace("$till", ".*")
        for each in queries()
    ]
    made = [
        {"record": f"panel:{number}", "expr": each} for number, each in enumerate(plain)
    ]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": made}]}))
    done = promtool("check", "rules", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
