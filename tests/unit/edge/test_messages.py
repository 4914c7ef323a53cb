"""Every message of the protocol, as bytes."""

from __future__ import annotations

import json
from typing import Any, get_args

import msgspec
import pytest

from fullhouse.domain.errors import InvalidRequest
from fullhouse.domain.room_events import (
    Call,
    CapacityChange,
    NoticeCleared,
)
from fullhouse.domain.rooms import (
    Place,
    Revision,
    RoomRef,
)
from fullhouse.domain.waits import Progress
from fullhouse.edge.ws import client_messages, messages
from fullhouse.edge.ws.frames import Frames, framed
from tests.unit.realtime.events import an_event, snapshot, state

REF = RoomRef("acme", "hall")
NOW = snapshot(Revision(7, 3))

UNDERSTOOD = [
    ({"type": "hello", "token": "t"}, client_messages.Hello("t")),
    ({"type": "claim"}, client_messages.Claim()),
    ({"type": "leave"}, client_messages.Leave()),
    ({"type": "position"}, client_messages.PositionRequest()),
    ({"type": "watching", "on": True}, client_messages.Watching(on=True)),
    ({"type": "dismiss", "notice": "1-1"}, client_messages.Dismiss("1-1")),
    (
        {"type": "dismiss", "notice": "1-1", "rest": True},
        client_messages.Dismiss("1-1", rest=True),
    ),
]


@pytest.mark.parametrize(("message", "meaning"), UNDERSTOOD)
def test_every_message_of_a_client_is_understood(
    message: dict[str, object], meaning: client_messages.ClientMessage
) -> None:
    assert client_messages.decode(json.dumps(message).encode()) == meaning


def test_the_table_above_has_every_message() -> None:
    assert {type(meaning) for _, meaning in UNDERSTOOD} == set(
        get_args(client_messages.ClientMessage)
    )


@pytest.mark.parametrize(
    ("frame", "named"),
    [
        (b'{"type":"hello"}', "token"),
        (b'{"type":"hello","token":1}', "$.token"),
        (b'{"type":"hello","token":"t","name":"ada"}', "name"),
        (b'{"type":"dance"}', "$.type"),
        (b"{}", "type"),
        (b"[]", "object"),
        (b"nope", "JSON"),
        (b'"\xff"', "message"),
        (b'{"deep":' + b"[" * 4_000, "nested"),
    ],
)
def test_a_message_that_is_none_is_refused_by_the_name_of_its_field(
    frame: bytes, named: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        client_messages.decode(frame)

    assert named in str(refused.value)


def body(frame: bytes) -> dict[str, Any]:
    """What a text frame of the server says."""
    assert frame[0] == 0x81
    start = 4 if frame[1] == 126 else 2
    size = int.from_bytes(frame[2:4]) if frame[1] == 126 else frame[1]
    assert len(frame) == start + size
    message: dict[str, Any] = msgspec.json.decode(frame[start:])
    return message


OF_ROOM = {"room": "hall", "epoch": 7, "rev": 3}


def test_seated_says_how_long_the_seat_outlives_the_connection() -> None:
    frame = Frames("here").place(REF, NOW, "ada", Place("seated"))

    assert body(frame) == {
        "type": "seated",
        **OF_ROOM,
        "installation": "here",
        "participant": "ada",
        "grace_s": 16.0,
    }


def test_waiting_says_where_and_why() -> None:
    place = Place("waiting", ticket=12, ahead=2, reason="paused")

    frame = Frames("here").place(REF, NOW, "ada", place)

    assert body(frame) == {
        "type": "waiting",
        **OF_ROOM,
        "installation": "here",
        "participant": "ada",
        "ticket": 12,
        "ahead": 2,
        "called": False,
        "called_to": 9,
        "reason": "paused",
        "claim_s": None,
        "grace_s": 30.0,
        "away_s": 600.0,
        "estimate_s": None,
        "watch": None,
    }


def test_a_place_in_line_names_the_stream_and_a_seat_does_not() -> None:
    now = snapshot(Revision(7, 3), state(watch="https://a.example/", watching=250))
    frames = Frames("here")

    assert body(frames.place(REF, now, "ada", Place("waiting")))["watch"] == "https://a.example/"
    assert "watch" not in body(frames.place(REF, now, "ada", Place("seated")))
    assert body(frames.watch(REF, now)) == {
        "type": "watch",
        **OF_ROOM,
        "watch": "https://a.example/",
        "window_ms": 2_500,
    }


def test_a_called_place_says_what_is_left_of_its_claim() -> None:
    place = Place("waiting", ticket=9, called=True, claim_ms=1500)

    assert body(Frames("here").place(REF, NOW, "ada", place))["claim_s"] == 1.5


def test_a_call_after_a_freed_seat_names_the_tickets_and_the_time() -> None:
    event = an_event(Revision(7, 3), call=Call(8, 9, 2, window_ms=20, claim_ms=45_000))

    assert body(Frames("here").refresh_required(REF, event)) == {
        "type": "refresh_required",
        **OF_ROOM,
        "refresh": "7-3",
        "reason": "seat_freed",
        "called_from": 8,
        "called_to": 9,
        "window_ms": 20,
        "claim_s": 45.0,
    }


def test_a_raise_that_calls_nobody_names_an_empty_range() -> None:
    event = an_event(Revision(7, 3), capacity=CapacityChange(2, 3, "upgrade", "c"))

    told = body(Frames("here").refresh_required(REF, event))

    assert (told["reason"], told["called_from"], told["called_to"]) == ("capacity_changed", 10, 9)


def test_a_call_beside_fewer_seats_is_no_raise() -> None:
    event = an_event(
        Revision(7, 3),
        capacity=CapacityChange(3, 2, "platform", "c"),
        call=Call(9, 9, 1, window_ms=10, claim_ms=45_000),
    )

    assert body(Frames("here").refresh_required(REF, event))["reason"] == "seat_freed"


def test_a_change_of_capacity_speaks_of_from_and_to() -> None:
    change = CapacityChange(2, 3, "upgrade", "change-1")

    assert body(Frames("here").capacity_changed(REF, NOW, change)) == {
        "type": "capacity_changed",
        **OF_ROOM,
        "from": 2,
        "to": 3,
        "cause": "upgrade",
        "change": "change-1",
    }


def test_short_messages_have_their_fields_and_no_more() -> None:
    frames = Frames("here")

    assert body(frames.line(REF, NOW, Progress(4, (60, 240)))) == {
        "type": "line",
        **OF_ROOM,
        "called_to": 9,
        "ahead": 4,
        "estimate_s": [60, 240],
    }
    assert body(frames.seat_lost(REF, NOW, "expired")) == {
        "type": "seat_lost",
        **OF_ROOM,
        "reason": "expired",
    }
    assert body(frames.room_closed(REF, NOW.revision, "forgotten")) == {
        "type": "room_closed",
        **OF_ROOM,
        "reason": "forgotten",
    }
    assert body(frames.notice_cleared(REF, NOW, NoticeCleared("7-1", "below"))) == {
        "type": "notice_cleared",
        **OF_ROOM,
        "notice": "7-1",
        "reason": "below",
    }
    assert body(frames.retry(500)) == {"type": "retry", "after_ms": 500}
    assert body(frames.refused("not_waiting", "You are not in line.")) == {
        "type": "error",
        "code": "not_waiting",
        "detail": "You are not in line.",
    }


def test_a_room_is_the_room_object_beside_its_type() -> None:
    told = body(Frames("here").room(REF, NOW, (), can_buy=True))

    assert told["type"] == "room"
    assert told["room"] == "hall"
    assert told["presenters"] == {"capacity": 2, "occupied": 0}
    assert told["notice"] is None


@pytest.mark.parametrize("size", [0, 125, 126, 4096])
def test_a_frame_of_any_size_is_whole(size: int) -> None:
    told = body(framed(messages.Refused("not_waiting", "x" * size)))

    assert len(told["detail"]) == size
