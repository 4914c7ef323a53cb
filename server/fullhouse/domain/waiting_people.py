"""The people in line as the hosts of a room see them, and what a host may do for one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from fullhouse.domain.errors import InvalidRequest
from fullhouse.domain.plain_text import is_plain, is_visible
from fullhouse.domain.rooms import Place, RoomRef

MOST_NAME_CHARACTERS = 200
MOST_REASON_CHARACTERS = 280

MOST_PRIORITIES = 50
"""People put before the line at a time. Every place in line is counted with all of them."""

Section = Literal["called", "priority", "line", "away"]
"""The parts of the line, in the order in which people are let in. `away` people are skipped."""

SECTIONS: tuple[Section, ...] = get_args(Section)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPerson:
    """One person in line.

    `ticket` and `ahead` are None for a person who is away, `since_ms` (Unix ms) for one whose wait
    the store has forgotten, `name` for one whose token has no name. `position` is the place in
    the section, for cursors.
    """

    section: Section
    position: int
    participant: str
    ticket: int | None = None
    ahead: int | None = None
    since_ms: int | None = None
    name: str | None = None


class LinePosition(NamedTuple):
    """Where a part of the line begins: after `position` in a section."""

    section: Section = "called"
    position: int = 0


@dataclass(frozen=True, slots=True)
class CallNext:
    """A person is to be called before everybody else in line.

    Attributes:
        by: The host who decided it. None: the platform.
        reason: Why, in the host's words.
    """

    ref: RoomRef
    participant: str
    by: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ChosenPerson:
    """The place after that. `kind` none: the person is away, and is called after coming back."""

    participant: str
    place: Place


def checked_name(name: str | None) -> str | None:
    """The name in a token, if hosts may be shown it; None for a blank one.

    Raises:
        InvalidRequest: it is too long, or has control characters.
    """
    if name is None or not is_visible(name):
        return None
    if len(name) > MOST_NAME_CHARACTERS:
        raise InvalidRequest("name", f"at most {MOST_NAME_CHARACTERS} characters")
    if not is_plain(name):
        raise InvalidRequest("name", "no control characters and no line breaks")
    return name


def checked_reason(reason: str) -> str:
    """`reason`, if it may be kept and shown.

    Raises:
        InvalidRequest: it is empty or too long, or has control characters.
    """
    if not is_visible(reason):
        raise InvalidRequest("reason", "at least one visible character")
    if len(reason) > MOST_REASON_CHARACTERS:
        raise InvalidRequest("reason", f"at most {MOST_REASON_CHARACTERS} characters")
    if not is_plain(reason):
        raise InvalidRequest("reason", "no control characters and no line breaks")
    return reason
