"""The waiting room: who is next, who is called, and what it costs to be away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.ws.hall import Hall


async def test_a_freed_seat_goes_to_the_head_of_the_line(hall: Hall) -> None:
    ada, _ = await hall.seated("ada", "bob")
    (cleo,) = await hall.waiting("cleo", node=1)
    (dan,) = await hall.waiting("dan")

    await ada.say("leave")
    call = await cleo.expect("refresh_required", reason="seat_freed")
    await cleo.say("claim")

    await cleo.expect("seated")
    await dan.never("refresh_required")
    assert call["called_from"] == call["called_to"]
