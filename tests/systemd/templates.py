"""How the units of one more printer follow from those of the first: %i in its places."""

from __future__ import annotations

import re
from typing import Final

OF: Final = {
    "receipt-agent.service": "receipt-agent@.service",
    "receipt-agent-bypass.service": "receipt-agent-bypass@.service",
    "receipt-agent-print.socket": "receipt-agent-print@.socket",
    "receipt-agent-screens.socket": "receipt-agent-screens@.socket",
    "receipt-agent-star.socket": "receipt-agent-star@.socket",
    "receipt-agent-metrics.service": "receipt-agent-metrics@.service",
    "receipt-agent-metrics.timer": "receipt-agent-metrics@.timer",
}
PLACES: Final = (
    (r"^(Description=.*)$", r"\1 (%i)"),
    (r"receipt-agent-(print|screens|star)\.socket", r"receipt-agent-\1@%i.socket"),
    (r"receipt-agent-metrics\.timer", "receipt-agent-metrics@%i.timer"),
    (r"/receipt-agent\.prom$", "/receipt-agent-%i.prom"),
    (r"^Service=receipt-agent\.service", "Service=receipt-agent@%i.service"),
    (r"/etc/receipt-agent/agent\.toml", "/etc/receipt-agent/%i.toml"),
    (r"(/usr/lib/receipt-agent/(may-start|on-stop|on-quiet))$", r"\1 %i"),
    (r"^(State|Runtime)Directory=receipt-agent$", r"\1Directory=receipt-agent-%i"),
    (r"/var/lib/receipt-agent/", "/var/lib/receipt-agent-%i/"),
    (r"(/run|/etc/default)/receipt-agent$", r"\1/receipt-agent-%i"),
    (r"^ListenStream=(?!127\.0\.0\.1:9101$).*\n", ""),
    (r"^# Loopback.*\n", "# ListenStream= stands in a drop-in: lib/instance.\n"),
    (r"^# Wider needs.*\n", ""),
)


def template(text: str) -> str:
    """The unit of any further instance."""
    for pattern, by in PLACES:
        text = re.sub(pattern, by, text, flags=re.MULTILINE)
    return text
