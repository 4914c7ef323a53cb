"""Adds the report of the event to the webhook `room.closed` when it is delivered.

Source: docs/decisions/0051-webhooks.md.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from fullhouse.domain.errors import NotFound
from fullhouse.domain.rooms import RoomRef
from fullhouse.edge.report_objects import ReportObject, report_object

if TYPE_CHECKING:
    from fullhouse.domain.webhooks import Webhook
    from fullhouse.service.reports import ReportService


class ClosedReports:
    """The reports of events that are over, for the webhooks about their end."""

    def __init__(self, reports: ReportService) -> None:
        self._reports = reports

    async def add_to(self, webhook: Webhook) -> Webhook:
        """The webhook with `report` in its data. Webhooks of other types stay as they are.

        The report is null if the counts of this opening are no longer stored.

        Raises:
            StoreUnavailable: the counts cannot be read now.
        """
        if webhook.type != "room.closed":
            return webhook
        data = msgspec.json.decode(webhook.data)
        ref = RoomRef(webhook.account, data["room"])
        report = await self._report_of(ref, opened_ms=data["opened_ms"])
        return replace(webhook, data=msgspec.json.encode({**data, "report": report}))

    async def _report_of(self, ref: RoomRef, *, opened_ms: int) -> ReportObject | None:
        try:
            report = await self._reports.of(ref)
        except NotFound:
            return None
        counted = report.counted
        # A room that was opened again has counts of another event.
        is_same = counted.is_over and counted.opened_ms == opened_ms
        return report_object(ref, report) if is_same else None
