"""The report that `room.closed` gets when it is delivered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
import pytest

from fullhouse.domain.errors import CallerError, NotFound, StoreUnavailable
from fullhouse.domain.reports import Counted
from fullhouse.domain.rooms import RoomRef
from fullhouse.domain.webhooks import TYPES, Webhook
from fullhouse.edge.closed_reports import ClosedReports
from fullhouse.edge.report_objects import report_object
from fullhouse.service.reports import ReportService
from tests.accounts import CATALOGUE, an_account
from tests.unit.realtime.events import state

if TYPE_CHECKING:
    from fullhouse.domain.accounts import Account
    from fullhouse.edge.report_objects import ReportObject

OPENED_MS, CLOSED_MS = 1_700_000_000_123, 1_700_000_060_000
REF = RoomRef("acme", "hall")
CLOSED = state(status="closed", occupied=0, closed_ms=CLOSED_MS, closed_reason="closed")
COUNTED = Counted(CLOSED, 100, OPENED_MS, CLOSED_MS, at_once=7, ended={"left": 2})
HOOK = Webhook(
    "msg_1",
    "acme",
    "room.closed",
    CLOSED_MS,
    msgspec.json.encode({"account": "acme", "room": "hall", "rev": 9, "opened_ms": OPENED_MS}),
)


@dataclass
class Event:
    """What was counted of the room of a test, in an account that exists."""

    counted: Counted | CallerError
    asked: int = 0

    async def current(self, account_id: str) -> Account:
        return an_account(id=account_id)

    async def report(self, ref: RoomRef) -> Counted:
        assert ref == REF
        self.asked += 1
        if isinstance(self.counted, CallerError):
            raise self.counted
        return self.counted

    async def add_to(self, webhook: Webhook) -> Webhook:
        service = ReportService(self, self, CATALOGUE)
        return await ClosedReports(service).add_to(webhook)


def as_sent(report: ReportObject) -> object:
    return msgspec.json.decode(msgspec.json.encode(report))


async def test_the_end_of_an_event_gets_its_report_and_keeps_the_rest() -> None:
    event = Event(COUNTED)

    webhook = await event.add_to(HOOK)

    service = ReportService(event, event, CATALOGUE)
    expected = report_object(REF, await service.of(REF))
    data = msgspec.json.decode(webhook.data)
    assert data == {**msgspec.json.decode(HOOK.data), "report": as_sent(expected)}
    assert expected.arrivals == 9
    assert replace(webhook, data=HOOK.data) == HOOK


@pytest.mark.parametrize(
    "counted",
    [
        pytest.param(replace(COUNTED, opened_ms=OPENED_MS + 1), id="another opening"),
        pytest.param(replace(COUNTED, state=replace(CLOSED, status="open")), id="open"),
        pytest.param(NotFound("room", "hall"), id="deleted"),
    ],
)
async def test_without_the_counts_of_this_opening_the_report_is_null(
    counted: Counted | CallerError,
) -> None:
    webhook = await Event(counted).add_to(HOOK)

    data = msgspec.json.decode(webhook.data)
    assert data == {**msgspec.json.decode(HOOK.data), "report": None}


async def test_a_store_that_does_not_answer_gives_no_null() -> None:
    with pytest.raises(StoreUnavailable):
        await Event(StoreUnavailable()).add_to(HOOK)


@pytest.mark.parametrize("type_", sorted(set(TYPES) - {"room.closed"}))
async def test_other_webhooks_stay_as_they_are_and_cost_no_call(type_: str) -> None:
    event = Event(COUNTED)
    other = replace(HOOK, type=type_)

    assert await event.add_to(other) is other
    assert event.asked == 0
