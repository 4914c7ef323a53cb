"""Who of a room waits here, ordered by ticket: a call touches only those whom it is for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Waiter(Protocol):
    @property
    def ticket(self) -> int | None: ...


WaiterT = TypeVar("WaiterT", bound=Waiter)


class TicketOrder(Generic[WaiterT]):
    """People with a ticket. A ticket may not change while its holder stands in here."""

    def __init__(self) -> None:
        self._waiters: list[WaiterT] = []

    def __iter__(self) -> Iterator[WaiterT]:
        return iter(self._waiters)

    def add(self, waiter: WaiterT) -> None:
        """Newcomers have the highest ticket, so this is mostly an append."""
        insort(self._waiters, waiter, key=_ticket)

    def discard(self, waiter: WaiterT) -> None:
        start = bisect_left(self._waiters, _ticket(waiter), key=_ticket)
        for index in range(start, len(self._waiters)):
            if self._waiters[index] is waiter:
                del self._waiters[index]
                return
            if _ticket(self._waiters[index]) != _ticket(waiter):
                return

    def chunks(self, first: int, last: int, size: int) -> Iterator[list[WaiterT]]:
        """Whoever has a ticket from `first` to `last`, in order, about `size` at a time.

        A chunk is taken when it is asked for: whoever has gone by then is not in it. Where the
        next one begins is settled before: the last of a chunk may have another ticket by then.
        """
        while chunk := self._next_chunk(first, last, size):
            first = _ticket(chunk[-1]) + 1
            yield chunk

    def beyond(self, last: int) -> list[WaiterT]:
        """Whoever has a higher ticket than `last`."""
        return self._waiters[self._start_of(last + 1) :]

    def _next_chunk(self, first: int, last: int, size: int) -> list[WaiterT]:
        """Those next in order; who has the same ticket as the last of them comes along."""
        waiters = self._waiters
        start, end = self._start_of(first), self._end_of(last)
        if start + size < end:
            end = self._end_of(_ticket(waiters[start + size - 1]))
        return waiters[start:end]

    def _end_of(self, ticket: int) -> int:
        return bisect_right(self._waiters, ticket, key=_ticket)

    def _start_of(self, ticket: int) -> int:
        return bisect_left(self._waiters, ticket, key=_ticket)


def _ticket(waiter: Waiter) -> int:
    return waiter.ticket or 0
