"""`fullhouse keys`: creates, lists, replaces and revokes platform keys."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import click

from fullhouse.clock import SystemClock
from fullhouse.domain.api_keys import ApiKey, KeyScope
from fullhouse.domain.key_changes import KeyRefused, KeyTerms
from fullhouse.edge.objects import instant
from fullhouse.service.key_changes import KeyService, NewKey
from fullhouse.store.api_keys import ApiKeyStore
from fullhouse.store.durability import Durability, durability_of
from fullhouse.store_command import on_store, with_store

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.store.keys import KeySpace

T = TypeVar("T")

_HELP = """Look after the keys with which your platform calls the API.

The store has to run, the server need not. Every node knows a change within two seconds, and no
node has to be restarted. Keys of FULLHOUSE_API_KEYS are not listed here: they allow every call.

\b
A key for the backend that runs the rooms. Only this command ever prints the key:
  fullhouse keys create backend --scope platform --scope read
\b
For one account only, for 90 days:
  fullhouse keys create acme-billing --scope billing --scope read --account acme --expires 90d
\b
Replace a key. Both work for a day, then the old one ends:
  fullhouse keys rotate backend
\b
What is there, and when it was last used. Then end one at once:
  fullhouse keys list
  fullhouse keys revoke backend

\b
Scopes. A key has those that you name, and no others:
  platform  open, change, close and delete accounts and rooms; sign tokens; ask the gate;
            see who waits, call a person next, remove people, delete their data
  billing   ask for quotes, buy, collect, and request or approve a smaller plan
  read      read accounts, rooms, histories, reports, offers, purchases and invoices
  ops       audit rooms, read trails

The status is 0, or 1 if nothing was changed because of an error, or 2 for a wrong option.
"""

_UNITS_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_is_duration = re.compile(r"(\d{1,6})([smhd])").fullmatch


def in_ms(_: click.Context, __: click.Parameter, value: str | None) -> int | None:
    """A callback of click that returns the ms of a number with a unit."""
    if value is None:
        return None
    match = _is_duration(value)
    if match is None:
        raise click.BadParameter("must be a whole number with s, m, h or d, such as 90d or 12h")
    return int(match[1]) * _UNITS_MS[match[2]]


def later_in_ms(context: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """As `in_ms`, but longer than 0."""
    lasts_ms = in_ms(context, option, value)
    if lasts_ms == 0:
        raise click.BadParameter("must be longer than 0: the key would never be valid")
    return lasts_ms


class Stored(NamedTuple):
    """What the command reads and changes."""

    keys: KeyService
    store: ApiKeyStore
    is_used: bool  # whether a node has ever run on this store


def with_keys(raw: Mapping[str, str | None], work: Callable[[Stored], Awaitable[T]]) -> T:
    """The result of `work` on the keys in the store of these settings.

    Raises:
        click.ClickException: the change is refused, or the store cannot be used now.
    """

    async def on_keys(redis: Redis, keys: KeySpace) -> T:
        waits = await durability_of(redis) is Durability.WAITS
        store = ApiKeyStore(redis, keys, waits_for_disk=waits)
        is_used = bool(await redis.exists(keys.installation))
        return await work(Stored(KeyService(store, SystemClock()), store, is_used))

    try:
        return with_store(raw, on_keys)
    except KeyRefused as error:
        raise click.ClickException(str(error)) from error


as_json = click.option("--json", "is_json", is_flag=True, help="Print JSON, for programs.")


@click.group(name="keys", help=_HELP)
def command() -> None:
    """The commands about platform keys."""


@command.command(help="Create a key, and print it. It cannot be shown again.")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in KeyScope]),
    multiple=True,
    required=True,
    help="What the key may do. Several: repeat the option.",
)
@click.option("--account", help="The only account that the key is for.  [default: all accounts]")
@click.option(
    "--expires",
    "lasts_ms",
    callback=later_in_ms,
    metavar="DURATION",
    help="How long the key is valid, such as 90d or 12h.  [default: until it is revoked]",
)
@as_json
@on_store
def create(
    *,
    name: str,
    scopes: Sequence[str],
    account: str | None,
    lasts_ms: int | None,
    is_json: bool,
    **raw: str | None,
) -> None:

    async def work(stored: Stored) -> NewKey:
        terms = KeyTerms(
            name=name,
            scopes=frozenset(map(KeyScope, scopes)),
            account=account,
            lasts_ms=lasts_ms,
        )
        if not stored.is_used:
            click.echo("Warning: no server has used this store and prefix yet.", err=True)
        return await stored.keys.create(terms)

    _show_new(with_keys(raw, work), is_json=is_json)


@command.command(help="Replace the key NAME by a new one with the same rights, and print that.")
@click.argument("name")
@click.option(
    "--overlap",
    "overlap_ms",
    callback=in_ms,
    metavar="DURATION",
    default="1d",
    show_default=True,
    help="How long the old key still works. 0s: it ends at once.",
)
@as_json
@on_store
def rotate(*, name: str, overlap_ms: int, is_json: bool, **raw: str | None) -> None:
    new = with_keys(raw, lambda stored: stored.keys.rotate(name, overlap_ms=overlap_ms))
    _show_new(new, is_json=is_json)


@command.command(help="End a key at once. NAME_OR_ID: all keys of that name, or the one key.")
@click.argument("name_or_id")
@as_json
@on_store
def revoke(*, name_or_id: str, is_json: bool, **raw: str | None) -> None:
    ended = with_keys(raw, lambda stored: stored.keys.revoke(name_or_id))
    if is_json:
        click.echo(json.dumps({"revoked": [key.id for key in ended]}))
    for key in () if is_json else ended:
        click.echo(f"The key {key.name} ({key.id}) is revoked.")
    if not ended:
        click.echo(f"The key {name_or_id} had ended already.", err=True)


@command.command(name="list", help="List the keys, and when they were last used.")
@click.option("--all", "is_all", is_flag=True, help="Also those that ended in the last 90 days.")
@as_json
@on_store
def list_keys(*, is_all: bool, is_json: bool, **raw: str | None) -> None:

    async def work(stored: Stored) -> tuple[list[ApiKey], Mapping[str, int]]:
        _, keys = await stored.store.read()
        return keys, await stored.store.uses()

    keys, uses_ms = with_keys(raw, work)
    now_ms = SystemClock().now_ms()
    rows = [
        _row(key, uses_ms.get(key.id), now_ms)
        for key in sorted(keys, key=lambda key: (key.name, key.created_at_ms))
        if is_all or key.is_valid_at(now_ms)
    ]
    if is_json:
        click.echo(json.dumps({"keys": rows}))
    else:
        click.echo("\n".join(_table(rows)) if rows else "There are no keys.")


def _show_new(new: NewKey, *, is_json: bool) -> None:
    """Print the key alone on the standard output, so that a script may keep it."""
    key = new.key
    if is_json:
        click.echo(json.dumps({**_row(key, None, key.created_at_ms), "key": new.credential}))
        return
    scopes = ", ".join(sorted(key.scopes))
    whose = f"account {key.account}" if key.account else "all accounts"
    end = f"until {instant(key.ends_at_ms)}" if key.ends_at_ms else "until it is revoked"
    click.echo(f"Key {key.name} ({key.id}): {scopes}; {whose}; valid {end}.", err=True)
    click.echo("Keep it now: it cannot be shown again.", err=True)
    click.echo(new.credential)


def _row(key: ApiKey, used_ms: int | None, now_ms: int) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "account": key.account,
        "created_at": instant(key.created_at_ms),
        "ends_at": None if key.ends_at_ms is None else instant(key.ends_at_ms),
        "last_used_at": None if used_ms is None else instant(used_ms),
        "status": "valid" if key.is_valid_at(now_ms) else _ended_as(key),
    }


def _ended_as(key: ApiKey) -> str:
    return "revoked" if key.is_revoked else "expired"


def _table(rows: Sequence[Mapping[str, object]]) -> list[str]:
    columns = (
        "name",
        "id",
        "scopes",
        "account",
        "created_at",
        "last_used_at",
        "ends_at",
        "status",
    )
    lines = [[column.replace("_", " ") for column in columns]]
    lines += [[_cell(column, row[column]) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]


def _cell(column: str, value: object) -> str:
    if isinstance(value, list):
        return ",".join(value)
    empty = {"account": "all", "last_used_at": "never"}.get(column, "-")
    return str(value) if value is not None else empty
