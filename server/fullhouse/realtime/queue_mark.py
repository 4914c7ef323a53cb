"""When the line of a room is due for word of its progress."""

from __future__ import annotations

from fullhouse.domain.rooms import Snapshot

PEOPLE_PER_STEP = 1000  # a line of so many more is told one step more rarely


class QueueMark:
    """How far the line had moved when its people were told last."""

    def __init__(self) -> None:
        self._told: tuple[int, ...] | None = None
        self._rest = 0

    def is_due(self, now: Snapshot) -> bool:
        """Whether to tell the line in this step. Call it once a step."""
        if self._rest > 0:
            self._rest -= 1
            return False
        state = now.state
        # With the last ticket: when one leaves and another comes, as many wait as before.
        line = (now.revision.epoch, state.called_to, state.waiting, state.last_ticket)
        # The estimate changes with the last two.
        mark = (*line, state.priorities, state.freed, state.observed_s // 60)
        has_moved = mark != self._told
        self._told = mark
        self._rest = state.waiting // PEOPLE_PER_STEP if has_moved else 0
        return has_moved

    def forget(self) -> None:
        """The line could not be told; the next step that is due tells it."""
        self._told = None
