"""docs/troubleshooting.md has every finding of doctor, and every alert its anchor."""

from __future__ import annotations

import ast
import inspect
import re

import pytest

from agent.it import doctor
from tests.docs import findings, markup

ALERTS = markup.ROOT / "config" / "monitoring" / "alerts.yml"


def test_the_page_has_what_doctor_says() -> None:
    page = findings.PAGE.read_text()
    assert findings.written(page) == page, "run python -m tests.docs.findings"
    assert page.count("| ✗ | ") > 40


@pytest.mark.parametrize("asked", doctor.PROBES, ids=lambda each: each.name)
def test_every_probe_has_its_section_with_words(asked: doctor.Asked) -> None:
    slug = markup.slug_of(f"doctor: {asked.name}")
    assert slug in markup.anchors(findings.PAGE)
    for told in findings.of_probe(asked):
        assert all((*told.says, *told.remedy)), told


def test_no_finding_is_passed_over() -> None:
    """What stands in a module of probes is reached from one of them."""
    modules = {inspect.getmodule(each.probe) for each in doctor.PROBES}
    written = {
        (module.__name__, call.lineno)
        for module in modules
        if module is not None
        for call in findings.calls(ast.parse(inspect.getsource(module)))
    }
    reached = set().union(*map(findings.lines_of, doctor.PROBES))
    assert len(written) > 40
    assert written - reached == set()


def test_every_alert_leads_somewhere() -> None:
    if not ALERTS.is_file():
        return
    names = re.findall(r"^\s*- alert: *(\S+)", ALERTS.read_text(), re.MULTILINE)
    kebab = [re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower() for name in names]
    assert names
    assert [each for each in kebab if each not in markup.anchors(findings.PAGE)] == []
