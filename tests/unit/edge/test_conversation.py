"""What one client may say when, and what follows: values in, values out."""

from __future__ import annotations

import json

import pytest

from fullhouse.domain.errors import Forbidden, Unauthenticated
from fullhouse.domain.rooms import Role, RoomRef, Visitor
from fullhouse.edge.tokens import TokenClaims
from fullhouse.edge.ws import messages
from fullhouse.edge.ws.conversation import (
    CloseWith,
    Conversation,
    DismissNotice,
    Enter,
    LeaveRoom,
    NoteWatching,
    Reply,
    Step,
    TellPosition,
)

REF = RoomRef("acme", "hall")


def claims(token: str) -> TokenClaims:
    """Tokens of these tests read `role name`, or what is wrong with them."""
    if token == "forged":
        raise Unauthenticated("token: it is not ours")
    if token == "stagehand":
        raise Forbidden("token: no such role " + "é" * 100)
    role, _, name = token.partition(" ")
    account = "other" if name == "stranger" else "acme"
    return TokenClaims(account, "hall", name, Role(role), expires_at_s=0)


def visitor(role: Role, name: str = "ada") -> Visitor:
    return Visitor(REF, name, role, may_buy=role is Role.HOST)


def said(conversation: Conversation, **message: object) -> Step:
    return conversation.receive(json.dumps(message).encode())


def greeted(role: Role) -> Conversation:
    conversation = Conversation(claims)
    said(conversation, type="hello", token=f"{role} ada")
    return conversation


@pytest.mark.parametrize("role", Role)
def test_a_hello_enters_the_room_of_its_token(role: Role) -> None:
    conversation = Conversation(claims)

    step = said(conversation, type="hello", token=f"{role} ada")

    assert step == Enter(visitor(role))
    assert conversation.visitor == visitor(role)


@pytest.mark.parametrize(("token", "code"), [("forged", 4001), ("stagehand", 4003)])
def test_a_refused_token_hangs_up_and_leaves_nobody(token: str, code: int) -> None:
    conversation = Conversation(claims)

    step = said(conversation, type="hello", token=token)

    assert isinstance(step, CloseWith)
    assert step.code == code
    assert step.reason.startswith("token: ")
    assert conversation.visitor is None


def test_a_reason_is_cut_to_what_a_close_frame_carries_and_never_within_a_character() -> None:
    step = said(Conversation(claims), type="hello", token="stagehand")

    assert isinstance(step, CloseWith)
    assert 120 < len(step.reason.encode()) <= 123
    assert step.reason.endswith("é")


@pytest.mark.parametrize("word", ["claim", "leave", "position"])
def test_nothing_is_heard_before_hello(word: str) -> None:
    step = said(Conversation(claims), type=word)

    assert isinstance(step, CloseWith)
    assert step.code == 4000


def test_a_second_hello_of_the_same_person_is_answered_anew() -> None:
    conversation = greeted(Role.ATTENDEE)

    assert said(conversation, type="hello", token="host ada") == Enter(visitor(Role.HOST))
    assert said(conversation, type="leave") == Reply(
        messages.Refused("not_allowed", "leave is not for the role host.")
    )


@pytest.mark.parametrize("token", ["attendee bob", "attendee stranger"])
def test_a_second_hello_of_somebody_else_hangs_up(token: str) -> None:
    conversation = greeted(Role.ATTENDEE)

    step = said(conversation, type="hello", token=token)

    assert isinstance(step, CloseWith)
    assert step.code == 4000
    assert conversation.visitor == visitor(Role.ATTENDEE)


ALLOWED: list[tuple[Role, dict[str, object], Step]] = [
    (Role.ATTENDEE, {"type": "claim"}, Enter(visitor(Role.ATTENDEE))),
    (Role.ATTENDEE, {"type": "position"}, TellPosition(visitor(Role.ATTENDEE))),
    (
        Role.ATTENDEE,
        {"type": "watching", "on": True},
        NoteWatching(visitor(Role.ATTENDEE), watches=True),
    ),
    (Role.ATTENDEE, {"type": "leave"}, LeaveRoom(visitor(Role.ATTENDEE))),
    (Role.PRESENTER, {"type": "leave"}, LeaveRoom(visitor(Role.PRESENTER))),
    (
        Role.PRESENTER,
        {"type": "dismiss", "notice": "1-1"},
        DismissNotice(visitor(Role.PRESENTER), "1-1", rest=False),
    ),
    (
        Role.HOST,
        {"type": "dismiss", "notice": "1-1", "rest": True},
        DismissNotice(visitor(Role.HOST), "1-1", rest=True),
    ),
]


@pytest.mark.parametrize(("role", "message", "step"), ALLOWED)
def test_each_role_may_say_what_is_meant_for_it(
    role: Role, message: dict[str, object], step: Step
) -> None:
    assert said(greeted(role), **message) == step


WORDS: dict[str, dict[str, str | bool]] = {
    "claim": {},
    "position": {},
    "leave": {},
    "watching": {"on": False},
    "dismiss": {"notice": "1-1"},
}
MEANT = {(role, message["type"]) for role, message, _ in ALLOWED}
REFUSED = [(role, word) for role in Role for word in WORDS if (role, word) not in MEANT]


@pytest.mark.parametrize(("role", "word"), REFUSED)
def test_what_is_not_for_a_role_is_refused_by_name(role: Role, word: str) -> None:
    step = said(greeted(role), type=word, **WORDS[word])

    assert step == Reply(messages.Refused("not_allowed", f"{word} is not for the role {role}."))


def test_a_message_that_is_none_hangs_up() -> None:
    step = greeted(Role.HOST).receive(b'{"type":"dismiss"}')

    assert isinstance(step, CloseWith)
    assert (step.code, "notice" in step.reason) == (4000, True)
