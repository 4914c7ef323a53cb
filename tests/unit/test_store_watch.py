"""Refusals of the store are counted, said now and then, and stand until the store recovers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from redis import exceptions as client

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.store_refusals import StoreRefusal
from fullhouse.store.connect import SAID_EVERY_S, StartRetries, StoreOutOfReach
from fullhouse.store.faults import refusal_of, store_faults
from fullhouse.store.watch import StoreWatch

if TYPE_CHECKING:
    from collections.abc import Sequence

# As Redis 7.0 and Valkey 8.1 were heard to say it, through redis-py 8.1.
SAID: Sequence[tuple[Exception, StoreRefusal]] = (
    (client.ReadOnlyError("You can't write against a read only replica."), StoreRefusal.READ_ONLY),
    (client.ClusterDownError("CLUSTERDOWN Hash slot not served"), StoreRefusal.CLUSTER_DOWN),
    (client.MovedError("7000 127.0.0.1:7001"), StoreRefusal.MOVED),
    (client.AskError("7000 127.0.0.1:7001"), StoreRefusal.MOVING),
    (client.TryAgainError("Multiple keys request during rehashing of slot"), StoreRefusal.MOVING),
    (client.NoPermissionError("no permissions to run 'eval'"), StoreRefusal.NOT_PERMITTED),
    (
        client.ResponseError("The user executing the script can't run this command or subcommand"),
        StoreRefusal.NOT_PERMITTED,
    ),
    (
        client.ResponseError("ACL failure in script: User app has no permissions to run 'set'"),
        StoreRefusal.NOT_PERMITTED,
    ),
    (client.AuthenticationError("invalid username-password pair"), StoreRefusal.NOT_PERMITTED),
    (client.OutOfMemoryError("command not allowed"), StoreRefusal.FULL),
    (client.ResponseError("NOREPLICAS Not enough good replicas"), StoreRefusal.NO_REPLICAS),
    (client.ResponseError("BUSY Redis is busy running a script."), StoreRefusal.BUSY),
    (client.ResponseError("MISCONF Redis is configured to save"), StoreRefusal.DISK),
    (client.BusyLoadingError("Redis is loading the dataset"), StoreRefusal.LOADING),
    (client.ResponseError("unknown command 'EVALSHA', with args"), StoreRefusal.NOT_SUPPORTED),
    (client.ResponseError("Unknown Redis command called from script"), StoreRefusal.NOT_SUPPORTED),
    (client.ResponseError("Could not find scripting engine 'lua'"), StoreRefusal.NOT_SUPPORTED),
    (client.ConnectionError("Connection refused"), StoreRefusal.AWAY),
    (client.TimeoutError("Timeout reading from socket"), StoreRefusal.AWAY),
)


@pytest.mark.parametrize(("error", "refusal"), SAID, ids=str)
def test_each_refusal_is_told_apart(error: Exception, refusal: StoreRefusal) -> None:
    assert refusal_of(error) is refusal

    with pytest.raises(StoreUnavailable) as raised, store_faults():
        raise error

    assert raised.value.refusal is refusal
    assert str(error) in raised.value.reason
    assert str(raised.value).startswith(refusal.sentence)


@pytest.mark.parametrize(
    "error",
    [client.ResponseError("wrong number of arguments"), client.DataError("no"), ValueError("no")],
)
def test_a_bug_of_ours_stays_one(error: Exception) -> None:
    assert refusal_of(error) is None
    with pytest.raises(type(error)), store_faults():
        raise error


class Watched:
    """A watch on a clock that moves when told to."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.counted: list[StoreRefusal] = []
        self.watch = StoreWatch(self.counted.append, lambda: self.now_s)


FULL = client.OutOfMemoryError("command not allowed when used memory > 'maxmemory'.")


def test_a_refusal_is_said_once_a_minute_with_how_often_it_was(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watched = Watched()
    for second in range(61):
        watched.now_s = 1000.0 + second
        watched.watch.note(FULL)

    said = [vars(record) for record in caplog.records if record.message == "store.refused"]
    assert [(each["kind"], each["count"]) for each in said] == [("full", 1), ("full", 60)]
    assert "maxmemory" in said[0]["reason"]
    assert watched.counted == [StoreRefusal.FULL] * 61


def test_kinds_are_said_apart(caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched()

    for error in (FULL, client.ReadOnlyError("replica"), FULL):
        watched.watch.note(error)

    assert caplog.messages.count("store.refused") == 2


def test_what_stands_is_known_since_when_and_its_end_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watched = Watched()
    for _ in range(3):
        watched.watch.probed(StoreUnavailable(StoreRefusal.FULL, "maxmemory"))
        watched.now_s += 5

    standing = watched.watch.standing
    assert standing is not None
    assert standing.since_s == 1000.0
    assert standing.text(watched.now_s) == "full: maxmemory (for 15 s)"
    watched.watch.probed(None)
    watched.watch.probed(None)
    assert watched.watch.standing is None
    (recovered,) = (vars(each) for each in caplog.records if each.message == "store.recovered")
    assert (recovered["kind"], recovered["after_s"]) == ("full", 15.0)


def test_a_start_waits_for_a_store_and_says_so_now_and_then(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now_s = [0.0]
    retries = StartRetries(30, lambda: now_s[0])
    away = StoreOutOfReach(client.ConnectionError("Connection refused"))

    while now_s[0] < 30:
        now_s[0] += retries.pause_after(away)

    assert caplog.messages.count("store.awaited") == 30 / SAID_EVERY_S
    with pytest.raises(StoreOutOfReach):
        retries.pause_after(away)


@pytest.mark.parametrize(
    "error",
    [
        client.AuthenticationError("invalid password"),
        client.NoPermissionError("no"),
        client.ResponseError("unknown command 'INFO'"),
        client.ResponseError("DB index is out of range"),
    ],
)
def test_a_start_does_not_wait_for_what_somebody_has_to_change(error: Exception) -> None:
    with pytest.raises(StoreOutOfReach):
        StartRetries(30, lambda: 0.0).pause_after(StoreOutOfReach(error))


@pytest.mark.parametrize(
    ("error", "suspicion"),
    [(client.ReadOnlyError("replica"), StoreRefusal.READ_ONLY), (FULL, None)],
    ids=str,
)
def test_one_call_that_another_server_might_take_is_enough_to_connect_anew(
    error: Exception, suspicion: StoreRefusal | None
) -> None:
    """The probe may travel on a connection to the right server, and others on one to the wrong."""
    watch = Watched().watch
    watch.note(error)
    watch.probed(None)

    assert watch.take_suspicion() is suspicion
    assert watch.take_suspicion() is None


@pytest.mark.parametrize(
    ("error", "beginning"),
    [
        (client.ConnectionError("refused"), "The store cannot be reached: refused."),
        (client.OutOfMemoryError("maxmemory"), "The store is full (maxmemory)."),
        (client.AuthenticationError("invalid password"), "The store does not permit"),
        (client.ResponseError("DB index is out of range"), "The store refuses what it is asked"),
        (
            client.AuthenticationError(
                "HELLO must be called with the client already authenticated"
            ),
            "The store does not let this server in (HELLO must be called with the client already "
            "authenticated). It wants a password: put it into FULLHOUSE_REDIS_URL",
        ),
        (
            client.MaxConnectionsError("max number of clients reached"),
            "The store does not let this server in (max number of clients reached). It has no",
        ),
    ],
    ids=str,
)
def test_a_start_says_that_a_store_refuses_not_that_it_is_away(
    error: Exception, beginning: str
) -> None:
    assert str(StoreOutOfReach(error)).startswith(beginning)
