"""Writes the figures out, as Prometheus text or OpenMetrics: prometheus-client's work.

Loaded when somebody scrapes, and run on a thread: it costs some milliseconds that the
event loop has not.  The library's own counters are not used: theirs take locks, ten times
as long as a dictionary (docs/decisions/0016-observability.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.metrics_core import (
    Metric as Family,
)
from prometheus_client.registry import Collector

from agent.metrics.picture import Picture, Values, values
from agent.metrics.table import METRICS, TEXTFILE, Metric
from agent.metrics.tally import Counted, Times

INF: Final = "+Inf"


class _Families(Collector):
    """The table with its figures, in order."""

    def __init__(self, picture: Picture, counted: Counted) -> None:
        self._read = values(picture)
        self._counted = counted

    def collect(self) -> Iterable[Family]:
        for metric in METRICS:
            if metric.source == TEXTFILE:
                continue
            if metric.kind == "histogram":
                yield _histogram(metric, self._counted.times.get(metric.name, {}))
            else:
                found = self._read.get(metric.name)
                counted = self._counted.values.get(metric.name, {})
                yield _family(metric, counted if found is None else found)


def text(picture: Picture, counted: Counted, accept: str) -> tuple[bytes, str]:
    """The page and its media type, by what the scraper says that it accepts."""
    registry = CollectorRegistry()
    registry.register(_Families(picture, counted))
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type


def _family(metric: Metric, found: Values) -> Family:
    if metric.kind == "info":
        info = InfoMetricFamily(metric.name.removesuffix("_info"), metric.says)
        for labels in found:
            info.add_metric([], dict(zip(metric.labels, labels, strict=True)))
        return info
    if metric.kind == "counter":
        family: CounterMetricFamily | GaugeMetricFamily = CounterMetricFamily(
            metric.name.removesuffix("_total"),
            metric.says,
            labels=metric.labels,
            unit=metric.unit,
        )
        if not metric.labels:
            found = found or {(): 0.0}  # a rate needs a row to begin at
    else:
        family = GaugeMetricFamily(
            metric.name, metric.says, labels=metric.labels, unit=metric.unit
        )
    for labels, value in sorted(found.items()):
        family.add_metric(labels, value)
    return family


def _histogram(metric: Metric, found: Mapping[tuple[str, ...], Times]) -> Family:
    family = HistogramMetricFamily(
        metric.name, metric.says, labels=metric.labels, unit=metric.unit
    )
    empty = Times([0] * (len(metric.buckets) + 1))
    names = [*(repr(each) for each in metric.buckets), INF]
    for labels, times in sorted(found.items()) or (
        [] if metric.labels else [((), empty)]
    ):
        counts = accumulate(times.counts)
        buckets = [
            (name, float(count)) for name, count in zip(names, counts, strict=True)
        ]
        family.add_metric(labels, buckets=buckets, sum_value=times.total_s)
    return family
