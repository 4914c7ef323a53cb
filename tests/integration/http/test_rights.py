"""The table of rights: what each caller may do with each call, own account and foreign one.

A new call fails these tests until somebody has written into the table who may make it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import Role
from fullhouse.edge.http.routes import CALLS
from fullhouse.edge.tokens import TokenClaims, issue
from tests.integration.http.face import KEY

if TYPE_CHECKING:
    from collections.abc import Callable

    from fullhouse.edge.http.calls import Call
    from tests.integration.http.face import World

ACCOUNT = "/v1/accounts/{account}"
ROOM = ACCOUNT + "/rooms/{room}"

FOR_ANYONE = {
    "GET /v1/plans",
    "GET /v1/connect",
    "POST /v1/stripe/webhook",
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
    "GET /openapi.json",
    "GET /asyncapi.json",
    "GET /docs",
    "GET /docs/style.css",
    "GET /.well-known/security.txt",
}
FOR_PEOPLE = {"POST /v1/poll"}
FOR_BUYERS = {
    f"GET {ACCOUNT}",
    f"POST {ACCOUNT}/collect",
    f"GET {ACCOUNT}/rooms",
    f"GET {ROOM}",
    f"GET {ROOM}/history",
    f"POST {ROOM}/messages",
    f"GET {ACCOUNT}/offers",
    f"POST {ACCOUNT}/upgrade-quotes",
    f"GET {ACCOUNT}/upgrades",
    f"POST {ACCOUNT}/upgrades",
    f"GET {ACCOUNT}/upgrades/{{upgrade}}",
    f"DELETE {ACCOUNT}/upgrades/{{upgrade}}",
    f"GET {ACCOUNT}/downgrade-requests",
    f"POST {ACCOUNT}/downgrade-requests",
    f"DELETE {ACCOUNT}/downgrade-requests/{{downgrade}}",
    f"GET {ACCOUNT}/invoices",
    f"GET {ACCOUNT}/invoices/{{invoice}}",
}
FOR_HOSTS = {
    f"GET {ROOM}/waiting",
    f"POST {ROOM}/participants/{{participant}}/call",
    f"DELETE {ROOM}/participants/{{participant}}",
}
FOR_PLATFORM = {
    "GET /v1/accounts",
    f"PUT {ACCOUNT}",
    f"PATCH {ACCOUNT}",
    f"DELETE {ACCOUNT}",
    f"GET {ACCOUNT}/events",
    f"DELETE {ACCOUNT}/participants/{{participant}}",
    f"POST {ACCOUNT}/downgrade-requests/{{downgrade}}/approve",
    f"POST {ACCOUNT}/downgrade-requests/{{downgrade}}/decline",
    f"PUT {ROOM}",
    f"PATCH {ROOM}",
    f"DELETE {ROOM}",
    f"POST {ROOM}/close",
    f"POST {ROOM}/tokens",
    f"POST {ROOM}/gate",
    f"GET {ROOM}/audit",
    f"GET {ROOM}/report",
    f"DELETE {ROOM}/removals/{{participant}}",
}
GROUPS = (FOR_ANYONE, FOR_PEOPLE, FOR_BUYERS, FOR_HOSTS, FOR_PLATFORM)

IDS = {
    "account": "acme",
    "room": "hall",
    "participant": "bob",
    "upgrade": "u",
    "downgrade": "d",
    "invoice": "i",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of caller: the credential, the calls it may make, and the refusal of all others."""

    credential: Callable[[World], str | None]
    may: set[str]
    refusal: int = 403


def token(
    participant: str = "ada", role: Role = Role.HOST, *, account: str = "acme", **claims: object
) -> Callable[[World], str]:
    return lambda world: world.token(participant, role, account=account, **claims)  # type: ignore[arg-type]  # by name


def forged(world: World) -> str:
    now_s = world.clock.now_ms() // 1000
    return issue("x" * 32, TokenClaims("acme", "hall", "ada", Role.HOST, now_s + 60), now_s)


BUYER = FOR_ANYONE | FOR_PEOPLE | FOR_BUYERS
PERSON = FOR_ANYONE | FOR_PEOPLE
KINDS = {
    "nobody": Kind(lambda _: None, FOR_ANYONE, 401),
    "a wrong key": Kind(lambda _: "platform-key-9", FOR_ANYONE, 401),
    "a forged token": Kind(forged, FOR_ANYONE, 401),
    "an expired token": Kind(token(ttl_s=0), FOR_ANYONE, 401),
    "an attendee": Kind(token(role=Role.ATTENDEE), PERSON),
    "an attendee whose token says buy": Kind(token(role=Role.ATTENDEE, buy=True), PERSON),
    "a presenter": Kind(token(role=Role.PRESENTER), PERSON),
    "a presenter who may buy": Kind(token(role=Role.PRESENTER, buy=True), BUYER),
    "a host": Kind(token(), BUYER | FOR_HOSTS),
    "a host who may not buy": Kind(token(buy=False), PERSON | FOR_HOSTS),
    "a host of another room": Kind(token(room="studio"), BUYER),
    "a host of another account": Kind(token(account="other"), PERSON),
    "a presenter of another account": Kind(
        token(role=Role.PRESENTER, account="other", buy=True), PERSON
    ),
    "the platform": Kind(lambda _: KEY, FOR_ANYONE | FOR_BUYERS | FOR_HOSTS | FOR_PLATFORM),
}


def name_of(call: Call) -> str:
    return f"{call.method} {call.path}"


def test_every_call_is_in_the_table_once() -> None:
    names = sorted(name for group in GROUPS for name in group)

    assert names == sorted(map(name_of, CALLS))


@pytest.mark.parametrize("kind", KINDS)
async def test_each_caller_may_do_what_the_table_says_and_nothing_else(
    world: World, kind: str
) -> None:
    """The call has a query and a body that are refused after the caller was checked."""
    caller = KINDS[kind]
    credential = caller.credential(world)
    answered: dict[str, int] = {}
    for call in CALLS:
        path = call.path.format_map(IDS) + "?unknown=1"
        answer = await world.send(call.method, path, [b"no JSON"], key=credential)
        answered[name_of(call)] = answer.status

    refused = {name for name, status in answered.items() if status in {401, 403}}
    assert refused == set(answered) - caller.may
    assert {answered[name] for name in refused} <= {caller.refusal}
