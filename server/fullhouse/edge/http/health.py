"""Calls for health probes and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from fullhouse.domain.errors import Unavailable
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing
from fullhouse.edge.http.calls import Asked, Call, answered
from fullhouse.edge.metrics import CONTENT_TYPE
from fullhouse.edge.problems import MEDIA_TYPE, headers_of, problem_of

if TYPE_CHECKING:
    from fullhouse.edge.http.services import Readiness


class LiveObject(msgspec.Struct, frozen=True):
    live: bool = True


class ReadyObject(msgspec.Struct, frozen=True):
    """`warnings` are problems that the operator should fix, although the node still works."""

    ready: bool
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]


async def live(_: Asked[Nothing]) -> Response:
    """Whether the event loop of this process runs."""
    return answered(LiveObject())


async def ready(asked: Asked[Nothing]) -> Response:
    """Whether this node can take clients: the store answers and its events arrive.

    If the node has several workers, the answer is for all of them.
    """
    readiness = await asked.services.readiness()
    if not readiness.is_ready:
        return _not_ready(readiness)
    return answered(ReadyObject(ready=True, reasons=(), warnings=readiness.warnings))


async def metrics(asked: Asked[Nothing]) -> Response:
    """The metrics of this node, of all its workers together, for Prometheus."""
    return Response(await asked.services.metrics.published(), media_type=CONTENT_TYPE)


def _not_ready(readiness: Readiness) -> Response:
    error = Unavailable("This node is not ready.")
    state = ReadyObject(ready=False, reasons=readiness.reasons, warnings=readiness.warnings)
    # The document is a problem and also has the fields in the answer of a ready node.
    document = msgspec.to_builtins(problem_of(error)) | msgspec.structs.asdict(state)
    return Response(
        msgspec.json.encode(document), problem_of(error).status, headers_of(error), MEDIA_TYPE
    )


CALLS = (
    Call(
        method="GET",
        path="/health/live",
        who=Who.ANYONE,
        handle=live,
        takes=None,
        is_probe=True,
        answers={200: LiveObject},
    ),
    Call(
        method="GET",
        path="/health/ready",
        who=Who.ANYONE,
        handle=ready,
        takes=None,
        is_probe=True,
        answers={200: ReadyObject},
        refuses=(Unavailable,),
    ),
    Call(
        method="GET",
        path="/metrics",
        who=Who.ANYONE,
        handle=metrics,
        takes=None,
        is_probe=True,
        answers={200: str},
    ),
)
