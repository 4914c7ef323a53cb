"""Creates the counters, gauges and histograms of one registry, under the names of Fullhouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from fullhouse.edge.shared_metrics import NAMESPACE

GaugeMode = Literal["livemax", "livemin", "livesum"]
"""How the values of several workers become one: the largest, the smallest, or the sum.

Only workers that run now count.
"""


@dataclass(frozen=True, slots=True)
class MetricFactory:
    """Creates metrics in one registry.

    The name of a metric gets the namespace in front. Its text is the help that Prometheus shows.

    Attributes:
        registry: Where the metrics are registered.
    """

    registry: CollectorRegistry

    def counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, namespace=NAMESPACE, registry=self.registry)

    def gauge(self, name: str, text: str, *labels: str, mode: GaugeMode) -> Gauge:
        return Gauge(
            name,
            text,
            labels,
            namespace=NAMESPACE,
            registry=self.registry,
            multiprocess_mode=mode,
        )

    def histogram(
        self, name: str, text: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        """A histogram whose buckets end at these values, in the unit of the metric."""
        return Histogram(
            name, text, labels, namespace=NAMESPACE, buckets=buckets, registry=self.registry
        )
