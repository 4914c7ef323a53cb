"""The server accepts a message of a client exactly if the AsyncAPI document allows it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from fullhouse.domain.errors import InvalidRequest
from fullhouse.edge.ws.audiences import SENDERS, word_of
from fullhouse.edge.ws.client_messages import decode
from tests.asyncapi import complaint_of

WORDS = st.sampled_from([*map(word_of, SENDERS), "dance"])
VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
FRAMES = st.builds(
    lambda word, fields: {"type": word, **fields},
    WORDS,
    st.dictionaries(
        st.sampled_from(["token", "notice", "rest", "name"]),
        VALUES | st.lists(VALUES, max_size=2),
        max_size=3,
    ),
)


def is_accepted(frame: dict[str, Any]) -> bool:
    try:
        decode(json.dumps(frame).encode())
    except InvalidRequest:
        return False
    return True


@given(FRAMES)
def test_the_document_and_the_server_agree(frame: dict[str, Any]) -> None:
    event(f"accepted: {is_accepted(frame)}")

    assert is_accepted(frame) is (complaint_of(frame) is None)
