"""A history of concurrent calls, and whether one order of them explains all answers.

An order explains a history if it keeps the order of calls that did not overlap, and if the oracle,
which does one call after the other, gives each the same answer. The store says in which order it
did them: each change raises `rev`. So only calls with the same `rev` need a search: one of them
made the change, and the others changed nothing after it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from tests.property.room_model import RoomModel


@dataclass(frozen=True, slots=True)
class Done:
    """One call.

    Attributes:
        began: A moment before it was sent.
        ended: A moment after its answer came.
        verb: The same call of the oracle; it returns the answer.
        answer: What the store answered.
        rev: The revision of the room after it, in the answer.
    """

    began: float
    ended: float
    verb: Callable[[RoomModel], object]
    answer: object
    rev: int


def explains(model: RoomModel, history: Sequence[Done]) -> bool:
    """Whether some order of the calls explains the answers. `model` is the room before them."""
    for rev, group in groupby(sorted(history, key=lambda done: done.rev), lambda done: done.rev):
        calls = list(group)
        if any(later.ended < call.began for call in calls for later in history if later.rev > rev):
            return False
        after = _after(model, calls, rev)
        if after is None:
            return False
        model = after
    return True


def _after(model: RoomModel, calls: Sequence[Done], rev: int) -> RoomModel | None:
    """The room after these calls, of which at most the first makes a change. None: impossible."""
    if model.rev == rev:
        return model if all(_is_answered(model, call) for call in calls) else None
    for first in calls:
        others = [call for call in calls if call is not first]
        if any(other.ended < first.began for other in others):
            continue
        after = copy.deepcopy(model)
        is_first = first.verb(after) == first.answer and after.rev == rev
        if is_first and all(_is_answered(after, other) for other in others):
            return after
    return None


def _is_answered(model: RoomModel, call: Done) -> bool:
    """Whether the call changes nothing, and is answered so."""
    after = copy.deepcopy(model)
    return call.verb(after) == call.answer and after.rev == model.rev
