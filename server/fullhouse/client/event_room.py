"""Calls for one room: its life, its line and its people."""

from __future__ import annotations

from collections.abc import AsyncIterator

from msgspec import UNSET, UnsetType

from fullhouse.client.addresses import in_path
from fullhouse.client.http_calls import HttpCalls, given
from fullhouse.client.lines import NotInvited, TokenSource, TokenUnavailable
from fullhouse.client.problems import CallFailed, Problem, ServerUnreachable
from fullhouse.domain.rooms import Role
from fullhouse.edge.history_objects import HistoryObject
from fullhouse.edge.objects import HostMessageObject, RoomObject
from fullhouse.edge.report_objects import ReportObject
from fullhouse.edge.room_objects import (
    AuditObject,
    GateBody,
    GateObject,
    HostMessageBody,
    RoomBody,
    RoomChangesBody,
    TokenBody,
    TokenObject,
)
from fullhouse.edge.waiting_objects import (
    CallNextBody,
    ChosenPersonObject,
    WaitingObject,
    WaitingPersonObject,
)


class RoomCalls:
    """One room. Every call may raise `CallFailed`."""

    def __init__(self, calls: HttpCalls, path: str) -> None:
        self._calls = calls
        self._path = path

    async def open(self, title: str, *, watch: str | UnsetType | None = UNSET) -> RoomObject:
        """Open the room, or replace the title of the open room.

        Args:
            title: 1 to 200 characters.
            watch: The https address of a stream for people in line. None: there is none. By
                default an open room keeps the address that it has.
        """
        return await self._calls.answer(RoomObject, "PUT", self._path, RoomBody(title, watch))

    async def get(self) -> RoomObject:
        """The current state of the room, open or closed."""
        return await self._calls.answer(RoomObject, "GET", self._path)

    async def set(
        self,
        *,
        paused: bool | UnsetType = UNSET,
        seats: int | UnsetType | None = UNSET,
        watch: str | UnsetType | None = UNSET,
    ) -> RoomObject:
        """Hold or release the line, limit the room to fewer seats than its plan has, set a stream.

        Args:
            paused: True: nobody is called.
            seats: None: the seats of the plan.
            watch: The https address of a stream for people in line. None: there is none.
        """
        body = RoomChangesBody(paused, seats, watch)
        return await self._calls.answer(RoomObject, "PATCH", self._path, body)

    async def close(self) -> RoomObject:
        """End the event. Safe to repeat."""
        return await self._calls.answer(RoomObject, "POST", f"{self._path}/close")

    async def delete(self) -> None:
        """Delete the closed room with all data about its people."""
        await self._calls.delete(self._path)

    async def history(self) -> HistoryObject:
        """The event since its opening."""
        return await self._calls.answer(HistoryObject, "GET", f"{self._path}/history")

    async def report(self) -> ReportObject:
        """Who waited, how long, who gave up, and what each larger plan would have changed."""
        return await self._calls.answer(ReportObject, "GET", f"{self._path}/report")

    async def audit(self) -> AuditObject:
        """All places of the room, with the counts computed again."""
        return await self._calls.answer(AuditObject, "GET", f"{self._path}/audit")

    async def tell_line(self, text: str | None) -> HostMessageObject:
        """Tell everybody in line. None: withdraw the message."""
        path = f"{self._path}/messages"
        return await self._calls.answer(HostMessageObject, "POST", path, HostMessageBody(text))

    async def waiting(self) -> AsyncIterator[WaitingPersonObject]:
        """The people in line, in the order in which they are let in; then people who are away."""
        query: dict[str, str] = {}
        while True:
            page = await self._calls.answer(
                WaitingObject, "GET", f"{self._path}/waiting", query=query
            )
            for person in page.waiting:
                yield person
            if page.next is None:
                return
            query["cursor"] = page.next

    async def call_next(self, participant: str, reason: str) -> ChosenPersonObject:
        """Call a person before everybody else: now, or with the next free seat. Safe to repeat.

        Args:
            participant: A person in line.
            reason: For the history of the room, 1 to 280 characters.
        """
        path = f"{self._path}/participants/{in_path('participant', participant)}/call"
        return await self._calls.answer(ChosenPersonObject, "POST", path, CallNextBody(reason))

    async def remove(self, participant: str) -> None:
        """Send a person out, and refuse them until the room closes."""
        await self._calls.must(
            "DELETE", f"{self._path}/participants/{in_path('participant', participant)}"
        )

    async def lift_removal(self, participant: str) -> None:
        """Let a removed person come again."""
        path = f"{self._path}/removals/{in_path('participant', participant)}"
        await self._calls.must("DELETE", path)

    async def gate(self, participant: str, role: Role | str | None = None) -> GateObject:
        """The right of a person to be inside, for another door. `role`: needed for hosts only.

        Raises:
            NotInside, RoomClosed: the person has no right to be inside. Any other error means
                that nobody knows at this moment.
        """
        is_host = role is not None and Role(role) is Role.HOST
        body = GateBody(participant, "host" if is_host else None)
        return await self._calls.answer(GateObject, "POST", f"{self._path}/gate", given(body))

    async def token(
        self,
        participant: str,
        role: Role | str = Role.ATTENDEE,
        *,
        ttl_s: int = 3600,
        name: str | None = None,
        buy: bool | None = None,
    ) -> TokenObject:
        """A room token. The room need not be open yet."""
        body = TokenBody(participant, Role(role), ttl_s, name, buy)
        return await self._calls.answer(TokenObject, "POST", f"{self._path}/tokens", given(body))

    def token_source(
        self, participant: str, role: Role | str = Role.ATTENDEE, *, name: str | None = None
    ) -> TokenSource:
        """Tokens for a `RoomClient` that runs where the platform key may be."""

        async def token() -> str:
            try:
                return (await self.token(participant, role, name=name)).token
            except ServerUnreachable as failure:
                raise TokenUnavailable(str(failure)) from failure
            except CallFailed as failure:
                is_passing = isinstance(failure, Problem) and failure.may_pass
                refusal = TokenUnavailable if is_passing else NotInvited
                raise refusal(f"no token: {failure}") from failure

        return token
