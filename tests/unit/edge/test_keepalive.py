"""One wheel pings everybody once a turn, a few each second."""

from __future__ import annotations

import msgspec

from fullhouse.edge.ws.keepalive import ALIVE, PERIOD_S, PING, KeepAlive


class Peer:
    def __init__(self) -> None:
        self.pings = 0

    def ping(self) -> None:
        self.pings += 1


def seated(wheel: KeepAlive[Peer], count: int) -> list[tuple[Peer, int]]:
    peers = [Peer() for _ in range(count)]
    return [(peer, wheel.add(peer)) for peer in peers]


def test_everybody_is_pinged_once_a_turn() -> None:
    wheel: KeepAlive[Peer] = KeepAlive()
    peers = seated(wheel, 100)

    for _ in range(2 * PERIOD_S):
        wheel.turn()

    assert {peer.pings for peer, _ in peers} == {2}


def test_each_second_has_its_even_share() -> None:
    wheel: KeepAlive[Peer] = KeepAlive()
    peers = seated(wheel, 10 * PERIOD_S)

    wheel.turn()

    assert sum(peer.pings for peer, _ in peers) == 10


def test_whoever_went_is_pinged_no_more() -> None:
    wheel: KeepAlive[Peer] = KeepAlive()
    (gone, seat), (stays, _) = seated(wheel, 2)

    wheel.discard(gone, seat)
    wheel.discard(gone, seat)
    for _ in range(PERIOD_S):
        wheel.turn()

    assert (gone.pings, stays.pings) == (0, 1)
    assert list(wheel) == [stays]


def test_a_ping_may_end_its_connection() -> None:
    """A peer that did not answer the last one leaves the wheel while it turns."""
    wheel: KeepAlive[Peer] = KeepAlive()

    class Mute(Peer):
        def ping(self) -> None:
            wheel.discard(self, 0)

    wheel.add(Mute())
    for _ in range(PERIOD_S):
        wheel.turn()

    assert list(wheel) == []


def test_the_message_beside_a_ping_says_when_the_next_comes() -> None:
    """Both are whole frames: a ping without payload, and a short text (RFC 6455, section 5.2)."""
    assert PING == b"\x89\x00"
    assert ALIVE[:2] == bytes([0x81, len(ALIVE) - 2])
    assert msgspec.json.decode(ALIVE[2:]) == {"type": "alive", "next_s": PERIOD_S}
