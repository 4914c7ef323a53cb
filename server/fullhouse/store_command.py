"""What commands that work on the store, without a server, have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

import click

from fullhouse.domain.errors import Unavailable
from fullhouse.setting_options import config_option, setting_options
from fullhouse.settings import Settings
from fullhouse.start_errors import one_line_if_it_cannot_start
from fullhouse.store.cluster_client import ClusterClient
from fullhouse.store.connect import check_store, database_of, open_store
from fullhouse.store.data_dir import running_socket
from fullhouse.store.keys import KeySpace

if TYPE_CHECKING:
    from redis.asyncio import Redis

T = TypeVar("T")
Decorated = TypeVar("Decorated", bound=Callable[..., object])


def with_store(
    raw: Mapping[str, str | None], work: Callable[[Redis, KeySpace], Awaitable[T]]
) -> T:
    """The result of `work` on the store of these settings.

    Raises:
        click.ClickException: a setting is wrong, or the store cannot be used now.
    """

    async def run(settings: Settings) -> T:
        url = settings.redis_url
        if url == "embedded":
            url = f"unix://{quote(str(running_socket(settings.data_dir)))}"
        async with open_store(url) as redis:
            await check_store(redis)
            in_cluster = isinstance(redis, ClusterClient)
            keys = KeySpace(settings.prefix, database_of(redis), in_cluster=in_cluster)
            return await work(redis, keys)

    with one_line_if_it_cannot_start():
        try:
            return asyncio.run(run(Settings.parse(raw)))
        except Unavailable as error:
            raise click.ClickException(str(error)) from error


def on_store(command: Decorated) -> Decorated:
    """The options that lead to the store."""
    return config_option(setting_options("redis_url", "data_dir", "prefix")(command))
