"""Who waits, who is called next and who is removed, over HTTP."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.instants import rfc3339
from fullhouse.domain.rooms import Role
from fullhouse.edge.tokens import TokenClaims, issue
from tests.integration.http.face import KEY, SECRET

if TYPE_CHECKING:
    from tests.integration.http.answers import Answer
    from tests.integration.http.face import World

EVENT_ROOM = "/v1/accounts/acme/rooms/hall"


@pytest.fixture
async def line(world: World) -> World:
    """One inside, three in line, the first of them with a name."""
    await world.has_account()
    await world.has_room(seats=1)
    await world.enter("zed")
    now_s = world.clock.now_ms() // 1000
    ada = TokenClaims("acme", "hall", "ann", Role.ATTENDEE, now_s + 99, name="Ann L.")
    await world.ask("POST", "/v1/poll", {}, key=issue(SECRET, ada, now_s))
    await world.enter("bob", "cleo")
    return world


async def call(
    world: World, who: str, reason: object = "speaks", key: str | None = None
) -> Answer:
    path = f"{EVENT_ROOM}/participants/{who}/call"
    return await world.ask("POST", path, {"reason": reason}, key=key or world.token("hera"))


async def test_a_host_reads_the_line_page_by_page(line: World) -> None:
    key = line.token("hera", buy=False)

    first = await line.ask("GET", f"{EVENT_ROOM}/waiting?limit=2", key=key)
    cursor = first.json["next"]
    rest = await line.ask("GET", f"{EVENT_ROOM}/waiting?limit=2&cursor={cursor}", key=key)

    ann, bob = first.json["waiting"]
    assert ann.pop("ticket") < bob["ticket"]
    assert ann == {
        "participant": "ann",
        "name": "Ann L.",
        "ahead": 0,
        "called": False,
        "priority": False,
        "away": False,
        "since": rfc3339(line.clock.now_ms()),
    }
    assert [row["participant"] for row in rest.json["waiting"]] == ["cleo"]
    assert rest.json["next"] is None


@pytest.mark.parametrize("cursor", ["x", "5", "5:seats", "5:", ":line"])
async def test_a_foreign_cursor_is_refused(line: World, cursor: str) -> None:
    answer = await line.ask("GET", f"{EVENT_ROOM}/waiting?cursor={cursor}")

    assert answer.refused_field == "cursor"


async def test_the_one_who_is_let_in_first_is_told_and_so_are_the_hosts(line: World) -> None:
    before = (await line.ask("GET", EVENT_ROOM)).json

    answer = await call(line, "cleo")
    again = await call(line, "cleo", "twice")

    after = (await line.ask("GET", EVENT_ROOM)).json
    (told, *_) = (await line.ask("POST", "/v1/poll", {}, key=line.attendee("cleo"))).json[
        "messages"
    ]
    assert answer.json == again.json == {"participant": "cleo", "place": "waiting", "ahead": 0}
    assert (before["called_next"], after["called_next"]) == (0, 1)
    assert (told["ahead"], told["called"]) == (0, False)
    rows = (await line.ask("GET", f"{EVENT_ROOM}/waiting")).json["waiting"]
    assert [(r["participant"], r["priority"]) for r in rows] == [
        ("cleo", True),
        ("ann", False),
        ("bob", False),
    ]


async def test_the_history_says_who_and_why_to_hosts_of_the_room_only(line: World) -> None:
    await call(line, "cleo", "Speaks at nine")

    async def kinds(key: str) -> dict[str, dict[str, object]]:
        history = await line.ask("GET", f"{EVENT_ROOM}/history", key=key)
        return {moment["kind"]: moment for moment in history.json["moments"]}

    moment = (await kinds(line.token("eve")))["call_next"]
    assert (moment["participant"], moment["by"], moment["reason"]) == (
        "cleo",
        "hera",
        "Speaks at nine",
    )
    assert "call_next" in await kinds(KEY)
    for token in (line.token(room="other"), line.token(role=Role.PRESENTER, buy=True)):
        assert "call_next" not in await kinds(token)


@pytest.mark.parametrize("reason", ["", "  ", None, "x" * 281, "a\nb", 5])
async def test_a_choice_needs_a_reason_that_can_be_shown(line: World, reason: object) -> None:
    assert (await call(line, "cleo", reason)).refused_field == "reason"


async def test_a_host_removes_people_of_the_room_and_no_host(line: World) -> None:
    host = line.token("hera")
    path = f"{EVENT_ROOM}/participants/"

    removed = await line.ask("DELETE", path + "bob", key=host)
    again = await line.ask("DELETE", path + "bob", key=host)
    other = await line.ask("DELETE", path + "eve", key=host)

    assert (removed.status, again.status) == (204, 204)
    assert other.problem == (404, "not_found")
    assert await line.enter("bob") == ["removed"]
    assert (await line.ask("GET", EVENT_ROOM, key=line.token("eve"))).status == 200


async def test_nobody_is_named_where_no_host_asks(
    line: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await call(line, "cleo", "A secret reason")
    await line.ask("DELETE", f"{EVENT_ROOM}/participants/bob", key=line.token("hera"))

    texts = [str(record.__dict__) for record in caplog.records]
    for path in ("/audit", "/report", "/history", ""):
        answer = await line.ask("GET", EVENT_ROOM + path)
        texts.append(answer.body.decode())
        assert answer.status == 200
    texts.append((await line.ask("GET", "/metrics", key=None)).body.decode())
    assert any("person.called_next" in text for text in texts)
    assert not any("Ann L." in text for text in texts)
    assert not any("secret reason" in text for text in texts if "levelname" in text)
