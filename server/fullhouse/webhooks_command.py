"""`fullhouse webhooks`: lists, shows and resends the webhooks of accounts."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import click

from fullhouse.domain.webhooks import TYPES, GivenUp, Webhook
from fullhouse.edge.objects import instant
from fullhouse.store.account_index import AccountIndex
from fullhouse.store.keys import KeySpace
from fullhouse.store.messages import Messages
from fullhouse.store.outbox import Outbox
from fullhouse.store_command import on_store, with_store

if TYPE_CHECKING:
    from redis.asyncio import Redis

T = TypeVar("T")
Decorated = TypeVar("Decorated", bound=Callable[..., object])

_HELP = """Look after webhooks to your platform. The store has to run, the server need not.

\b
Which accounts have webhooks that are not delivered:
  fullhouse webhooks list --redis-url redis://store.example:6379/0
\b
Those of an account, and one of them in full:
  fullhouse webhooks show --account acme
  fullhouse webhooks show --account acme msg_0123456789abcdef
\b
Send all that were given up again:
  fullhouse webhooks resend --account acme
"""

SHOWN = 100  # messages of an account that wait for delivery
NAMES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """What the command reads and writes."""

    names: AccountIndex
    outbox: Outbox
    messages: Messages


def with_webhooks(raw: Mapping[str, str | None], work: Callable[[Stored], Awaitable[T]]) -> T:
    """The result of `work` on the webhooks in the store of these settings."""

    async def on_webhooks(redis: Redis, keys: KeySpace) -> T:
        id_ = cast("bytes | None", await redis.get(keys.installation)) or b""
        messages = Messages(redis, keys, id_.decode())
        outbox = Outbox(redis, keys, wanted=frozenset(TYPES))
        return await work(Stored(AccountIndex(redis, keys), outbox, messages))

    return with_store(raw, on_webhooks)


def of_account(command: Decorated) -> Decorated:
    """The options of a command for one account and some of its webhooks."""
    ids = click.argument("ids", nargs=-1)
    option = click.option("--account", required=True, help="The account of the webhooks.")
    return on_store(option(ids(command)))


@click.group(name="webhooks", help=_HELP)
def command() -> None:
    """The commands about webhooks."""


@command.command(name="list", help="List the accounts with webhooks that are not delivered.")
@on_store
def list_accounts(**raw: str | None) -> None:

    async def work(stored: Stored) -> list[str]:
        lines, after = [], None
        while names := await stored.names.names(prefix="", after=after, count=NAMES_AT_ONCE):
            after = names[-1]
            pending = await stored.outbox.pending_of(names)
            lost = await stored.messages.lost_of(names)
            for name, (given_up, dropped) in zip(names, lost, strict=True):
                if pending[name] or given_up or dropped:
                    lines.append(f"{name:<40} {pending[name]:>8} {given_up:>8} {dropped:>8}")
        return lines

    lines = with_webhooks(raw, work)
    if lines:
        click.echo(f"{'account':<40} {'waiting':>8} {'given up':>8} {'dropped':>8}")
    click.echo("\n".join(lines) or "No webhooks wait for delivery, and none were given up.")


@command.command(help="Show the webhooks of an account that are not delivered, or IDS in full.")
@of_account
def show(account: str, ids: Sequence[str], **raw: str | None) -> None:

    async def work(stored: Stored) -> tuple[list[Webhook], list[GivenUp]]:
        waiting = await stored.messages.messages(account, SHOWN)
        return waiting, await stored.messages.given_up(account)

    waiting, given_up = with_webhooks(raw, work)
    rows = [(webhook, "waiting") for webhook in waiting]
    rows += [(each.webhook, f"given up: {each.reason}") for each in given_up]
    for webhook, state in rows:
        if not ids:
            click.echo(f"{webhook.id}  {instant(webhook.at_ms)}  {webhook.type:<24} {state}")
        elif webhook.id in ids:
            click.echo(f"{webhook.id}  {instant(webhook.at_ms)}  {webhook.type}  {state}")
            click.echo(json.dumps(json.loads(webhook.data), indent=2))
    _check_known(ids, {webhook.id for webhook, _ in rows})


@command.command(help="Send webhooks that were given up again: IDS, or all without any.")
@of_account
def resend(account: str, ids: Sequence[str], **raw: str | None) -> None:

    async def work(stored: Stored) -> int:
        known = await stored.messages.given_up(account)
        _check_known(ids, {each.webhook.id for each in known})
        chosen = [each for each in known if not ids or each.webhook.id in ids]
        count = await stored.messages.resend(account, chosen) if chosen else 0
        await stored.outbox.note([account])
        return count

    count = with_webhooks(raw, work)
    noun = "webhook" if count == 1 else "webhooks"
    click.echo(f"{count} {noun} will be sent again, after those that wait.")


def _check_known(ids: Sequence[str], known: set[str]) -> None:
    if unknown := [each for each in ids if each not in known]:
        raise click.ClickException(f"There is no webhook {unknown[0]} of this account here.")
