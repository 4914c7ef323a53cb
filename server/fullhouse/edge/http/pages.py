"""The common parameters of all lists."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from fullhouse.domain.pages import MOST_ROWS, ROWS, PageRequest


class PageQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """At most `limit` rows. `cursor` is the `next` of the previous answer."""

    limit: Annotated[int, Meta(ge=1, le=MOST_ROWS)] = ROWS
    cursor: str | None = None

    @property
    def page(self) -> PageRequest:
        return PageRequest(self.limit, self.cursor)
