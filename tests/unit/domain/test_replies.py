"""One table: what each outcome of an admission tells the person, and whether it closes."""

from __future__ import annotations

from typing import get_args

import pytest

from fullhouse.domain.close_codes import CloseCode
from fullhouse.domain.replies import Message, Outcome, reply_to
from fullhouse.domain.rooms import PlaceKind, Role

ATTENDEE, PRESENTER, HOST = Role.ATTENDEE, Role.PRESENTER, Role.HOST
M = Message

ADMITTED = [
    ("seated", ATTENDEE, M.PLACE),
    ("waiting", ATTENDEE, M.PLACE),
    ("presenting", PRESENTER, M.ROOM),
    ("hosting", HOST, M.ROOM),
]

# outcome, role, messages on a connection, close code, messages of a poll
TURNED_AWAY = [
    ("removed", ATTENDEE, (M.REMOVED,), CloseCode.REMOVED, (M.REMOVED,)),
    ("removed", HOST, (), CloseCode.REMOVED, (M.REMOVED,)),
    (
        "presenters_full",
        PRESENTER,
        (M.PRESENTERS_FULL,),
        CloseCode.PRESENTERS_FULL,
        (M.PRESENTERS_FULL,),
    ),
    (
        "line_full",
        ATTENDEE,
        (M.LINE_FULL, M.RETRY_LATER),
        CloseCode.TOO_MANY_MESSAGES,
        (M.LINE_FULL, M.RETRY_LATER),
    ),
    ("closed", ATTENDEE, (M.ROOM_CLOSED,), CloseCode.ROOM_CLOSED, (M.ROOM_CLOSED,)),
    ("closed", HOST, (M.ROOM,), CloseCode.ROOM_CLOSED, (M.ROOM, M.ROOM_CLOSED)),
    ("no_room", ATTENDEE, (M.RETRY,), CloseCode.NO_SUCH_ROOM, (M.RETRY,)),
    ("refill", ATTENDEE, (M.RETRY,), None, (M.RETRY,)),
    ("lost", ATTENDEE, (M.RETRY,), None, (M.RETRY,)),
    ("none", ATTENDEE, (M.RETRY,), None, (M.RETRY,)),
    ("left", ATTENDEE, (M.RETRY,), None, (M.RETRY,)),
    ("seated", HOST, (), CloseCode.LEFT, (M.RETRY,)),
    ("waiting", PRESENTER, (), CloseCode.LEFT, (M.RETRY,)),
    ("presenting", ATTENDEE, (), CloseCode.LEFT, (M.RETRY,)),
    ("hosting", ATTENDEE, (), CloseCode.LEFT, (M.RETRY,)),
]


@pytest.mark.parametrize(("outcome", "role", "message"), ADMITTED)
def test_an_admitted_person_is_told_the_place_or_sees_the_room(
    outcome: Outcome, role: Role, message: Message
) -> None:
    reply = reply_to(outcome, role)

    assert (reply.messages, reply.close, reply.admits) == ((message,), None, True)
    assert reply_to(outcome, role, has_connection=False) == reply


@pytest.mark.parametrize(("outcome", "role", "messages", "code", "polled"), TURNED_AWAY)
def test_a_person_who_is_not_admitted_is_told_why(
    outcome: Outcome,
    role: Role,
    messages: tuple[Message, ...],
    code: CloseCode | None,
    polled: tuple[Message, ...],
) -> None:
    reply = reply_to(outcome, role)

    assert (reply.messages, reply.close and reply.close.code) == (messages, code)
    assert not reply.admits
    assert reply_to(outcome, role, has_connection=False).messages == polled


@pytest.mark.parametrize("outcome", [*get_args(PlaceKind), "closed", "no_room"])
@pytest.mark.parametrize("role", Role)
def test_a_poll_is_never_left_without_a_message(outcome: Outcome, role: Role) -> None:
    assert reply_to(outcome, role, has_connection=False).messages
