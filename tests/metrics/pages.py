"""``docs/metrics.md`` and ``docs/logs.md``: every metric, every field, every known message.

Made from the tables: ``python -m tests.metrics.pages`` writes them, tests compare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from agent.journal import PREFIX
from agent.messages import FIELDS, MESSAGES
from agent.metrics.table import GROUPS, LABELS, METRICS, Group

ROOT: Final = Path(__file__).parents[2]
METRICS_PAGE: Final = ROOT / "docs" / "metrics.md"
LOGS_PAGE: Final = ROOT / "docs" / "logs.md"
ALERTS: Final = ROOT / "config" / "monitoring" / "alerts.yml"
RUNBOOK: Final = "troubleshooting.md"
ADDRESS: Final = '{{ or $externalLabels.receipt_agent_runbook "troubleshooting.html" }}'
"""What Prometheus puts before an alert's anchor: the operator's page, or the site's name for it."""

_METRICS_HEAD: Final = (Path(__file__).parent / "metrics_head.md").read_text("utf-8")
_LOGS_HEAD: Final = (Path(__file__).parent / "logs_head.md").read_text("utf-8")


def rules() -> list[dict[str, Any]]:
    """The alerts, in order."""
    groups = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def anchor(alert: str) -> str:
    """``ReceiptAgentStorePassing`` -> ``receipt-agent-store-passing``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", alert).lower()


def metrics_page() -> str:
    parts = [_METRICS_HEAD]
    for group, title in GROUPS.items():
        parts += [f"\n### {title}\n\n", *_metrics(group)]
    parts += ["\n## Labels\n\n| label | values |\n|---|---|\n"]
    parts += [f"| `{name}` | {values} |\n" for name, values in LABELS.items()]
    parts += [
        "\n## Alerts\n\n| alert | severity | when | runbook |\n|---|---|---|---|\n"
    ]
    for rule in rules():
        name, page = rule["alert"], f"{RUNBOOK}#{anchor(rule['alert'])}"
        says, severity = rule["annotations"]["summary"], rule["labels"]["severity"]
        link = f"[{anchor(name)}]({page})"
        parts.append(f"| `{name}` | {severity} | {_cell(says)} | {link} |\n")
    return "".join(parts)


def _metrics(group: Group) -> Iterator[str]:
    yield "| name | kind | labels | meaning | from |\n|---|---|---|---|---|\n"
    for each in METRICS:
        if each.group == group:
            labels = ", ".join(f"`{label}`" for label in each.labels)
            says = each.says
            if each.buckets:
                bounds = ", ".join(f"{bound:g}" for bound in each.buckets)
                says += f" Buckets: {bounds}."
            yield f"| `{each.name}` | {each.kind} | {labels} | {_cell(says)} | {each.source} |\n"


def logs_page() -> str:
    parts = [
        _LOGS_HEAD,
        "\n## Messages\n\n| `MESSAGE_ID` | sentence | means |\n|---|---|---|\n",
    ]
    parts += [
        f"| `{known.id}` | {_cell(sentence)} | {_cell(known.means)} |\n"
        for sentence, known in MESSAGES.items()
    ]
    parts += ["\n## Fields\n\n| field | holds |\n|---|---|\n"]
    parts += [
        f"| `{PREFIX}{name.upper()}` | {_cell(holds)} |\n"
        for name, holds in FIELDS.items()
    ]
    return "".join(parts)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    METRICS_PAGE.write_text(metrics_page(), encoding="utf-8")
    LOGS_PAGE.write_text(logs_page(), encoding="utf-8")
