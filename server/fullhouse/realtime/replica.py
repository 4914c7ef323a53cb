"""This node's copy of a room's state, and what the node has seen and still owes.

When the store has lost its memory (it was emptied, or has an older copy of its data):

1. The first call from a node that has seen more names a revision that the store does not know.
   The script begins a new epoch and a refill (`store/lua/include/epoch.lua`), and publishes it.
2. The event of the new epoch is applied here, but `seen` stays: `must_report_members`.
3. `LeaseRenewal` reports all members at once. The script gives them their places back, above the
   capacity too (`store/lua/include/renewal.lua`). Newcomers are told to retry meanwhile.
4. `LeaseRenewal` moves `seen` to the new epoch, and tells all members their places.

An older copy may begin an epoch without a refill first: a call came before any node that has seen
more (`store/lua/include/restored.lua`, docs/decisions/0019). Steps 2 to 4 are the same.

An emptied store has no rooms either. Until the platform has put account and room again, members
keep their connections and what they were told.
"""

from __future__ import annotations

from typing import Literal

from fullhouse.domain.rooms import (
    NOTHING_SEEN,
    ClosedReason,
    Place,
    Revision,
    RoomState,
    Snapshot,
)

Missed = Literal["gap", "late", "reread", "subscription", "broadcast"]
"""How this node saw that members may have missed events: the next event left a gap; the store was
ahead for too long; the room was read again because an event did not come; the subscription is new;
a broadcast failed."""


class Replica:
    """The newest state of a room that this node knows. `LocalRoom` has the theory of operation.

    Attributes:
        state: The newest state applied; None before the first.
        applied: The revision of `state`. All messages to clients carry it.
        seen: The revision that script calls name as seen.
        seen_called_to: The highest called ticket at `seen`.
        missed: Why events were skipped, if the members have not been compared with the store
            since. None: no event was skipped.
        owed: People whose place has changed and who could not be told.
    """

    def __init__(self) -> None:
        self.state: RoomState | None = None
        self.applied = NOTHING_SEEN
        self.seen = NOTHING_SEEN
        self.seen_called_to = 0
        self.missed: Missed | None = None
        self.owed: set[str] = set()
        self._named: dict[str, Revision] = {}
        self._named_before: dict[str, Revision] = {}

    @property
    def snapshot(self) -> Snapshot:
        """The newest state. Only asked for once there is one."""
        assert self.state is not None  # noqa: S101  # nobody is admitted before the first snapshot
        return Snapshot(self.applied, self.state)

    @property
    def closed_reason(self) -> ClosedReason:
        """The reason to tell people when the room closes now."""
        return (self.state and self.state.closed_reason) or "closed"

    @property
    def must_report_members(self) -> bool:
        """A new epoch began, and this node has not reported its members to the store yet."""
        return self.seen.epoch != self.applied.epoch and self.seen != NOTHING_SEEN

    def apply(self, revision: Revision, state: RoomState) -> None:
        """Replace the state by a newer one. In a new epoch `seen` keeps its value."""
        self.state = state
        self.applied = revision
        if self.seen.epoch in (0, revision.epoch):
            self.note_seen(revision, state.called_to)

    def note_seen(self, revision: Revision, called_to: int) -> None:
        """Name `revision` as seen in script calls from now on."""
        self.seen = revision
        self.seen_called_to = called_to

    def is_behind(self, revision: Revision) -> bool:
        """Whether the node has not applied `revision` yet. False before the first state."""
        return self.state is not None and self.applied < revision

    def has_gap_before(self, revision: Revision) -> bool:
        """Whether events between `applied` and this one were not received.

        The first event of a new epoch is no gap: this node reports its members instead.
        """
        if self.state is None or revision.epoch != self.applied.epoch:
            return False
        return revision.rev != self.applied.rev + 1

    def note_named(self, participant: str) -> None:
        """Note that the newest event concerned this person."""
        self._named[participant] = self.applied

    def named_after(self, participant: str, revision: Revision) -> bool:
        """Whether an event newer than `revision` concerned the person lately."""
        last = self._named.get(participant) or self._named_before.get(participant, NOTHING_SEEN)
        return last > revision

    def forget_names(self) -> None:
        """Called once a second: an answer under way is never older than that."""
        self._named_before, self._named = self._named, {}

    def is_stale(self, participant: str, place: Place, revision: Revision) -> bool:
        """Whether an event applied since `revision` may have changed the place."""
        if self.named_after(participant, revision):
            return True
        called_to = self.snapshot.state.called_to
        return place.kind == "waiting" and not place.called and place.ticket <= called_to

    def take_owed(self) -> set[str]:
        """People who could not be told their place; they are not owed it any more."""
        owed, self.owed = self.owed, set()
        return owed
