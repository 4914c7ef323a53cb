"""Frames of this server and of later ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from fullhouse.client.frames import UnknownMessage, UnreadableFrame, decode, encode
from fullhouse.edge.ws.client_messages import Hello
from fullhouse.edge.ws.examples import EXAMPLES
from fullhouse.edge.ws.messages import NoticeGiven, ServerMessage, Waiting
from tests.told import frame, told

if TYPE_CHECKING:
    from fullhouse.edge.ws.client_messages import ClientMessage


@pytest.mark.parametrize("message", [m for t, m in EXAMPLES.items() if "messages" in t.__module__])
def test_every_message_of_the_server_is_read(message: ServerMessage | ClientMessage) -> None:
    sent = msgspec.json.encode(message)

    if type(message).__module__.endswith("client_messages"):
        assert isinstance(decode(sent), UnknownMessage)
    else:
        assert decode(sent) == message


def test_unknown_messages_and_fields_are_let_through() -> None:
    assert decode('{"type":"fanfare","epoch":5,"rev":9}') == UnknownMessage("fanfare")
    assert decode(json.dumps({**json.loads(frame("seated")), "volume": 11})) == told("seated")


def test_a_word_of_a_later_version_is_kept_where_others_are_known() -> None:
    waiting = decode(json.dumps({**json.loads(frame("waiting")), "reason": "rain"}))

    assert isinstance(waiting, Waiting)
    assert (str(waiting.reason), waiting.ticket) == ("rain", told("waiting").ticket)


def test_so_it_is_inside_of_objects() -> None:
    fields = json.loads(frame("notice"))
    fields["notice"]["level"] = "overflowing"

    notice = decode(json.dumps(fields))

    assert isinstance(notice, NoticeGiven)
    assert str(notice.notice.level) == "overflowing"
    assert notice.notice.offers == told("notice").notice.offers


@pytest.mark.parametrize(
    "sent", ["", "[]", "{}", '{"type":"waiting","ticket":"one"}', '{"type":3}', b"\xff"]
)
def test_what_is_no_message_is_said_to_be_unreadable(sent: str | bytes) -> None:
    with pytest.raises(UnreadableFrame):
        decode(sent)


def test_a_field_of_a_wrong_type_is_unreadable_even_beside_a_new_word() -> None:
    fields = {**json.loads(frame("waiting")), "reason": "rain", "ticket": "one"}

    with pytest.raises(UnreadableFrame, match="waiting"):
        decode(json.dumps(fields))


def test_a_hello_carries_the_token_and_nothing_else() -> None:
    assert json.loads(encode(Hello('to"ken'))) == {"type": "hello", "token": 'to"ken'}
