"""A room token is ours, of today, and says who may do what; anything else opens nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import msgspec
import pytest

from fullhouse.domain.errors import Forbidden, Unauthenticated
from fullhouse.domain.rooms import Role, RoomRef
from fullhouse.edge.tokens import (
    TokenClaims,
    _Payload,
    _payload,
    _plain_payload,
    issue,
    verify,
)

SECRET = "s" * 64
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW_S = int(NOW.timestamp())

PAYLOAD = {
    "aud": "fullhouse",
    "sub": "ada",
    "acct": "acme",
    "room": "hall",
    "role": "attendee",
    "exp": NOW_S + 60,
}


def token(secret: str = SECRET, algorithm: str = "HS256", **changes: Any) -> str:  # noqa: ANN401  # claims
    """A token as a JWT library makes it; None leaves a claim out."""
    payload = {name: value for name, value in {**PAYLOAD, **changes}.items() if value is not None}
    return jwt.encode(payload, secret, algorithm=algorithm)


def test_a_token_says_who_may_enter_which_room() -> None:
    claims = verify(SECRET, token(name="Ada", buy=True), NOW)

    assert claims == TokenClaims(
        "acme", "hall", "ada", Role.ATTENDEE, NOW_S + 60, name="Ada", buy=True
    )
    assert claims.ref == RoomRef("acme", "hall")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (None, ""),
        ("", ""),
        (" \t", ""),
        ("Ада 👩\u200d🚀", "Ада 👩\u200d🚀"),
        ("x" * 200, "x" * 200),
    ],
)
def test_hosts_are_shown_the_name_of_an_attendee(name: str | None, shown: str) -> None:
    assert verify(SECRET, token(name=name), NOW).name_in_line == shown
    assert verify(SECRET, token(name=name, role="host"), NOW).name_in_line == ""


@pytest.mark.parametrize("name", ["x" * 201, "Ada\nHost", "Ada\x00", "Ada\u202egnp", "A\u2028da"])
def test_a_name_that_cannot_be_shown_is_refused_by_its_claim(name: str) -> None:
    with pytest.raises(Unauthenticated, match=r"^token: name: "):
        verify(SECRET, token(name=name), NOW)


def test_what_we_issue_we_believe() -> None:
    claims = TokenClaims("acme", "hall", "eve", Role.HOST, NOW_S + 60, name="Eve", buy=False)

    assert verify(SECRET, issue(SECRET, claims, NOW_S), NOW) == claims


def test_what_a_token_leaves_out_is_not_written_into_it() -> None:
    claims = TokenClaims("acme", "hall", "ada", Role.ATTENDEE, NOW_S + 60)

    payload = jwt.decode(issue(SECRET, claims, NOW_S), options={"verify_signature": False})

    assert payload == {**PAYLOAD, "iat": NOW_S}


def test_further_claims_of_the_platform_do_no_harm() -> None:
    assert verify(SECRET, token(tenant=7, aud=["other", "fullhouse"]), NOW).participant == "ada"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": None},
        {"aud": "theatre"},
        {"sub": None},
        {"acct": None},
        {"room": None},
        {"role": None},
        {"exp": None},
        {"exp": "soon"},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"exp": -1},
        {"sub": "no spaces"},
        {"sub": "x" * 65},
        {"acct": ".hidden"},
        {"room": "a/b"},
        {"role": 7},
        {"name": 7},
        {"buy": "yes"},
        {"secret": "x" * 64},
        {"algorithm": "HS512"},
        {"algorithm": "none", "secret": ""},
        {"nbf": NOW_S + 10**9},
    ],
    ids=str,
)
def test_a_token_that_is_not_in_order_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated, match=r"^token: "):
        verify(SECRET, token(**changes), NOW)


@pytest.mark.parametrize(
    ("written", "cause"),
    [
        (token(exp=NOW_S), "expired"),
        (token(nbf=NOW_S + 60), "not_yet_valid"),
        (token(secret="x" * 64), "wrong_signature"),
        (token(algorithm="HS512"), "wrong_signature"),
        (token(aud="theatre"), "wrong_audience"),
        (token(aud=None), "invalid_claims"),
        (token(sub="no spaces"), "invalid_claims"),
        (token(buy="yes"), "invalid_claims"),
        ("platform-key", "malformed"),
        (token() + "!", "malformed"),
        (jwt.encode(PAYLOAD, SECRET, headers={"kid": "old"}), None),
    ],
)
def test_why_a_token_is_refused_is_one_word_of_few(written: str, cause: str | None) -> None:
    secret = SECRET if cause else f"new={SECRET}"
    with pytest.raises(Unauthenticated) as refused:
        verify(secret, written, NOW)

    assert refused.value.cause == (cause or "unknown_key")


@pytest.mark.parametrize("text", ["", ".", "a.b.c", "é.é.é", "x" * 4000])
def test_text_that_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(Unauthenticated):
        verify(SECRET, text, NOW)


def test_a_token_changed_on_the_way_is_refused() -> None:
    head, _, signature = token().split(".")
    forged = base64.urlsafe_b64encode(json.dumps({**PAYLOAD, "role": "host"}).encode())

    with pytest.raises(Unauthenticated):
        verify(SECRET, f"{head}.{forged.decode().rstrip('=')}.{signature}", NOW)


def test_a_token_lives_until_exp_and_not_a_moment_longer() -> None:
    end = NOW + timedelta(seconds=60)

    verify(SECRET, token(), end - timedelta(milliseconds=1))
    with pytest.raises(Unauthenticated, match="exp"):
        verify(SECRET, token(), end)


def test_exp_may_have_a_fraction() -> None:
    """Some libraries write the seconds so. Source: RFC 7519, section 2, NumericDate."""
    assert verify(SECRET, token(exp=NOW_S + 60.75), NOW).expires_at_s == NOW_S + 60


def test_a_refusal_never_repeats_the_token() -> None:
    with pytest.raises(Unauthenticated) as refused:
        verify("another secret of thirty-two bytes", token(), NOW)

    assert not any(part in str(refused.value) for part in token().split("."))


@pytest.mark.parametrize("role", ["stagehand", "Host", ""])
def test_a_role_that_nobody_can_have_is_refused_by_its_name(role: str) -> None:
    with pytest.raises(Forbidden, match="host, presenter, attendee"):
        verify(SECRET, token(role=role), NOW)


@pytest.mark.parametrize(
    ("role", "buy", "may_buy"),
    [
        (Role.HOST, None, True),
        (Role.HOST, True, True),
        (Role.HOST, False, False),
        (Role.PRESENTER, None, False),
        (Role.PRESENTER, True, True),
        (Role.ATTENDEE, None, False),
        (Role.ATTENDEE, True, False),
    ],
)
def test_hosts_buy_unless_forbidden_and_presenters_only_if_allowed(
    role: Role, buy: bool | None, may_buy: bool
) -> None:
    assert TokenClaims("acme", "hall", "eve", role, NOW_S, buy=buy).may_buy is may_buy


ODDITIES: list[dict[str, Any]] = [
    {},
    {"nbf": 0},
    {"nbf": "soon"},
    {"jti": 7},
    {"jti": "one"},
    {"aud": ["fullhouse"]},
    {"aud": ["theatre"]},
    {"aud": "theatre"},
    {"iat": "yesterday"},
    {"exp": "later"},
    {"exp": True},
    {"exp": NOW_S + 0.5},
    {"sub": 7},
    {"role": None},
    {"buy": "yes"},
]


@pytest.mark.parametrize("header", [{}, {"typ": None}, {"kid": "7"}, {"crit": ["b64"]}])
@pytest.mark.parametrize("changes", ODDITIES)
def test_the_short_way_and_the_library_agree(
    changes: dict[str, Any], header: dict[str, Any]
) -> None:
    """Tokens written plainly are verified without PyJWT; which way was taken must not show."""
    written = jwt.encode({**PAYLOAD, **changes}, SECRET, algorithm="HS256", headers=header)

    assert _answer(_read(SECRET, written)) == _answer(lambda: _payload(SECRET, written))


@pytest.mark.parametrize("number", range(0, 200, 7))
def test_a_character_changed_anywhere_opens_nothing(number: int) -> None:
    written = token()
    other = "A" if written[number] != "A" else "B"

    with pytest.raises(Unauthenticated):
        verify(SECRET, written[:number] + other + written[number + 1 :], NOW)


@pytest.mark.parametrize("tail", ["=", "==", "!", "\n", ".", ".e30", "\u00e9"])
def test_what_hangs_on_to_a_token_is_not_overlooked(tail: str) -> None:
    written = token() + tail

    assert _answer(_read(SECRET, written)) == _answer(lambda: _payload(SECRET, written))


def test_plain_tokens_go_the_short_way() -> None:
    assert _plain_payload(SECRET, token()) is not None
    assert _plain_payload("another" * 8, token()) is None


def _read(secret: str, written: str) -> Callable[[], _Payload]:
    return lambda: _plain_payload(secret, written) or _payload(secret, written)


def _answer(read: Callable[[], _Payload]) -> object:
    """What is read, or that it is refused."""
    try:
        payload = read()
    except (jwt.PyJWTError, msgspec.ValidationError):
        return "refused"
    return tuple(getattr(payload, name) for name in _Payload.__struct_fields__)


OLD, NEW = "o" * 32, "n" * 32
BOTH = f"2026-11={NEW},2026-05={OLD}"


def test_the_first_of_several_secrets_signs_and_says_which_it_is() -> None:
    claims = TokenClaims("acme", "hall", "ada", Role.HOST, NOW_S + 60)

    signed = issue(BOTH, claims, NOW_S)

    assert jwt.get_unverified_header(signed)["kid"] == "2026-11"
    assert jwt.decode(
        signed, NEW, algorithms=["HS256"], options={"verify_aud": False, "verify_exp": False}
    )
    assert verify(BOTH, signed, NOW) == claims


@pytest.mark.parametrize("header", [{}, {"kid": "2026-05"}, {"kid": "2026-05", "cty": "JWT"}])
def test_a_token_of_an_older_secret_goes_on_until_the_secret_is_taken_away(
    header: dict[str, Any],
) -> None:
    written = jwt.encode(PAYLOAD, OLD, algorithm="HS256", headers=header)

    assert verify(BOTH, written, NOW).participant == "ada"
    with pytest.raises(Unauthenticated):
        verify(f"2026-11={NEW}", written, NOW)


@pytest.mark.parametrize(
    ("secret", "kid"), [(OLD, "2026-11"), (NEW, "2026-05"), (NEW, "2025-11"), ("x" * 32, None)]
)
def test_a_token_that_names_another_secret_than_its_own_is_refused(
    secret: str, kid: str | None
) -> None:
    written = jwt.encode(PAYLOAD, secret, algorithm="HS256", headers={"kid": kid} if kid else {})

    with pytest.raises(Unauthenticated):
        verify(BOTH, written, NOW)


@pytest.mark.parametrize(
    ("ahead_s", "is_in_time"), [(-1, True), (3, True), (30, True), (31, False)]
)
def test_a_clock_that_is_a_little_ahead_sends_nobody_away(
    ahead_s: int, *, is_in_time: bool
) -> None:
    """Clients never come back from a refused token."""
    written = token(nbf=NOW_S + ahead_s, iat=NOW_S + ahead_s)

    with nullcontext() if is_in_time else pytest.raises(Unauthenticated, match="nbf"):
        verify(SECRET, written, NOW)


STEPS = [OLD, f"old={OLD},new={NEW}", f"new={NEW},old={OLD}", f"new={NEW}"]
"""FULLHOUSE_TOKEN_SECRET during a change of the secret, as docs/security.md describes it."""


@pytest.mark.parametrize("step", range(2))
def test_while_nodes_are_restarted_each_accepts_the_tokens_of_each(step: int) -> None:
    """Before the last step, an operator waits until the last token of the old secret is over."""
    claims = TokenClaims("acme", "hall", "ada", Role.HOST, NOW_S + 60)
    for signer in STEPS[step : step + 2]:
        for reader in STEPS[step : step + 2]:
            assert verify(reader, issue(signer, claims, NOW_S), NOW) == claims


def test_a_change_of_the_secret_that_leaves_out_a_step_refuses_tokens() -> None:
    claims = TokenClaims("acme", "hall", "ada", Role.HOST, NOW_S + 60)

    with pytest.raises(Unauthenticated):
        verify(STEPS[0], issue(STEPS[2], claims, NOW_S), NOW)
    with pytest.raises(Unauthenticated):
        verify(STEPS[3], issue(STEPS[1], claims, NOW_S), NOW)
