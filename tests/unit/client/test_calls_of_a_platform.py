"""The Python client has a method for each call that a platform's backend makes."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from fullhouse.client import PlatformClient, ServerUnreachable
from fullhouse.client.http_calls import HttpCalls
from fullhouse.domain.rooms import Role
from fullhouse.edge.http.routes import CALLS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    import httpx

    from fullhouse.edge.http.calls import Call

WITHOUT_A_METHOD = {
    "POST /v1/poll": "RoomClient polls, with a room token",
    "GET /v1/connect": "RoomClient opens the WebSocket",
    "POST /v1/stripe/webhook": "Stripe calls it",
    "GET /health/live": "for what watches the process",
    "GET /metrics": "for Prometheus",
    "GET /openapi.json": "for programs that make other clients",
    "GET /asyncapi.json": "for programs that make other clients",
    "GET /docs": "for people",
    "GET /docs/style.css": "for people",
    "GET /.well-known/security.txt": "for people",
}


NOT_OF_A_METHOD = {
    "limit",  # iterators ask for whole pages
    "cursor",
    "lang",  # of the page of an invoice, for people
}


class Recorder(HttpCalls):
    """Notes the calls, each with the fields that were sent, and answers none."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1", "key", patience_s=0)
        self.made: dict[str, set[str]] = {}

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        fields: dict[str, object] = msgspec.to_builtins(body) or {}
        self.made[f"{method} {path}"] = {*fields, *(query or {})}
        raise ServerUnreachable


def methods_of(calls: object) -> Iterable[Callable[..., Any]]:
    """The methods that make calls."""
    for name, method in inspect.getmembers(calls, inspect.ismethod):
        is_async = inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method)
        if is_async and not name.startswith("_"):
            yield method


def ask_for_all(method: Callable[..., Any], text: str | None) -> Awaitable[Any]:
    """Calls the method with all arguments. Texts are `text`, or the names of the parameters."""
    parameters = inspect.signature(method).parameters.values()
    answer = method(**{each.name: argument(each, text or each.name) for each in parameters})
    return anext(answer) if isinstance(answer, AsyncIterator) else answer


def argument(parameter: inspect.Parameter, text: str) -> object:
    if "date" in str(parameter.annotation):
        return date.min
    return Role.HOST if "Role" in str(parameter.annotation) else text


async def calls_made(text: str | None = None) -> dict[str, set[str]]:
    """The calls that all methods together make, and the fields that they send.

    Args:
        text: The ids and texts of all calls. None: each is the name of its parameter.
    """
    platform = PlatformClient("http://127.0.0.1:1", "key")
    recorder = platform.calls = Recorder()
    account = platform.account("account")
    for calls in (platform, account, account.room("room")):
        for method in methods_of(calls):
            with suppress(ServerUnreachable, ValueError):
                await ask_for_all(method, text)
    return recorder.made


async def test_every_call_has_a_method_that_can_send_all_fields() -> None:
    assert await calls_made() == {
        f"{call.method} {call.path}".replace("{", "").replace("}", ""): fields_of(call)
        for call in CALLS
        if f"{call.method} {call.path}" not in WITHOUT_A_METHOD
    }


def test_what_has_no_method_is_a_call() -> None:
    assert WITHOUT_A_METHOD.keys() <= {f"{call.method} {call.path}" for call in CALLS}


async def test_what_is_no_id_leads_to_no_other_path() -> None:
    platform = PlatformClient("http://127.0.0.1:1", "key")

    assert [call for call in await calls_made("..") if ".." in call] == []
    with pytest.raises(ValueError, match=r"account: '\.\.' is not an id"):
        platform.account("..")
    with pytest.raises(ValueError, match=r"room: '\.\.' is not an id"):
        platform.account("acme").room("..")


def fields_of(call: Call) -> set[str]:
    fields: tuple[str, ...] = getattr(call.takes, "__struct_fields__", ())
    return {*fields} - NOT_OF_A_METHOD
