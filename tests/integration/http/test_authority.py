"""Who may ask what: every call of the face, asked by everybody who has no business with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.api_keys import KeyScope, credential_of
from fullhouse.domain.key_changes import KeyTerms
from fullhouse.domain.rooms import Role
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.routes import CALLS
from fullhouse.edge.tokens import TokenClaims, issue
from tests.integration.http.face import KEY, OTHER_KEY

if TYPE_CHECKING:
    from fullhouse.edge.http.calls import Call
    from tests.integration.http.answers import Answer
    from tests.integration.http.face import World

UNAUTHENTICATED = (401, "unauthenticated")
FORBIDDEN = (403, "forbidden")
OPEN = (422, "invalid_request")
"""What `ask` gets from a call that it may make."""

IDS = {
    "account": "acme",
    "room": "hall",
    "participant": "bob",
    "upgrade": "u",
    "downgrade": "d",
    "invoice": "i",
}

BEARERS: dict[str, str | None] = {
    "nothing": None,
    "an empty credential": "Bearer ",
    "a scheme alone": "Bearer",
    "another scheme": f"Basic {KEY}",
    "a key without a scheme": KEY,
    "garbage": "Bearer \xff\x00 garbage",
    "a wrong key": "Bearer platform-key-3",
    "the beginning of a key": f"Bearer {KEY[:-1]}",
    "two keys": f"Bearer {KEY},{OTHER_KEY}",
}


def name_of(call: Call) -> str:
    return f"{call.method} {call.path}"


def restricted(*whos: Who) -> list[Call]:
    return [call for call in CALLS if call.who in whos]


async def ask(world: World, call: Call, authorization: str | None) -> Answer:
    """The call with a body and a query that would be refused: nobody gets as far as that."""
    headers = {} if authorization is None else {"Authorization": authorization}
    path = call.path.format_map(IDS) + "?unknown=1"
    return await world.send(call.method, path, [b"no JSON"], key=None, headers=headers)


def test_everything_is_restricted_but_the_catalogue_and_what_operators_watch() -> None:
    assert {name_of(call) for call in CALLS if call.who is Who.ANYONE} == {
        "GET /v1/plans",
        "GET /health/live",
        "GET /health/ready",
        "GET /metrics",
        "GET /openapi.json",
        "GET /asyncapi.json",
        "GET /docs",
        "GET /docs/style.css",
        "GET /.well-known/security.txt",
        "GET /v1/connect",  # answers nothing but that a WebSocket is wanted
        "POST /v1/stripe/webhook",  # its signature is the authentication
    }


def test_buyers_are_given_what_the_protocol_marks_with_a_star() -> None:
    assert {name_of(call) for call in CALLS if call.who is Who.BUYER} == {
        "GET /v1/accounts/{account}",
        "GET /v1/accounts/{account}/rooms",
        "GET /v1/accounts/{account}/rooms/{room}",
        "GET /v1/accounts/{account}/rooms/{room}/history",
        "GET /v1/accounts/{account}/offers",
        "POST /v1/accounts/{account}/upgrade-quotes",
        "POST /v1/accounts/{account}/collect",
        "POST /v1/accounts/{account}/rooms/{room}/messages",
        "GET /v1/accounts/{account}/upgrades",
        "POST /v1/accounts/{account}/upgrades",
        "GET /v1/accounts/{account}/upgrades/{upgrade}",
        "DELETE /v1/accounts/{account}/upgrades/{upgrade}",
        "GET /v1/accounts/{account}/downgrade-requests",
        "POST /v1/accounts/{account}/downgrade-requests",
        "DELETE /v1/accounts/{account}/downgrade-requests/{downgrade}",
        "GET /v1/accounts/{account}/invoices",
        "GET /v1/accounts/{account}/invoices/{invoice}",
    }


@pytest.mark.parametrize(
    "call", restricted(Who.PLATFORM, Who.BUYER, Who.HOST, Who.PERSON), ids=name_of
)
async def test_who_does_not_say_who_they_are_is_turned_away(world: World, call: Call) -> None:
    for sent, authorization in BEARERS.items():
        answer = await ask(world, call, authorization)

        assert answer.problem == UNAUTHENTICATED, sent
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "call", restricted(Who.PLATFORM, Who.BUYER, Who.HOST, Who.PERSON), ids=name_of
)
async def test_a_token_that_is_not_ours_or_not_of_today_is_turned_away(
    world: World, call: Call
) -> None:
    now_s = world.clock.now_ms() // 1000
    claims = TokenClaims("acme", "hall", "ada", Role.HOST, now_s + 60)
    expired = world.token(ttl_s=0)
    forged = issue("x" * 32, claims, now_s)

    for token in (expired, forged):
        assert (await ask(world, call, f"Bearer {token}")).problem == UNAUTHENTICATED


@pytest.mark.parametrize("call", restricted(Who.PLATFORM), ids=name_of)
async def test_no_room_token_opens_a_call_of_the_platform(world: World, call: Call) -> None:
    for role in Role:
        answer = await ask(world, call, f"Bearer {world.token(role=role, buy=True)}")

        assert answer.problem == FORBIDDEN, role


@pytest.mark.parametrize("call", restricted(Who.BUYER), ids=name_of)
async def test_a_token_that_may_not_buy_sees_nothing_of_the_account(
    world: World, call: Call
) -> None:
    for token in (
        world.attendee(),
        world.token(role=Role.ATTENDEE, buy=True),
        world.token(role=Role.PRESENTER),
        world.token(role=Role.HOST, buy=False),
    ):
        assert (await ask(world, call, f"Bearer {token}")).problem == FORBIDDEN


def test_hosts_are_given_what_the_protocol_marks_so() -> None:
    assert {name_of(call) for call in CALLS if call.who is Who.HOST} == {
        "GET /v1/accounts/{account}/rooms/{room}/waiting",
        "POST /v1/accounts/{account}/rooms/{room}/participants/{participant}/call",
        "DELETE /v1/accounts/{account}/rooms/{room}/participants/{participant}",
    }


@pytest.mark.parametrize("call", restricted(Who.HOST), ids=name_of)
async def test_only_hosts_of_the_room_act_for_its_people(world: World, call: Call) -> None:
    for token in (
        world.attendee(),
        world.token(role=Role.PRESENTER, buy=True),
        world.token(role=Role.HOST, room="other"),
        world.token(role=Role.HOST, account="other"),
    ):
        assert (await ask(world, call, f"Bearer {token}")).problem == FORBIDDEN
    for buy in (None, False):
        assert (await ask(world, call, f"Bearer {world.token(buy=buy)}")).problem == OPEN


@pytest.mark.parametrize("call", restricted(Who.BUYER, Who.HOST), ids=name_of)
async def test_a_token_is_good_for_its_own_account_only(world: World, call: Call) -> None:
    for account in ("other", "acme2", "ACME"):
        answer = await ask(world, call, f"Bearer {world.token(account=account)}")

        assert answer.problem == FORBIDDEN, account


@pytest.mark.parametrize("call", restricted(Who.BUYER, Who.HOST), ids=name_of)
async def test_a_token_of_a_removed_person_opens_no_call(world: World, call: Call) -> None:
    await world.has_account()
    await world.has_room()
    token = f"Bearer {world.token('ada', role=Role.HOST)}"
    assert (await ask(world, call, token)).status != 403

    removal = "/v1/accounts/acme/rooms/hall/{}/ada"
    await world.ask("DELETE", removal.format("participants"))
    assert (await ask(world, call, token)).problem == FORBIDDEN
    assert (await ask(world, call, f"Bearer {world.token('eve', role=Role.HOST)}")).status != 403

    await world.ask("DELETE", removal.format("removals"))
    assert (await ask(world, call, token)).status != 403


@pytest.mark.parametrize("call", restricted(Who.PERSON), ids=name_of)
async def test_a_platform_key_is_nobody_in_a_room(world: World, call: Call) -> None:
    assert (await ask(world, call, f"Bearer {KEY}")).problem == FORBIDDEN


@pytest.mark.parametrize("call", restricted(Who.PLATFORM, Who.BUYER, Who.HOST), ids=name_of)
async def test_each_platform_key_opens_each_call_of_the_platform(world: World, call: Call) -> None:
    for key in (KEY, OTHER_KEY):
        answer = await ask(world, call, f"bearer  {key}")

        assert answer.problem == (422, "invalid_request"), key


SCOPES: dict[KeyScope, set[str]] = {
    KeyScope.READ: {
        "GET /v1/accounts",
        "GET /v1/accounts/{account}",
        "GET /v1/accounts/{account}/rooms",
        "GET /v1/accounts/{account}/rooms/{room}",
        "GET /v1/accounts/{account}/rooms/{room}/history",
        "GET /v1/accounts/{account}/rooms/{room}/report",
        "GET /v1/accounts/{account}/offers",
        "GET /v1/accounts/{account}/upgrades",
        "GET /v1/accounts/{account}/upgrades/{upgrade}",
        "GET /v1/accounts/{account}/downgrade-requests",
        "GET /v1/accounts/{account}/invoices",
        "GET /v1/accounts/{account}/invoices/{invoice}",
    },
    KeyScope.PLATFORM: {
        "DELETE /v1/accounts/{account}/participants/{participant}",
        "GET /v1/accounts/{account}/rooms/{room}/waiting",
        "POST /v1/accounts/{account}/rooms/{room}/participants/{participant}/call",
        "PUT /v1/accounts/{account}",
        "PATCH /v1/accounts/{account}",
        "DELETE /v1/accounts/{account}",
        "PUT /v1/accounts/{account}/rooms/{room}",
        "PATCH /v1/accounts/{account}/rooms/{room}",
        "DELETE /v1/accounts/{account}/rooms/{room}",
        "POST /v1/accounts/{account}/rooms/{room}/close",
        "POST /v1/accounts/{account}/rooms/{room}/messages",
        "POST /v1/accounts/{account}/rooms/{room}/tokens",
        "POST /v1/accounts/{account}/rooms/{room}/gate",
        "DELETE /v1/accounts/{account}/rooms/{room}/participants/{participant}",
        "DELETE /v1/accounts/{account}/rooms/{room}/removals/{participant}",
    },
    KeyScope.BILLING: {
        "POST /v1/accounts/{account}/collect",
        "POST /v1/accounts/{account}/upgrade-quotes",
        "POST /v1/accounts/{account}/upgrades",
        "DELETE /v1/accounts/{account}/upgrades/{upgrade}",
        "POST /v1/accounts/{account}/downgrade-requests",
        "POST /v1/accounts/{account}/downgrade-requests/{downgrade}/approve",
        "POST /v1/accounts/{account}/downgrade-requests/{downgrade}/decline",
        "DELETE /v1/accounts/{account}/downgrade-requests/{downgrade}",
    },
    KeyScope.OPS: {
        "GET /v1/accounts/{account}/events",
        "GET /v1/accounts/{account}/rooms/{room}/audit",
    },
}


def test_every_call_for_keys_names_its_scope_and_no_other_call_does() -> None:
    scopes = {
        scope: {name_of(call) for call in CALLS if call.scope is scope} for scope in KeyScope
    }
    without = {name_of(call) for call in CALLS if call.scope is None}

    assert scopes == SCOPES
    assert without == {name_of(call) for call in restricted(Who.ANYONE, Who.PERSON)}


@pytest.mark.parametrize("call", restricted(Who.PLATFORM, Who.BUYER), ids=name_of)
async def test_a_stored_key_opens_the_calls_of_its_scopes_only(world: World, call: Call) -> None:
    assert call.scope is not None
    just_it = await made(world, "just-it", frozenset({call.scope}))
    all_others = await made(world, "all-others", frozenset(KeyScope) - {call.scope})

    assert (await ask(world, call, f"Bearer {just_it}")).problem == OPEN
    assert (await ask(world, call, f"Bearer {all_others}")).problem == FORBIDDEN


@pytest.mark.parametrize("call", restricted(Who.PLATFORM, Who.BUYER), ids=name_of)
async def test_a_key_of_one_account_opens_no_other(world: World, call: Call) -> None:
    ours = await made(world, "ours", frozenset(KeyScope), account="acme")
    others = await made(world, "theirs", frozenset(KeyScope), account="acme2")
    is_of_one = "{account}" in call.path

    answer = await ask(world, call, f"Bearer {ours}")
    assert answer.problem == (OPEN if is_of_one else FORBIDDEN)
    assert (await ask(world, call, f"Bearer {others}")).problem == FORBIDDEN


@pytest.mark.parametrize("call", restricted(Who.PERSON), ids=name_of)
async def test_a_stored_key_is_nobody_in_a_room(world: World, call: Call) -> None:
    key = await made(world, "all", frozenset(KeyScope))

    assert (await ask(world, call, f"Bearer {key}")).problem == FORBIDDEN


async def test_a_revoked_key_opens_nothing_and_is_named_by_its_cause(world: World) -> None:
    key = await made(world, "backend", frozenset(KeyScope))
    await world.keys.revoke("backend")

    answer = await world.ask("GET", "/v1/accounts", key=key)

    assert answer.problem == UNAUTHENTICATED
    assert "revoked" in answer.json["detail"]
    assert key.encode() not in answer.body


async def test_a_key_that_nobody_made_opens_nothing(world: World) -> None:
    key = await made(world, "backend", frozenset(KeyScope))
    changed = key[:-1] + ("A" if key[-1] != "A" else "B")

    for guess in (changed, credential_of("0" * 12, "A" * 43)):
        answer = await world.ask("GET", "/v1/accounts", key=guess)
        assert answer.problem == UNAUTHENTICATED


async def made(
    world: World, name: str, scopes: frozenset[KeyScope], account: str | None = None
) -> str:
    terms = KeyTerms(name=name, scopes=scopes, account=account)
    return (await world.keys.create(terms)).credential


@pytest.mark.parametrize("call", restricted(Who.BUYER), ids=name_of)
async def test_whoever_may_buy_may_ask_about_their_own_account(world: World, call: Call) -> None:
    for token in (world.token(), world.token(role=Role.PRESENTER, buy=True)):
        assert (await ask(world, call, f"Bearer {token}")).problem == (422, "invalid_request")


@pytest.mark.parametrize("call", restricted(Who.PERSON), ids=name_of)
@pytest.mark.parametrize("role", list(Role))
async def test_everybody_in_a_room_may_poll(world: World, call: Call, role: Role) -> None:
    answer = await ask(world, call, f"Bearer {world.token(role=role)}")

    assert answer.problem == (422, "invalid_request")


async def test_a_refusal_never_repeats_the_credential(world: World) -> None:
    secret = "platform-key-that-was-mistyped"

    answer = await world.ask("GET", "/v1/accounts/acme", key=secret)

    assert secret.encode() not in answer.body
