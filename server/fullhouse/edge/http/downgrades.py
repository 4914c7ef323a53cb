"""Calls for downgrade requests and for the answers of customer success."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.domain.accounts import DowngradeRequest
from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.errors import NoDowngradeToTrial, NotADowngrade, NotFound, PlanNotOnSale
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing
from fullhouse.edge.http.calls import Asked, Call, answered
from fullhouse.edge.http.pages import PageQuery
from fullhouse.edge.purchase_objects import DowngradeBody, DowngradeObject, DowngradesObject

if TYPE_CHECKING:
    from starlette.responses import Response

    from fullhouse.domain.downgrades import Answer


async def post_downgrade_request(asked: Asked[DowngradeBody]) -> Response:
    """Ask customer success for a smaller plan from the next period on."""
    sent = asked.sent
    request = await asked.services.downgrades.request(asked.account, sent.plan, sent.note)
    return answered(_downgrade_object(request), 201)


async def get_downgrade_requests(asked: Asked[PageQuery]) -> Response:
    """The latest requests of the account, oldest first. Only the last one can be open."""
    page = await asked.services.downgrades.page(asked.account, asked.sent.page)
    return answered(DowngradesObject(tuple(map(_downgrade_object, page.rows)), page.next))


async def approve_downgrade(asked: Asked[Nothing]) -> Response:
    """Approve a request for customer success. The plan changes when the period ends."""
    return await _answered(asked, "scheduled")


async def decline_downgrade(asked: Asked[Nothing]) -> Response:
    """Decline a request for customer success, also after an approval. The plan stays."""
    return await _answered(asked, "declined")


async def withdraw_downgrade(asked: Asked[Nothing]) -> Response:
    """Withdraw a request for the customer. The plan stays."""
    return await _answered(asked, "withdrawn")


async def _answered(asked: Asked[Nothing], answer: Answer) -> Response:
    id_ = asked.ids["downgrade"]
    request = await asked.services.downgrades.answer(asked.account, id_, answer)
    return answered(_downgrade_object(request))


def _downgrade_object(request: DowngradeRequest) -> DowngradeObject:
    return DowngradeObject(
        id=request.id,
        status=request.status,
        plan=request.plan,
        effective_on=request.effective_on,
        contact_by=request.contact_by,
        warnings=request.warnings,
        note=request.note,
    )


_REQUESTS = "/v1/accounts/{account}/downgrade-requests"
_REQUEST = _REQUESTS + "/{downgrade}"

CALLS = (
    Call(
        method="GET",
        path=_REQUESTS,
        who=Who.BUYER,
        scope=KeyScope.READ,
        handle=get_downgrade_requests,
        takes=PageQuery,
        answers={200: DowngradesObject},
        refuses=(NotFound,),
    ),
    Call(
        method="POST",
        path=_REQUESTS,
        who=Who.BUYER,
        scope=KeyScope.BILLING,
        handle=post_downgrade_request,
        takes=DowngradeBody,
        answers={201: DowngradeObject},
        refuses=(NotFound, NoDowngradeToTrial, PlanNotOnSale, NotADowngrade),
    ),
    Call(
        method="POST",
        path=_REQUEST + "/approve",
        who=Who.PLATFORM,
        scope=KeyScope.BILLING,
        handle=approve_downgrade,
        answers={200: DowngradeObject},
        refuses=(NotFound,),
    ),
    Call(
        method="POST",
        path=_REQUEST + "/decline",
        who=Who.PLATFORM,
        scope=KeyScope.BILLING,
        handle=decline_downgrade,
        answers={200: DowngradeObject},
        refuses=(NotFound,),
    ),
    Call(
        method="DELETE",
        path=_REQUEST,
        who=Who.BUYER,
        scope=KeyScope.BILLING,
        handle=withdraw_downgrade,
        answers={200: DowngradeObject},
        refuses=(NotFound,),
    ),
)
