"""Numbers for Prometheus; labels are route templates, methods and statuses only."""

from __future__ import annotations

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass
class Metrics:
    """One registry per app, so that several apps can live in one process."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    _children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = field(
        default_factory=dict, init=False
    )

    def __post_init__(self) -> None:
        self.requests = Counter(
            "wangge_requests", "Answers", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "wangge_request_seconds",
            "Time to the end of the answer",
            ("route",),
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        self.cases_filed = Counter(
            "wangge_cases_filed", "Cases filed over HTTP", registry=self.registry
        )
        self.streams = Gauge("wangge_event_streams", "Open event streams", registry=self.registry)
        self.pool_in_use = Gauge(
            "wangge_pool_connections_in_use", "Database connections", registry=self.registry
        )
        self.jobs_waiting = Gauge(
            "wangge_jobs_waiting", "Jobs not yet started", registry=self.registry
        )
        self.cases_queued = Gauge(
            "wangge_cases_queued", "Open cases without a lead officer", registry=self.registry
        )

    def count_answer(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one finished answer."""
        answers, seconds_of = self._find_children(method, route, status)
        answers.inc()
        seconds_of.observe(seconds)
        if (method, route, status) == ("POST", "/api/cases", 201):
            self.cases_filed.inc()

    def _find_children(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        # asked for on every answer; the labels are few: our own templates, methods and statuses
        children = self._children.get((method, route, status))
        if children is None:
            children = (
                self.requests.labels(method, route, str(status)),
                self.seconds.labels(route),
            )
            self._children[method, route, status] = children
        return children

    def render(self) -> bytes:
        """The text format of Prometheus."""
        return generate_latest(self.registry)
