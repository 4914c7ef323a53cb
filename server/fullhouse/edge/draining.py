"""Stops a node in steps: not ready, then draining, then closed.

Depends on internals of uvicorn, as `ws/upgrade.py` does. The same contract test fails if a
release of uvicorn changes one of them:

- `Server.shutdown` closes the listening sockets first.
- `server_state.default_headers` are part of every answer. The header `Connection: close` ends the
  connection.
- `server_state.total_requests` counts requests.
- `_captured_signals` has the signals that the process received.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from fullhouse.edge.ws.registry import ConnectionRegistry

log = logging.getLogger(__name__)

QUIET_S = 2.0  # after this time without a request, no balancer still sends clients here
_POLL_S = 0.05
_FIRST_BYTES_S = 0.1  # a proxy sends a request right after it has connected


class DrainingServer(uvicorn.Server):
    """Stops in three steps (source: docs/decisions/0030-how-a-node-stops.md).

    1. The node reports that it is not ready, and each answer ends its connection. Otherwise the
       node works as before for `delay_s`. A balancer with health checks notices in this time.
    2. The node tells each connected client when to come back. It still answers calls: a balancer
       without health checks continues to send them, and a refused connection is a failure for it.
       After a delay no balancer should send clients here, so new connections are refused at once.
    3. The listening socket closes when no client is connected and no request has come for
       `QUIET_S`. If requests never stop, it closes `QUIET_S` after the drain window. nginx avoids
       a node that refused a connection for one second less than that. So the node that restarted
       before this one is in use again.

    Args:
        delay_s: How long step 1 takes.
        started: Called when the server accepts connections.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        registry: ConnectionRegistry,
        *,
        delay_s: float = 0,
        started: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(config)
        self._registry = registry
        self._delay_s = delay_s
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._started:
            self._started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        log.info(
            "node.stopping", extra={"delay_s": self._delay_s, "drain_s": self._registry.drain_s}
        )
        self._registry.is_stopping = True
        self.server_state.default_headers.append((b"connection", b"close"))
        if self._delay_s and not self._is_at_a_terminal:
            await self._until(_never, within_s=self._delay_s)
            await self._stop_listening()
        self._registry.drain()
        await self._until(self._is_unused(), within_s=self.config.timeout_graceful_shutdown)
        if not self._is_at_a_terminal:
            await self._stop_listening()
        await super().shutdown(sockets)

    @property
    def _is_at_a_terminal(self) -> bool:
        """Whether Ctrl-C stopped the node. Then there is no load balancer that must notice."""
        return signal.SIGINT in self._captured_signals

    async def _stop_listening(self) -> None:
        """Close the listening socket without a reset of accepted clients. Safe to repeat.

        When a socket closes, the kernel resets the connections in its queue. So the loop first
        gets a turn to accept them. uvicorn closes accepted sockets that have no request yet. So
        the requests then get some time to arrive.
        """
        await asyncio.sleep(0)  # noqa: TID251  # a turn of the loop
        for server in self.servers:
            server.close()
        await asyncio.sleep(_FIRST_BYTES_S)  # noqa: TID251  # requests that are still arriving

    def _is_unused(self) -> Callable[[], bool]:
        """The condition that no client is connected and no request has come for a while."""
        now_s = asyncio.get_running_loop().time
        listens = not (self._delay_s or self._is_at_a_terminal)
        quiet_s = min(QUIET_S, self._registry.drain_s) if listens else 0
        requests = _Requests(quiet_s, give_up_s=now_s() + self._registry.drain_s + quiet_s)

        def is_unused() -> bool:
            have_ceased = requests.have_ceased(self.server_state.total_requests, now_s())
            return have_ceased and not self._registry.has_guests

        return is_unused

    async def _until(self, is_over: Callable[[], bool], *, within_s: float | None) -> None:
        """Wait for the condition. A second Ctrl-C ends the wait."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while not is_over() and not self.force_exit:  # noqa: ASYNC110  # as below
                    await asyncio.sleep(_POLL_S)  # noqa: TID251  # uvicorn waits in this way too


class _Requests:
    """Decides from the count of requests whether they have stopped.

    Args:
        quiet_s: Requests have stopped after this time without one.
        give_up_s: From this instant on, requests count as stopped: some balancers never notice.
    """

    def __init__(self, quiet_s: float, *, give_up_s: float) -> None:
        self._quiet_s = quiet_s
        self._give_up_s = give_up_s
        self._count: int | None = None
        self._since_s = 0.0

    def have_ceased(self, count: int, now_s: float) -> bool:
        if count != self._count:
            self._count, self._since_s = count, now_s
        return now_s >= min(self._since_s + self._quiet_s, self._give_up_s)


def _never() -> bool:
    return False
