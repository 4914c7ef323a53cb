"""`fullhouse webhooks`: lists, shows and resends the webhooks of accounts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast
from urllib.parse import quote

import click

from fullhouse.domain.webhooks import TYPES, GivenUp, Webhook
from fullhouse.edge.objects import instant
from fullhouse.setting_options import config_option, setting_options
from fullhouse.settings import Settings
from fullhouse.start_errors import one_line_if_it_cannot_start
from fullhouse.store.account_index import AccountIndex
from fullhouse.store.cluster_client import ClusterClient
from fullhouse.store.connect import check_store, database_of, open_store
from fullhouse.store.data_dir import running_socket
from fullhouse.store.keys import KeySpace
from fullhouse.store.messages import Messages
from fullhouse.store.outbox import Outbox

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


def with_store(raw: Mapping[str, str | None], work: Callable[[Stored], Awaitable[T]]) -> T:
    """The result of `work` on the store of these settings."""

    async def run(settings: Settings) -> T:
        url = settings.redis_url
        if url == "embedded":
            url = f"unix://{quote(str(running_socket(settings.data_dir)))}"
        async with open_store(url) as redis:
            await check_store(redis)
            in_cluster = isinstance(redis, ClusterClient)
            keys = KeySpace(settings.prefix, database_of(redis), in_cluster=in_cluster)
            id_ = cast("bytes | None", await redis.get(keys.installation)) or b""
            messages = Messages(redis, keys, id_.decode())
            outbox = Outbox(redis, keys, wanted=frozenset(TYPES))
            return await work(Stored(AccountIndex(redis, keys), outbox, messages))

    with one_line_if_it_cannot_start():
        return asyncio.run(run(Settings.parse(raw)))


def on_store(command: Decorated) -> Decorated:
    """The options that lead to the store."""
    return config_option(setting_options("redis_url", "data_dir", "prefix")(command))


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

    lines = with_store(raw, work)
    if lines:
        click.echo(f"{'account':<40} {'waiting':>8} {'given up':>8} {'dropped':>8}")
    click.echo("\n".join(lines) or "No webhooks wait for delivery, and none were given up.")


@command.command(help="Show the webhooks of an account that are not delivered, or IDS in full.")
@of_account
def show(account: str, ids: Sequence[str], **raw: str | None) -> None:

    async def work(stored: Stored) -> tuple[list[Webhook], list[GivenUp]]:
        waiting = await stored.messages.messages(account, SHOWN)
        return waiting, await stored.messages.given_up(account)

    waiting, given_up = with_store(raw, work)
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

    count = with_store(raw, work)
    noun = "webhook" if count == 1 else "webhooks"
    click.echo(f"{count} {noun} will be sent again, after those that wait.")


def _check_known(ids: Sequence[str], known: set[str]) -> None:
    if unknown := [each for each in ids if each not in known]:
        raise click.ClickException(f"There is no webhook {unknown[0]} of this account here.")
