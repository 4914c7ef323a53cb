"""What must hold after each transition: store and oracle agree, and no law is broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fullhouse.domain.audit import Audit, SeatHolder
from fullhouse.domain.room_events import Call, RoomEvent
from fullhouse.domain.rooms import (
    Place,
)
from fullhouse.store.reports import Reports
from tests.event_probe import Ear
from tests.event_room import REF, EventRoom
from tests.property.people_model import Stay
from tests.property.room_model import RoomModel

LISTS = (
    "entered",
    "queued",
    "requeued",
    "exchanged",
    "chosen",
    "reported",
    "dropped_out",
    "expired",
    "away",
    "left",
    "changed_role",
    "removed",
)
"""The names that an event may carry."""


@dataclass(frozen=True)
class Look:
    """All that can be seen of a room after one transition."""

    events: list[RoomEvent]
    audit: Audit
    places: dict[str, Place]

    @property
    def taken(self) -> int:
        return self.audit.snapshot.state.occupied + self.audit.snapshot.state.held

    def uncalled(self) -> set[tuple[str, int]]:
        return {
            (name, place.ticket)
            for name, place in self.places.items()
            if place.kind == "waiting" and not place.called
        }


class Agreement:
    """Compares the store with the oracle, and each look with the one before."""

    def __init__(self, event_room: EventRoom, ear: Ear, names: Sequence[str]) -> None:
        self._event_room = event_room
        self._reports = Reports(event_room.redis, instant=event_room.clock.now_ms)
        self._ear = ear
        self._names = names
        self._before: Look | None = None

    def forget(self) -> None:
        """The store was thrown back: what was seen before says nothing of what comes."""
        self._before = None

    async def check(self, model: RoomModel) -> None:
        look = await self._look()
        agrees(look, model)
        await self._check_report(model)
        if self._before is not None:
            keeps_the_laws(self._before, look)
        self._before = look

    async def check_unchanged(self) -> None:
        look = await self._look()
        assert self._before is None or look == replace(self._before, events=[])

    async def _check_report(self, model: RoomModel) -> None:
        counted = await self._reports.report(REF)
        now = self._event_room.clock.now_ms()
        model.people.report.agrees(counted, now=now, in_doubt=model.in_doubt)

    async def _look(self) -> Look:
        events = await self._ear.heard()
        audit = await self._event_room.rooms.audit(REF)
        places = (await self._event_room.rooms.positions(REF, self._names)).places
        return Look(events, audit, dict(zip(self._names, places, strict=bool(places))))


def agrees(look: Look, model: RoomModel) -> None:
    snapshot = look.audit.snapshot
    assert look.audit.drift == ()
    assert snapshot.state == model.state()
    assert (snapshot.revision.epoch, snapshot.revision.rev) == (model.epoch, model.rev)
    assert sorted(look.audit.holders, key=_name) == sorted(_holders(model), key=_name)
    if model.status == "open":
        assert look.places == {name: model.people.place(name) for name in look.places}
    assert [_in_order(event) for event in look.events] == _expected_events(model)


def keeps_the_laws(before: Look, look: Look) -> None:
    """DESIGN's laws, said without the oracle."""
    then, now = before.audit.snapshot, look.audit.snapshot
    assert now.revision.epoch >= then.revision.epoch
    if now.revision.epoch == then.revision.epoch:
        assert now.revision.rev >= then.revision.rev
        assert now.state.called_to >= then.state.called_to
    if not now.state.refilling:
        assert look.taken <= max(now.state.capacity, before.taken), "oversold"
    people = [holder.participant for holder in look.audit.holders]
    assert len(people) == len(set(people)), "one person, one place"
    for event in look.events:
        nobody_was_overtaken(event, before, look)


def nobody_was_overtaken(event: RoomEvent, before: Look, look: Look) -> None:
    """Everyone admitted was called, or came while nobody waited uncalled."""
    not_called = {
        name
        for name, _, role in event.entered
        if role == "attendee" and not before.places.get(name, Place("none")).called
    }
    still_waiting = before.uncalled() & look.uncalled()
    assert not (not_called and still_waiting), "a newcomer overtook the line"


def _name(holder: SeatHolder) -> str:
    return holder.participant


def _holders(model: RoomModel) -> list[SeatHolder]:
    return [
        SeatHolder(
            name,
            stay.kind,
            stay.ends - model.people.clock,
            stay.generation,
            _ticket_of(model, stay),
        )
        for name, stay in model.people.stays.items()
    ]


def _ticket_of(model: RoomModel, stay: Stay) -> int | None:
    if stay.kind == "away":
        return model.people.kept_for(stay)
    return stay.ticket if stay.kind == "ticket" else None


def _expected_events(model: RoomModel) -> list[RoomEvent]:
    if not model.told_anything:
        return []
    event = RoomEvent(
        room=REF.room,
        epoch=model.epoch,
        rev=model.rev,
        cause="",
        state=model.state(),
        call=_expected_call(model),
        capacity=model.capacity_change,
        notice_given=model.notice_given,
        notice_cleared=model.cleared,
        late_ms=model.people.late_ms,
        **{name: tuple(model.people.told.get(name, ())) for name in LISTS},  # type: ignore[arg-type]
    )
    return [_in_order(event)]


def _expected_call(model: RoomModel) -> Call | None:
    call, called_to = model.people.call, model.people.called_to
    if call is None:
        return None
    return Call(call.called_from, called_to, call.count, call.window_ms, model.rules.claim_ms)


def _in_order(event: RoomEvent) -> RoomEvent:
    """Lists of names stand in no particular order, and the cause is for the eye."""
    ordered = {
        name: tuple(sorted(tuple(entry) for entry in getattr(event, name))) for name in LISTS
    }
    return replace(event, cause="", **ordered)  # type: ignore[arg-type]
