"""Every close that refuses somebody is counted by its code, and leaves one line a minute."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.domain.close_codes import ENDS_OF_VISITS
from fullhouse.domain.errors import Forbidden, Unauthenticated
from fullhouse.domain.rooms import Role
from fullhouse.edge.metrics import Metrics
from fullhouse.edge.tokens import TokenClaims
from fullhouse.edge.ws.connection import MOST_UNSENT, Connection
from fullhouse.edge.ws.registry import REFUSING_CODES, ConnectionRegistry
from tests import raw
from tests.compose import ROOT
from tests.unit.edge.test_metrics import figures
from tests.unit.edge.wires import Hub, Wire

if TYPE_CHECKING:
    from collections.abc import Sequence

SECRET = "eyJ-a-token-that-opens-doors"


def _claims(token: str) -> TokenClaims:
    if token == "no role":
        raise Forbidden("token: role must be one of a few")
    if token.startswith(SECRET):
        raise Unauthenticated("token: exp has passed.", "expired")
    return TokenClaims("acme", "hall", token, Role.ATTENDEE, expires_at_s=0)


class Guest:
    """A connection of 192.0.2.7 that says what is sent."""

    def __init__(self, registry: ConnectionRegistry) -> None:
        self.wire = Wire()
        self.wire.facts["peername"] = ("192.0.2.7", 4711)
        self.connection = Connection(registry, self.wire, set())

    def says(self, *messages: dict[str, Any]) -> None:
        for message in messages:
            self.connection.data_received(raw.text(json.dumps(message)))

    def sends(self, frame: bytes) -> None:
        self.connection.data_received(frame)

    def is_sent_out(self, code: int) -> None:
        """By the hub, once it has said hello."""
        self.says(ADA)
        self.connection.close(code, "")

    def reads_nothing(self) -> None:
        self.connection.pause_writing()
        self.wire.unsent = MOST_UNSENT + 1
        self.connection.send(b"x", "plain")


def hello(token: str) -> dict[str, str]:
    return {"type": "hello", "token": token}


ADA = hello("ada")
REFUSED: dict[str, Callable[[Guest], None]] = {
    "1002 protocol_error": lambda guest: guest.sends(b"\xf1\x80abcd"),
    "1003 not_text": lambda guest: guest.sends(raw.binary(b"x")),
    "1007 not_utf8": lambda guest: guest.sends(raw.text(b"\xff")),
    "1009 too_large": lambda guest: guest.sends(raw.text("x" * 5000)),
    "4000 invalid_request": lambda guest: guest.says({"type": SECRET, SECRET: SECRET}),
    "4000 no_hello": lambda guest: guest.says({"type": "claim"}),
    "4000 another_person": lambda guest: guest.says(ADA, hello("bob")),
    "4001 expired": lambda guest: guest.says(hello(SECRET)),
    "4003 forbidden": lambda guest: guest.says(hello("no role")),
    "4004 no_such_room": lambda guest: guest.is_sent_out(4004),
    "4008 no_hello": lambda guest: guest.connection.close(4008, "no hello in time"),
    "4012 presenters_full": lambda guest: guest.is_sent_out(4012),
    "4013 removed": lambda guest: guest.is_sent_out(4013),
    "4100 too_slow": lambda guest: guest.reads_nothing(),
    "4102 person_messages": lambda guest: guest.says(ADA, *[{"type": "position"}] * 60),
}
KNOWN = {"4000 another_person", "4004 no_such_room", "4012 presenters_full", "4013 removed"}
KNOWN |= {"4102 person_messages"}
"""Those whose token was good: the line names account and room."""


@pytest.fixture
async def registry() -> ConnectionRegistry:
    return ConnectionRegistry(Hub(), verify=_claims, drain_s=1, metrics=Metrics())


def end(registry: ConnectionRegistry, how: Callable[[Guest], None], *, times: int = 3) -> None:
    for _ in range(times):
        how(Guest(registry))


@pytest.mark.parametrize("kind", REFUSED)
async def test_a_refusal_is_counted_by_its_code_and_told_once(
    registry: ConnectionRegistry, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    end(registry, REFUSED[kind])

    counted = figures(registry.metrics)[f'fullhouse_closes_total{{code="{kind[:4]}"}}']
    assert counted >= 1 if kind.startswith("4102") else counted == 3
    (said,) = [vars(record) for record in caplog.records if record.msg == "connection.refused"]
    assert (said["kind"], said["count"], said["client"]) == (kind, 1, "192.0.2.7")
    known = ("acme", "hall") if kind in KNOWN else (None, None)
    assert (said["account"], said["room"]) == known
    assert SECRET not in str(said)
    assert "ada" not in str(said)


@pytest.mark.parametrize("code", sorted(ENDS_OF_VISITS))
async def test_the_end_of_a_visit_is_counted_and_is_no_news(
    registry: ConnectionRegistry, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    end(registry, lambda guest: guest.connection.close(code, "bye"))

    assert figures(registry.metrics)[f'fullhouse_closes_total{{code="{code}"}}'] == 3
    assert caplog.records == []


async def test_what_the_client_ends_is_no_refusal(
    registry: ConnectionRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    end(registry, lambda guest: guest.sends(raw.close(1000)))

    assert not any("closes_total" in name for name in figures(registry.metrics))
    assert caplog.records == []


async def test_a_client_that_fell_silent_is_counted(registry: ConnectionRegistry) -> None:
    guest = Guest(registry)
    guest.connection.ping()
    guest.connection.ping()

    assert figures(registry.metrics)['fullhouse_closes_total{code="1006"}'] == 1


def test_no_code_of_the_protocol_is_left_out() -> None:
    page = (ROOT / "docs" / "protocol.md").read_text()
    rows: Sequence[str] = re.findall(r"^\| ((?:\d{4}(?:, )?)+) \|", page, re.MULTILINE)
    codes = {int(code) for row in rows for code in row.split(", ")}

    assert {4000, 4001, 4010, 4100} <= codes
    assert codes <= REFUSING_CODES.keys() | ENDS_OF_VISITS
