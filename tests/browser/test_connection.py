"""What the browser's client does when the line is cut, slow, silent or out of order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.browser.lab import Lab, open_lab
from tests.waiting import wait_until

if TYPE_CHECKING:
    from playwright.async_api import Browser

FIRST_BACKOFF_MS = 500
LONGEST_BACKOFF_MS = 8_000
SEATED = {"type": "seated", "room": "r", "participant": "p", "grace_s": 20}


@pytest_asyncio.fixture(loop_scope="session")
async def lab(browser: Browser) -> Lab:
    return await open_lab(browser)


async def test_it_says_hello_first_and_brings_a_new_token_each_time(lab: Lab) -> None:
    await lab.connect()
    await lab.close(4101)
    await lab.pass_time(LONGEST_BACKOFF_MS)
    await lab.until_said(2)

    assert lab.said == [
        {"type": "hello", "token": "token-1"},
        {"type": "hello", "token": "token-2"},
    ]


async def test_it_stays_away_where_it_is_not_wanted(lab: Lab) -> None:
    await lab.connect()
    await lab.close(4010)
    await lab.pass_time(10 * LONGEST_BACKOFF_MS)

    assert await lab.phase() == "ended"
    assert len(lab.sockets) == 1


async def test_it_comes_back_to_a_server_that_asks_for_it(lab: Lab) -> None:
    await lab.connect()
    await lab.close(4101)
    assert await lab.phase() == "away"

    await lab.pass_time(LONGEST_BACKOFF_MS)

    await wait_until(lambda: len(lab.sockets) == 2)


async def test_the_close_code_decides_unless_a_retry_came_first(lab: Lab) -> None:
    final = [4000, 4001, 4003, 4004, 4008, 4010, 4011, 4012, 4013]
    ours = [1002, 1003, 1007, 1009]
    passing = [1001, 1006, 1011, 1012, 4100, 4101, 4102]

    async def back_from(codes: list[int], *, retried: bool) -> list[int]:
        return [c for c in codes if await lab.call("../fullhouse.js", "comesBack", c, retried)]

    assert await back_from(final + ours + passing, retried=False) == passing
    assert await back_from(final + ours, retried=True) == final


async def test_a_retry_before_the_close_brings_it_back_but_not_early(lab: Lab) -> None:
    """A room that is not open yet: 4004 alone would be final."""
    await lab.connect()
    await lab.tell(type="retry", after_ms=30_000)
    await lab.close(4004)

    await lab.pass_time(29_900)
    assert len(lab.sockets) == 1

    await lab.pass_time(100 + LONGEST_BACKOFF_MS)
    await wait_until(lambda: len(lab.sockets) == 2)


async def test_a_retry_that_was_overcome_does_not_outlive_the_end(lab: Lab) -> None:
    """Put off, then let in, then the event ends: the close is final again."""
    await lab.connect()
    await lab.tell(type="retry", after_ms=100)
    await lab.pass_time(100)
    await lab.until_said(2)
    await lab.tell(**SEATED, epoch=1, rev=1)
    await lab.close(4010)

    assert await lab.phase() == "ended"


async def test_while_the_connection_is_open_a_retry_repeats_what_was_refused(lab: Lab) -> None:
    await lab.connect()
    await lab.tell(**SEATED, epoch=1, rev=1)
    await lab.page.evaluate("() => connection.claim()")
    await lab.tell(type="retry", after_ms=2_000)

    await lab.pass_time(1_900)
    assert [message["type"] for message in lab.said] == ["hello", "claim"]

    await lab.pass_time(100)
    await lab.until_said(3)
    assert lab.said[-1]["type"] == "claim"


async def test_it_gives_up_a_connection_that_has_gone_silent(lab: Lab) -> None:
    await lab.connect()
    await lab.tell(type="alive", next_s=2)
    await lab.pass_time(3_900)
    await lab.tell(type="alive", next_s=2)
    await lab.pass_time(3_900)
    assert len(lab.sockets) == 1

    await lab.pass_time(100)
    assert await lab.phase() == "away"
    await lab.pass_time(FIRST_BACKOFF_MS)

    await wait_until(lambda: len(lab.sockets) == 2)


async def test_a_phone_that_slept_too_long_reconnects_as_soon_as_it_wakes(lab: Lab) -> None:
    """Asleep no timer runs, so nothing has noticed the silence."""
    await lab.connect()
    await lab.tell(**SEATED, epoch=1, rev=1)

    await lab.sleep(60_000)
    await lab.pass_time(FIRST_BACKOFF_MS)

    await wait_until(lambda: len(lab.sockets) == 2)


async def test_a_tab_that_is_looked_at_again_keeps_a_connection_that_is_well(lab: Lab) -> None:
    await lab.connect()
    await lab.tell(**SEATED, epoch=1, rev=1)

    await lab.sleep(5_000)
    await lab.pass_time(FIRST_BACKOFF_MS)

    assert await lab.phase() == "live"
    assert len(lab.sockets) == 1


async def test_a_lost_network_is_noticed_at_once_and_so_is_its_return(lab: Lab) -> None:
    await lab.connect()
    await lab.tell(**SEATED, epoch=1, rev=1)

    await lab.page.evaluate("() => dispatchEvent(new Event('offline'))")
    assert await lab.phase() == "away"
    await lab.page.evaluate("() => dispatchEvent(new Event('online'))")
    await lab.pass_time(FIRST_BACKOFF_MS)

    await wait_until(lambda: len(lab.sockets) == 2)


async def test_a_handshake_that_never_ends_is_given_up(lab: Lab) -> None:
    """A socket to nowhere: the page's own, since the test's would open at once."""
    await lab.page.evaluate(
        """async () => {
          const { RoomConnection } = await import("/fullhouse.js");
          globalThis.WebSocket = class extends EventTarget { close() {} send() {} };
          window.connection = new RoomConnection({ token: async () => "t", server: "http://lab" });
          connection.open();
        }"""
    )
    assert await lab.phase() == "connecting"

    await lab.pass_time(10_000)

    assert await lab.phase() == "away"


async def test_old_news_is_dropped_but_no_change_of_capacity(lab: Lab) -> None:
    await lab.connect()
    await lab.tell(type="room", epoch=5, rev=9)
    await lab.tell(type="room", epoch=5, rev=8)
    await lab.tell(type="room", epoch=4, rev=99)
    await lab.tell(type="capacity_changed", epoch=5, rev=8)
    await lab.tell(type="notice", epoch=5, rev=9)

    heard = [(m["type"], m["rev"]) for m in await lab.heard("message") if m]
    assert heard == [("room", 9), ("capacity_changed", 8), ("notice", 9)]


async def test_a_higher_epoch_is_announced_before_its_first_message(lab: Lab) -> None:
    await lab.connect()
    await lab.tell(type="room", epoch=5, rev=9)
    await lab.tell(type="room", epoch=6, rev=1)

    names = [name for name, _ in await lab.page.evaluate("() => heard") if name != "link"]
    assert names == ["message", "anew", "message"]


async def test_no_network_for_a_token_is_like_no_network(lab: Lab) -> None:
    await lab.connect()
    await lab.page.evaluate(
        """async () => {
          const { RoomConnection } = await import("/fullhouse.js");
          const token = async () => { throw new TypeError("offline"); };
          window.connection = new RoomConnection({ token, server: "http://lab.test" });
          connection.open();
        }"""
    )
    await wait_until(lambda: len(lab.sockets) == 2)
    await lab.page.wait_for_function("() => connection.link.phase === 'away'", polling=20)

    await lab.pass_time(LONGEST_BACKOFF_MS)

    await wait_until(lambda: len(lab.sockets) >= 3)


async def test_the_backoff_doubles_up_to_a_bound_and_is_fully_random(lab: Lab) -> None:
    longest = await lab.page.evaluate(
        """async () => {
          const { backoffMs } = await import("/fullhouse.js");
          return [0, 1, 2, 3, 4, 5, 60].map((attempt) => backoffMs(attempt, () => 1));
        }"""
    )
    shortest = await lab.page.evaluate(
        """async () => (await import("/fullhouse.js")).backoffMs(9, () => 0)"""
    )

    assert longest == [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]
    assert shortest == 0


async def test_the_first_answer_of_a_new_connection_is_the_truth(lab: Lab) -> None:
    """The store may have gone back in time: of an older revision, or even an older epoch."""
    await lab.connect()
    await lab.tell(**SEATED, epoch=5, rev=28)
    for told in ({"epoch": 5, "rev": 10}, {"epoch": 4, "rev": 3}):
        sockets = len(lab.sockets)
        await lab.close(4101)
        await lab.pass_time(LONGEST_BACKOFF_MS)
        await wait_until(lambda sockets=sockets: len(lab.sockets) > sockets)  # type: ignore[misc]
        await lab.tell(type="retry", after_ms=50)
        await lab.tell(type="waiting", **told)
        await lab.tell(type="line", epoch=told["epoch"], rev=told["rev"] - 1)

    heard = [(m["type"], m["rev"]) for m in await lab.heard("message") if m]
    assert heard == [("seated", 28), ("waiting", 10), ("waiting", 3)]
    assert len(await lab.heard("anew")) == 2


async def test_what_was_kept_of_an_earlier_page_is_forgotten_if_the_store_went_back(
    lab: Lab,
) -> None:
    async def verdict(epoch: int, rev: int) -> str:
        judged: str = await lab.page.evaluate(
            """async ([known, message]) => {
              const { Newest } = await import("/fullhouse.js");
              return new Newest(known).judge(message);
            }""",
            [{"epoch": 5, "rev": 9}, {"type": "waiting", "epoch": epoch, "rev": rev}],
        )
        return judged

    assert await verdict(5, 9) == "news"
    assert [await verdict(*told) for told in ((5, 8), (4, 99), (6, 1))] == ["anew"] * 3


async def test_the_first_token_is_asked_for_while_the_socket_opens(lab: Lab) -> None:
    """On a slow network that is a round trip less. Servers that are away cost no more tokens."""
    await lab.page.evaluate(
        """async () => {
          const { RoomConnection } = await import("/fullhouse.js");
          window.sockets = window.tokens = 0;
          globalThis.WebSocket = class {
            constructor() { sockets += 1; }
            close() {}
          };
          const token = async () => `token-${++tokens}`;
          window.connection = new RoomConnection({ token, server: "http://lab" });
          connection.open();
        }"""
    )
    assert await lab.page.evaluate("[sockets, tokens]") == [1, 1]

    await lab.pass_time(11_000)

    assert await lab.page.evaluate("[sockets, tokens]") == [2, 1]


@pytest.mark.parametrize("state", ["opening", "open", "closed"])
async def test_a_page_may_have_opened_the_first_socket(lab: Lab, state: str) -> None:
    await lab.page.evaluate(
        """async (state) => {
          const { RoomConnection } = await import("/fullhouse.js");
          const socket = new WebSocket("ws://lab.test/v1/connect", ["fullhouse.v1"]);
          if (state !== "opening") await new Promise((opened) => (socket.onopen = opened));
          if (state === "closed") {
            const closed = new Promise((done) => (socket.onclose = done));
            socket.close();
            await closed;
          }
          const token = async () => "token-1";
          window.connection = new RoomConnection({ token, server: "http://lab.test", socket });
          connection.open();
        }""",
        state,
    )

    await lab.until_said(1)
    assert lab.said == [{"type": "hello", "token": "token-1"}]
    assert len(lab.sockets) == (2 if state == "closed" else 1)

    await lab.tell(type="retry", after_ms=0)  # a later connection opens its own
    await lab.close(1006)
    await lab.pass_time(1_000)
    await lab.until_said(2)
    assert len(lab.sockets) == (3 if state == "closed" else 2)
