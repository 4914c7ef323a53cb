"""Calls for invoices: each charge with the values to compute it again, or as a page to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from starlette.responses import HTMLResponse

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.errors import NotFound
from fullhouse.edge.account_objects import PeriodObject
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.calls import Asked, Call, answered
from fullhouse.edge.http.disputes import dispute_objects
from fullhouse.edge.http.invoice_page import POLICY, invoice_html, locale_of
from fullhouse.edge.http.pages import PageQuery
from fullhouse.edge.http.preferences import wants_page
from fullhouse.edge.invoice_objects import InputsObject, InvoiceObject, InvoicesObject

if TYPE_CHECKING:
    from starlette.responses import Response

    from fullhouse.domain.invoices import Invoice


class InvoiceQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """`lang` is the language of the page. Without `lang` the browser's preference counts."""

    lang: Literal["de", "en"] | None = None


async def get_invoices(asked: Asked[PageQuery]) -> Response:
    """All charges of the account, oldest first."""
    page = await asked.services.invoices.page(asked.account, asked.sent.page)
    return answered(InvoicesObject(tuple(map(_invoice_object, page.rows)), page.next))


async def get_invoice(asked: Asked[InvoiceQuery]) -> Response:
    """One charge. For `Accept: text/html`, a page to print in German or English."""
    invoice = await asked.services.invoices.find(asked.account, asked.ids["invoice"])
    if wants_page(asked.headers.get("accept", "")):
        return _page(invoice, asked)
    return answered(_invoice_object(invoice), headers={"Vary": "Accept"})


def _page(invoice: Invoice, asked: Asked[InvoiceQuery]) -> Response:
    locale = locale_of(asked.sent.lang or asked.headers.get("accept-language", ""))
    return HTMLResponse(
        invoice_html(invoice, asked.services.catalogue, locale),
        headers={
            "Cache-Control": "no-store",
            "Content-Language": str(locale).replace("_", "-"),
            "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer",
            "Vary": "Accept, Accept-Language",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _invoice_object(invoice: Invoice) -> InvoiceObject:
    charge, basis = invoice.charge, invoice.charge.basis
    return InvoiceObject(
        id=charge.id,
        number=invoice.number,
        kind=charge.kind,
        issued_on=charge.charged_on,
        period=PeriodObject(basis.period.start, basis.period.end, basis.period.days),
        lines=charge.lines,
        amount=charge.amount,
        past_due=invoice.is_past_due,
        rule_version=charge.rule_version,
        inputs=InputsObject(
            today=basis.today,
            old=basis.old,
            new=basis.new,
            parallel_events=basis.parallel_events,
            promo_codes=basis.promo_codes,
            step=basis.step,
        ),
        carried_over=invoice.is_carried_over,
        collects=invoice.collects,
        refunded=invoice.reversal.refunded,
        disputes=dispute_objects(invoice.reversal),
    )


_INVOICES = "/v1/accounts/{account}/invoices"

CALLS = (
    Call(
        method="GET",
        path=_INVOICES,
        who=Who.BUYER,
        scope=KeyScope.READ,
        handle=get_invoices,
        takes=PageQuery,
        answers={200: InvoicesObject},
        refuses=(NotFound,),
    ),
    Call(
        method="GET",
        path=_INVOICES + "/{invoice}",
        who=Who.BUYER,
        scope=KeyScope.READ,
        handle=get_invoice,
        takes=InvoiceQuery,
        answers={200: InvoiceObject},
        is_page_too=True,
        refuses=(NotFound,),
    ),
)
