"""The Lua scripts, ready to call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self

from redis.exceptions import MovedError, NoScriptError

from fullhouse.store.calls import Calls
from fullhouse.store.cluster_client import ClusterClient
from fullhouse.store.cluster_pipelines import ClusterPipelines
from fullhouse.store.connect import DEADLINE_S
from fullhouse.store.room_keys import RoomKeys
from fullhouse.store.room_pipelines import RoomPipelines
from fullhouse.store.script_source import digest_of, source_of

if TYPE_CHECKING:
    from redis.asyncio import Redis

Arguments = Sequence[str | int | bytes]

Observe = Callable[[str, float, Exception | None], None]
"""Told the name of a script, how many seconds a call of it took, and the error that ended it."""


def unobserved(_name: str, _seconds: float, _error: Exception | None) -> None:
    """Nobody wants to know."""


class Script:
    """One Lua file, called by its digest. Says how long each call took, whatever became of it."""

    def __init__(
        self, redis: Redis, calls: Calls, name: str, observe: Observe, *, database: int = 0
    ) -> None:
        self._redis = redis
        self._calls = calls
        self._name = name
        self._source = source_of(name, database)
        self._digest = digest_of(self._source)
        self._pipelines = pipelines_on(redis, self._digest)
        self._observe = observe

    async def __call__(
        self, keys: Sequence[str], args: Arguments, client: Redis | None = None
    ) -> Any:  # noqa: ANN401  # each script has its own answer
        """Run it together with what else is due now, or by itself on `client`."""
        begun_s = perf_counter()
        failure: Exception | None = None
        try:
            return await self._run(client, len(keys), [*keys, *args])
        except MovedError:
            if client:
                raise
            # The map of the cluster has the new master by now.
            return await self._run(None, len(keys), [*keys, *args])
        except Exception as error:
            failure = error
            raise
        finally:
            self._observe(self._name, perf_counter() - begun_s, failure)

    async def of_rooms(self, calls: Sequence[tuple[RoomKeys, Arguments]]) -> list[object]:
        """Run it once for each of these rooms, in one pipeline; counted as one call.

        Returns:
            The answers in their order. One that is an error concerns its room alone; where Redis
            has forgotten the script, all are.
        """
        begun_s = perf_counter()
        failure: Exception | None = None
        try:
            return await self._pipelines.send(calls)
        except Exception as error:
            failure = error
            raise
        finally:
            self._observe(self._name, perf_counter() - begun_s, failure)

    async def _run(self, client: Redis | None, key_count: int, args: Arguments) -> Any:  # noqa: ANN401  # as above
        try:
            if client:
                return await client.evalsha(self._digest, key_count, *args)
            return await self._calls.evalsha(self._digest, key_count, args)
        except NoScriptError:
            # Not loaded first and called then: it could be forgotten again in between.
            return await (client or self._redis).eval(self._source, key_count, *args)


def pipelines_on(redis: Redis, digest: str) -> RoomPipelines | ClusterPipelines:
    """Pipelines of a script to one store, or to the masters of a cluster."""
    if isinstance(redis, ClusterClient):
        return ClusterPipelines(redis.topology, digest, DEADLINE_S)
    return RoomPipelines(redis, digest, DEADLINE_S)


@dataclass(frozen=True, slots=True)
class Scripts:
    """One field a Lua file. A script that Redis has forgotten is sent to it again."""

    admit: Script
    advance_purchase: Script
    apply_plan: Script
    audit: Script
    call_next: Script
    close_room: Script
    count_connections: Script
    delete_account: Script
    delete_room: Script
    dismiss_notice: Script
    drop: Script
    erase_from_trail: Script
    erase_participant: Script
    finish_part: Script
    finish_webhook: Script
    gate: Script
    give_up_webhooks: Script
    history: Script
    leave: Script
    lift_removal: Script
    limit_rate: Script
    list_waiting: Script
    note_key_uses: Script
    note_request: Script
    note_watching: Script
    open_room: Script
    poll: Script
    people_ahead: Script
    positions: Script
    postpone_sweeps: Script
    probe: Script
    put_account: Script
    read_trail: Script
    recall_order: Script
    remove_participant: Script
    remove_present: Script
    renew: Script
    renew_account: Script
    release_claim: Script
    release_webhook: Script
    reopen_room: Script
    report: Script
    resend_webhooks: Script
    rest_sweeps: Script
    save_account: Script
    save_api_keys: Script
    save_quote: Script
    save_reversal: Script
    set_message: Script
    set_room: Script
    snapshot: Script
    start_purchase: Script
    sweep_room: Script
    take_due: Script
    take_part: Script
    take_purchases: Script
    take_sweeps: Script
    take_webhook: Script
    trim_trail: Script
    try_commands: Script
    watch_rooms: Script

    @classmethod
    def register(cls, redis: Redis, observe: Observe = unobserved, *, database: int = 0) -> Self:
        names = [field.name for field in fields(cls)]
        calls = Calls(redis)
        return cls(
            **{name: Script(redis, calls, name, observe, database=database) for name in names}
        )
