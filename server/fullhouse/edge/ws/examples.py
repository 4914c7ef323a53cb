"""One example of each message, for readers: values of the types, so that they cannot be wrong.

Together they tell of one event: bob waits and is called when a larger plan is bought.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fullhouse.domain.money import Money
from fullhouse.domain.offers import Offer
from fullhouse.domain.quotes import NextPeriod
from fullhouse.edge.objects import Forecast, HostMessageObject, NoticeObject, PresenterSeats
from fullhouse.edge.ws import client_messages, messages
from fullhouse.edge.ws.messages import OfRoomFields

_EPOCH = 1767268800000
_INSTALLATION = "Qm4xN0h2d0pLc1Z0"
_TICKET = _EPOCH + 107
_CALLED_TO = _EPOCH + 100
_ESTIMATE_S = (140, 610)

_NOTICE = NoticeObject(
    id=f"{_EPOCH}-2",
    level="full",
    room="hall",
    capacity=100,
    occupied=100,
    waiting=7,
    full_in_s=None,
    since="2026-01-01T12:20:05Z",
    can_buy=True,
    limited=False,
    offers=(
        Offer(
            plan="live-200",
            name="Live 200",
            seats=200,
            due_now=Money(2340, "EUR"),
            next_period=NextPeriod(Money(9900, "EUR"), date(2026, 1, 28)),
            recommended=True,
        ),
    ),
)

_STREAM = "https://stream.example/hall"


def _of(rev: int) -> OfRoomFields:
    return {"room": "hall", "epoch": _EPOCH, "rev": rev}


_MESSAGES: tuple[client_messages.ClientMessage | messages.ServerMessage, ...] = (
    client_messages.Hello(token="eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl"),  # noqa: S106  # no key made it
    client_messages.Claim(),
    client_messages.Leave(),
    client_messages.PositionRequest(),
    client_messages.Watching(on=True),
    client_messages.Dismiss(notice=_NOTICE.id, rest=True),
    messages.Waiting(
        **_of(412),
        participant="bob",
        ticket=_TICKET,
        ahead=6,
        called=False,
        called_to=_CALLED_TO,
        reason="full",
        claim_s=None,
        grace_s=30.0,
        away_s=600.0,
        estimate_s=_ESTIMATE_S,
        installation=_INSTALLATION,
        watch=_STREAM,
    ),
    messages.HostMessage(**_of(412), text="We begin in five minutes.", at="2026-01-01T12:25:00Z"),
    messages.Watch(**_of(413), watch=_STREAM, window_ms=40),
    messages.LineProgress(**_of(430), called_to=_CALLED_TO + 3, ahead=3, estimate_s=(80, 400)),
    messages.RefreshRequired(
        **_of(431),
        refresh=f"{_EPOCH}-431",
        reason="capacity_changed",
        called_from=_CALLED_TO + 4,
        called_to=_CALLED_TO + 103,
        window_ms=1000,
        claim_s=45.0,
    ),
    messages.Seated(**_of(436), participant="bob", grace_s=20.0, installation=_INSTALLATION),
    messages.SeatLost(**_of(502), reason="removed"),
    messages.RoomClosed(**_of(910), reason="closed"),
    messages.RoomMessage(
        **_of(412),
        account="acme",
        title="Hall",
        status="open",
        paused=False,
        capacity=_NOTICE.capacity,
        occupied=_NOTICE.occupied,
        held=0,
        waiting=_NOTICE.waiting,
        away=0,
        presenters=PresenterSeats(capacity=5, occupied=1),
        level="full",
        forecast=Forecast(joins_per_min=12, full_in_s=None),
        notice=_NOTICE,
        plan="live-100",
        closed_reason=None,
        closed_at=None,
        message=HostMessageObject(text="We begin in five minutes.", at="2026-01-01T12:25:00Z"),
        watch=_STREAM,
        watching=4,
        called_next=1,
        installation=_INSTALLATION,
    ),
    messages.NoticeGiven(**_of(405), notice=_NOTICE),
    messages.NoticeCleared(**_of(431), notice=_NOTICE.id, reason="upgraded"),
    messages.CapacityChanged(**_of(431), from_=100, to=200, cause="upgrade", change="up-7f3a"),
    messages.Retry(after_ms=2000),
    messages.Alive(next_s=15),
    messages.Refused("not_allowed", "dismiss is not for the role attendee."),
)

EXAMPLES: Mapping[type, client_messages.ClientMessage | messages.ServerMessage] = {
    type(message): message for message in _MESSAGES
}
"""The example of each type of message."""
