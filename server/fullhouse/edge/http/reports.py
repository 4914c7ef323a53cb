"""The call for the report of an event: who waited, how long, who gave up, and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.errors import NotFound
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing
from fullhouse.edge.http.calls import Asked, Call, answered
from fullhouse.edge.report_objects import ReportObject, report_object

if TYPE_CHECKING:
    from starlette.responses import Response


async def get_report(asked: Asked[Nothing]) -> Response:
    """Who waited and how long, who gave up, the peak, and what larger plans would have changed."""
    return answered(report_object(asked.ref, await asked.services.reports.of(asked.ref)))


CALLS = (
    Call(
        method="GET",
        path="/v1/accounts/{account}/rooms/{room}/report",
        who=Who.PLATFORM,
        scope=KeyScope.READ,
        handle=get_report,
        answers={200: ReportObject},
        refuses=(NotFound,),
    ),
)
