"""Reads the settings of the examples from the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import httpx

from examples.seat_gate.backend import SeatGate, backend
from examples.seat_gate.gate import Gate
from examples.seat_gate.media import MediaServer
from examples.seat_gate.people import People

if TYPE_CHECKING:
    from starlette.applications import Starlette

SHARED = {
    "FULLHOUSE_URL": "the address of a node, such as http://127.0.0.1:8000",
    "FULLHOUSE_API_KEY": "a platform key with the scope `platform`",
    "FULLHOUSE_ACCOUNT": "the account whose rooms are used",
    "FULLHOUSE_TOKEN_SECRET": "the secret of room tokens, as the server has it",
    "FULLHOUSE_WEBHOOK_SECRET": "the secret of webhooks, as the server has it",
    "SESSION_SECRET": "any 32 bytes, for the cookies of this example",
}


class MissingSettings(Exception):  # what it means to the reader
    """Settings that are not in the environment, each with what it is."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        super().__init__("\n".join(f"Set {name}: {what}." for name, what in meanings.items()))


def read(needed: Mapping[str, str], environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The values of these settings.

    Raises:
        MissingSettings: some of them are not set.
    """
    missing = {name: what for name, what in needed.items() if not environment.get(name)}
    if missing:
        raise MissingSettings(missing)
    return {name: environment[name] for name in needed}


def read_or_exit(needed: Mapping[str, str]) -> dict[str, str]:
    """The values of these settings, or the end of the program with a line for each missing one."""
    try:
        return read(needed)
    except MissingSettings as error:
        sys.exit(str(error))


def seat_gate_of(settings: Mapping[str, str], media: MediaServer) -> SeatGate:
    """The seat gate of the account in the settings."""
    key = {"Authorization": f"Bearer {settings['FULLHOUSE_API_KEY']}"}
    http = httpx.AsyncClient(base_url=settings["FULLHOUSE_URL"], headers=key, timeout=5)
    account = settings["FULLHOUSE_ACCOUNT"]
    people = People(
        account,
        settings["FULLHOUSE_TOKEN_SECRET"],
        settings["SESSION_SECRET"],
        hosts=names_in(os.environ.get("HOSTS", "")),
        presenters=names_in(os.environ.get("PRESENTERS", "")),
    )
    return SeatGate(Gate(http, account), people, media)


def app_of(settings: Mapping[str, str], media: MediaServer) -> Starlette:
    return backend(seat_gate_of(settings, media), settings["FULLHOUSE_WEBHOOK_SECRET"])


def names_in(text: str) -> frozenset[str]:
    """The names in a text such as `ada, bob`."""
    return frozenset(filter(None, map(str.strip, text.split(","))))
