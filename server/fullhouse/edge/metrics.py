"""The metrics of one node, or of all workers of one, which Prometheus reads at `GET /metrics`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from typing import get_args

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    ProcessCollector,
    generate_latest,
)

from fullhouse.domain.rooms import HoldingKind
from fullhouse.edge.metric_factory import MetricFactory
from fullhouse.edge.shared_metrics import NAMESPACE, restarts_counter
from fullhouse.realtime.local_rooms import RoomCounts

CONTENT_TYPE = CONTENT_TYPE_LATEST

# From a single script on an idle store (about 0.1 ms) to the deadline of a call (1 s).
_SCRIPT_SECONDS = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)

# A broadcast yields every few ms. People notice a lag above 50 ms.
_LAG_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)

# A second is normal: rooms are swept once a second. From 2 s on a node is not ready.
_DELAY_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)

# A webhook waits up to a second. A day is the longest that a receiver may be away.
_WEBHOOK_SECONDS = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 600.0, 3600.0, 86400.0)

_HTTP_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Metrics:
    """The metrics of a node. Names, tokens and ids never become labels.

    Args:
        of_all: Reads the metrics of all workers, if the node is one of several. None: the metrics
            of this process are all.
    """

    def __init__(self, of_all: Callable[[], Awaitable[bytes]] | None = None) -> None:
        self._of_all = of_all
        self._registry = CollectorRegistry()
        if of_all is None:
            ProcessCollector(namespace=NAMESPACE, registry=self._registry)
        new = MetricFactory(self._registry)
        self._watched: list[Callable[[], None]] = []
        new.gauge("workers", "Processes of this node that serve clients.", mode="livesum").set(1)
        restarts_counter(self._registry)
        self._connections = new.gauge(
            "connections", "Open WebSocket connections, by role.", "role", mode="livesum"
        )
        self._handshakes_refused = new.counter(
            "handshakes_refused", "WebSocket handshakes that were refused, by cause.", "cause"
        )
        self._closes = new.counter(
            "closes", "WebSocket connections that this node closed, by close code.", "code"
        )
        self._sockets_given_up = new.counter(
            "sockets_given_up", "TCP connections closed because no complete request came in time."
        )
        self._calls_refused = new.counter(
            "calls_refused",
            "HTTP calls that were refused, by status and cause.",
            "status",
            "cause",
        )
        self._limits = new.counter(
            "limits_reached",
            "People and calls that were refused because of a limit, by limit.",
            "limit",
        )
        self._admissions = cache(
            new.counter(
                "admissions",
                "Answers to people who asked for a seat or a place in line, by outcome.",
                "outcome",
            ).labels
        )
        self._scripts = new.histogram(
            "script_seconds",
            "Duration of the calls of scripts in the store, in seconds.",
            _SCRIPT_SECONDS,
            "script",
        )
        self._broadcasts = new.counter(
            "broadcasts", "Broadcasts that called people from the line."
        )
        self._broadcast_frames = new.counter(
            "broadcast_frames", "Messages sent in these broadcasts."
        )
        self._frames = new.counter("frames_sent", "WebSocket messages sent, of all kinds.")
        self._renewals = new.counter("renewals", "Leases that were renewed.")
        self._gaps = new.counter(
            "gaps_mended", "Missed events; after each of them the node read the room again."
        )
        self._resyncs = new.counter(
            "resyncs",
            "Comparisons of a room with the store after missed events, by how the node saw that "
            "events were missed.",
            "cause",
        )
        self._event_lag = new.histogram(
            "event_lag_seconds",
            "Time until a test event came back from the store, in a cluster from the slowest "
            "master, in seconds. Once a second.",
            _SCRIPT_SECONDS,
        )
        self._expired_late = new.histogram(
            "deadline_delay_seconds",
            "Delay between the end of a lease and the moment at which its place was freed, in "
            "seconds. Once for each room and sweep with such places, on each node with people of "
            "the room.",
            _DELAY_SECONDS,
        )
        self._rounds_late = new.histogram(
            "round_delay_seconds",
            "How much later than planned rooms were swept or leases were renewed, in seconds.",
            _DELAY_SECONDS,
            "loop",
        )
        self._rooms = new.gauge(
            "rooms",
            "Rooms with people who are connected to this node. A room counts on each of its "
            "nodes and workers.",
            mode="livesum",
        )
        self._people = new.gauge(
            "people",
            "People with a connection to this node, by place. Somebody with connections to two "
            "nodes or workers counts on both.",
            "place",
            mode="livesum",
        )
        self._lag = new.histogram(
            "loop_lag_seconds",
            "Delay of the event loop, in seconds. Above 0.05 people notice it.",
            _LAG_SECONDS,
        )
        self._store_refusals = new.counter(
            "store_refusals",
            "Calls of scripts that the store refused or did not answer, by kind.",
            "kind",
        )
        self._loops_behind = new.gauge(
            "loop_behind_seconds",
            "How much later than planned rooms are swept or leases are renewed, in seconds.",
            "loop",
            mode="livemax",
        )
        self._store_up = new.gauge(
            "store_up", "1 if the store answers, 0 if it does not.", mode="livemin"
        )
        self._above_capacity = new.gauge(
            "seats_above_capacity",
            "Taken seats above the capacity, in all rooms with people on this node.",
            mode="livemax",
        )
        self._notices = new.counter("notices", "Notices given to hosts, by level.", "level")
        self._upgrades = new.counter(
            "upgrades",
            "Purchases that ended, by status. Each one counts once, on one node.",
            "status",
        )
        self._reversals = new.counter(
            "reversals", "Reports of a refund or a dispute that changed the record of a charge."
        )
        self._webhooks = new.counter(
            "webhooks_delivered", "Webhooks that the platform has received, by type.", "type"
        )
        self._webhook_failures = new.counter(
            "webhook_failures", "Attempts to deliver a webhook that failed, by kind.", "kind"
        )
        self._webhooks_given_up = new.counter(
            "webhooks_given_up", "Webhooks that were not delivered in a day, and were given up."
        )
        self._webhooks_dropped = new.counter(
            "webhooks_dropped", "Webhooks that were dropped because an account had too many."
        )
        self._webhook_oldest = new.gauge(
            "webhook_oldest_seconds",
            "Age of the oldest webhook that this node could not deliver, in seconds.",
            mode="livemax",
        )
        self._webhook_age = new.histogram(
            "webhook_age_seconds",
            "Time from a change to the delivery of its webhook, in seconds.",
            _WEBHOOK_SECONDS,
        )
        self._upgrade_answers = new.counter(
            "upgrade_answers",
            "Answers to requests for a purchase, by status. Repeated requests count too.",
            "status",
        )
        # Cached by labels, because a lookup costs as much as the count itself.
        self._requests = cache(
            new.histogram(
                "http_seconds",
                "Duration of HTTP calls, in seconds, by method, path and status.",
                _HTTP_SECONDS,
                "method",
                "path",
                "status",
            ).labels
        )

    def connected(self, role: str) -> None:
        self._connections.labels(role).inc()

    def disconnected(self, role: str) -> None:
        self._connections.labels(role).dec()

    def handshake_refused(self, cause: str) -> None:
        self._handshakes_refused.labels(cause).inc()

    def closed(self, code: int) -> None:
        """Count a WebSocket that this node ended. 1006: its client was silent for too long."""
        self._closes.labels(str(code)).inc()

    def socket_given_up(self) -> None:
        self._sockets_given_up.inc()

    def call_refused(self, status: int, cause: str) -> None:
        """Count a refused call. `cause` is one of a few words, never the caller's text."""
        self._calls_refused.labels(str(status), cause).inc()

    def limit_reached(self, limit: str) -> None:
        """Count a refusal. `limit` is one of `LimitName`."""
        self._limits.labels(limit).inc()

    def admitted(self, outcome: str) -> None:
        """Count one answer to a hello, claim or poll by the kind of place."""
        self._admissions(outcome).inc()

    def script_ran(self, script: str, seconds: float) -> None:
        self._scripts.labels(script).observe(seconds)

    def broadcast(self, frames: int) -> None:
        """Count one broadcast of a call to `frames` connections."""
        self._broadcasts.inc()
        self._broadcast_frames.inc(frames)

    def sent(self, frames: int) -> None:
        """Count sent messages of all kinds. Called once a second."""
        self._frames.inc(frames)

    def renewed(self, leases: int) -> None:
        self._renewals.inc(leases)

    def gap_mended(self, cause: str) -> None:
        self._gaps.inc()
        self._resyncs.labels(cause).inc()

    def expired_late(self, seconds: float) -> None:
        self._expired_late.observe(seconds)

    def round_delayed(self, loop: str, seconds: float) -> None:
        self._rounds_late.labels(loop).observe(seconds)

    def event_heard(self, seconds: float) -> None:
        """Count one test event that came back."""
        self._event_lag.observe(seconds)

    def loop_lagged(self, seconds: float) -> None:
        self._lag.observe(seconds)

    def store_refused(self, kind: str) -> None:
        self._store_refusals.labels(kind).inc()

    def watch_loop(self, loop: str, behind_s: Callable[[], float]) -> None:
        """Show what `behind_s` returns."""
        gauge = self._loops_behind.labels(loop)
        self._watched.append(lambda: gauge.set(behind_s()))

    def watch_rooms(self, counts: Callable[[], RoomCounts]) -> None:
        """Show what `counts` returns."""

        def update() -> None:
            now = counts()
            self._rooms.set(now.rooms)
            self._above_capacity.set(now.above_capacity)
            for place in get_args(HoldingKind):
                self._people.labels(place).set(now.people.get(place, 0))

        self._watched.append(update)

    def update_gauges(self) -> None:
        """Update the gauges that show what others know, before they are read."""
        for update in self._watched:
            update()

    def store_is(self, *, up: bool) -> None:
        self._store_up.set(up)

    def noticed(self, level: str) -> None:
        self._notices.labels(level).inc()

    def charge_reversed(self) -> None:
        """Count new information about refunds or disputes of a charge."""
        self._reversals.inc()

    def purchase_settled(self, status: str) -> None:
        """Count a settled purchase. Each purchase counts once, on one node."""
        self._upgrades.labels(status).inc()

    def purchase_answered(self, status: str) -> None:
        """Count one answer to a purchase. Ten requests for the same purchase are ten answers."""
        self._upgrade_answers.labels(status).inc()

    def webhook_delivered(self, type_: str, age_s: float) -> None:
        """Count a webhook that the platform has received, `age_s` after its change."""
        self._webhooks.labels(type_).inc()
        self._webhook_age.observe(age_s)

    def webhook_failed(self, kind: str) -> None:
        self._webhook_failures.labels(kind).inc()

    def webhooks_given_up(self, count: int) -> None:
        self._webhooks_given_up.inc(count)

    def webhooks_dropped(self, count: int) -> None:
        self._webhooks_dropped.inc(count)

    def watch_webhooks(self, oldest_s: Callable[[], float]) -> None:
        """Show what `oldest_s` returns."""
        self._watched.append(lambda: self._webhook_oldest.set(oldest_s()))

    def answered(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count one HTTP call. `path` is the route with its placeholders."""
        self._requests(method, path, status).observe(seconds)

    def text(self) -> bytes:
        """The metrics of this process, in the exposition format of `CONTENT_TYPE`."""
        self.update_gauges()
        return generate_latest(self._registry)

    async def published(self) -> bytes:
        """The metrics of the node, of all its workers, in the same format."""
        if self._of_all is None:
            return self.text()
        self.update_gauges()
        return await self._of_all()
