"""Two nodes behind nginx with the file of `deploy/nginx`, restarted one after the other."""

from __future__ import annotations

import pytest

from tests.faults.rolling import PLANS, rolling
from tests.nginx import DEPLOY
from tests.nodes import SECRET

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="package")]

PEOPLE = 200
NEW = "the-next-secret-of-the-tests-" + "n" * 40


async def test_a_rolling_restart_behind_nginx_costs_nobody_anything() -> None:
    """No call fails, no handshake is refused, each place and each call is kept.

    Meanwhile the secret of tokens is changed (the second step of docs/security.md), and the
    platform's key is replaced: tokens of each node are good for each node.
    """
    site = (DEPLOY / "fullhouse.conf").read_text()
    async with rolling(site, drain_s=1, token_secret=f"old={SECRET},new={NEW}") as event:
        assert event.event_room.lines == [], "nodes reach the store past the loop of all people"
        await event.use_a_stored_key()
        await event.fill(PEOPLE, seats=PEOPLE * 3 // 4)

        await event.restart(token_secret=f"new={NEW},old={SECRET}")

        assert event.figures.failed == []
        assert event.figures.refused == {}
        assert event.figures.not_back == []
        assert all(len(visitor.pages) > 1 for visitor in event.event_room.visitors)
        assert not any(visitor.all("seat_lost") for visitor in event.event_room.visitors)
        assert await event.bought() == list(PLANS)
        await event.end_old_key()
