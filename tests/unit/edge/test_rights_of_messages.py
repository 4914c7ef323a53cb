"""The tables of docs/security.md say which role may send and gets which message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fullhouse.domain.rooms import Role
from fullhouse.edge.ws.audiences import RECEIVERS, SENDERS, word_of

PAGE = Path(__file__).parents[3] / "docs" / "security.md"
ROLES = (Role.ATTENDEE, Role.PRESENTER, Role.HOST)

_row = re.compile(r"^\| ((?:`\w+`(?:, )?)+) \| (yes|no) \| (yes|no) \| (yes|no) \|$", re.MULTILINE)


def rights_in(heading: str) -> dict[str, set[Role]]:
    """The roles of each message in the table with that heading."""
    (table,) = re.findall(
        rf"^\| {heading} .*?(?:\n\n)", PAGE.read_text(), re.DOTALL | re.MULTILINE
    )
    return {
        word: {role for role, right in zip(ROLES, rights, strict=True) if right == "yes"}
        for words, *rights in _row.findall(table)
        for word in re.findall(r"\w+", words)
    }


@pytest.mark.parametrize(
    ("heading", "rights"), [("from the client", SENDERS), ("from the server", RECEIVERS)]
)
def test_every_message_is_in_the_table_with_its_roles(
    heading: str, rights: dict[type, set[Role]]
) -> None:
    assert rights_in(heading) == {
        word_of(message): set(roles) for message, roles in rights.items()
    }
