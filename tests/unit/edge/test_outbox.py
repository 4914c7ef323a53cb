"""A slow client gets the newest of each topic, and every change of capacity."""

from __future__ import annotations

from fullhouse.edge.ws.outbox import Outbox


def test_frames_of_different_topics_come_in_their_order() -> None:
    outbox = Outbox()
    outbox.put(b"place ", "place")
    outbox.put(b"line ", "line")

    assert outbox.take() == b"place line "


def test_a_newer_frame_takes_the_place_of_an_older_one_and_comes_last() -> None:
    """Where the older one stood, a newer revision would come before an older."""
    outbox = Outbox()
    outbox.put(b"room-1 ", "room")
    outbox.put(b"notice-2 ", "notice")
    outbox.put(b"room-3 ", "room")

    assert outbox.take() == b"notice-2 room-3 "


def test_no_change_of_capacity_replaces_another() -> None:
    outbox = Outbox()
    for change in (b"1 ", b"2 ", b"3 "):
        outbox.put(change, "capacity")
        outbox.put(b"room ", "room")

    assert outbox.take() == b"1 2 3 room "


def test_the_size_is_what_would_be_written() -> None:
    outbox = Outbox()
    outbox.put(b"a long frame", "room")
    outbox.put(b"short", "room")
    outbox.put(b"change", "capacity")

    assert outbox.size == len(b"shortchange") == len(outbox.take())
    assert outbox.size == 0


def test_it_is_false_while_it_is_empty() -> None:
    outbox = Outbox()
    outbox.put(b"frame", "plain")

    assert outbox
    outbox.take()
    assert not outbox
