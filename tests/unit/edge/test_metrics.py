"""The figures of a node."""

from __future__ import annotations

from fullhouse.edge.metrics import Metrics
from fullhouse.edge.shared_metrics import SharedMetrics
from fullhouse.realtime.local_rooms import RoomCounts


def figures(metrics: Metrics | SharedMetrics) -> dict[str, float]:
    lines = metrics.text().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_every_occurrence_is_counted_under_its_name() -> None:
    metrics = Metrics()
    metrics.connected("host")
    metrics.connected("host")
    metrics.disconnected("host")
    metrics.closed(4001)
    metrics.socket_given_up()
    metrics.call_refused(401, "expired")
    metrics.admitted("waiting")
    metrics.script_ran("admit", 0.003)
    metrics.broadcast(frames=40)
    metrics.sent(2)
    metrics.renewed(7)
    metrics.gap_mended("gap")
    metrics.expired_late(0.7)
    metrics.round_delayed("sweeps", 0.2)
    metrics.event_heard(0.002)
    metrics.watch_rooms(lambda: RoomCounts(3, {"seated": 5, "waiting": 2}, 3))
    metrics.loop_lagged(0.02)
    metrics.store_is(up=True)
    metrics.noticed("full")
    metrics.purchase_settled("applied")
    metrics.purchase_answered("applied")
    metrics.purchase_answered("applied")
    metrics.answered("GET", "/v1/plans", 200, 0.01)

    counted = figures(metrics)

    expected = {
        'fullhouse_connections{role="host"}': 1,
        'fullhouse_closes_total{code="4001"}': 1,
        "fullhouse_sockets_given_up_total": 1,
        'fullhouse_calls_refused_total{cause="expired",status="401"}': 1,
        'fullhouse_admissions_total{outcome="waiting"}': 1,
        'fullhouse_script_seconds_count{script="admit"}': 1,
        'fullhouse_script_seconds_sum{script="admit"}': 0.003,
        "fullhouse_broadcasts_total": 1,
        "fullhouse_broadcast_frames_total": 40,
        "fullhouse_frames_sent_total": 2,
        "fullhouse_renewals_total": 7,
        "fullhouse_gaps_mended_total": 1,
        'fullhouse_resyncs_total{cause="gap"}': 1,
        "fullhouse_deadline_delay_seconds_sum": 0.7,
        'fullhouse_round_delay_seconds_sum{loop="sweeps"}': 0.2,
        "fullhouse_event_lag_seconds_sum": 0.002,
        "fullhouse_rooms": 3,
        'fullhouse_people{place="seated"}': 5,
        'fullhouse_people{place="waiting"}': 2,
        'fullhouse_people{place="presenting"}': 0,
        "fullhouse_loop_lag_seconds_count": 1,
        "fullhouse_store_up": 1,
        "fullhouse_seats_above_capacity": 3,
        'fullhouse_notices_total{level="full"}': 1,
        'fullhouse_upgrades_total{status="applied"}': 1,
        'fullhouse_upgrade_answers_total{status="applied"}': 2,
        'fullhouse_http_seconds_count{method="GET",path="/v1/plans",status="200"}': 1,
    }
    assert {name: counted.get(name) for name in expected} == expected


def test_a_store_that_went_away_shows() -> None:
    metrics = Metrics()
    metrics.store_is(up=True)
    metrics.store_is(up=False)

    assert figures(metrics)["fullhouse_store_up"] == 0


def test_two_nodes_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()

    one.gap_mended("gap")

    assert figures(other)["fullhouse_gaps_mended_total"] == 0
