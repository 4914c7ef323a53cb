"""What the hosts and presenters of a room were told last on this node."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fullhouse.domain.offers import Offer


@dataclass(slots=True)
class HostView:
    """The pace and content of updates to hosts.

    Attributes:
        is_pending: The room has changed since the last update.
        not_before_s: When the next update may be sent, by the clock of the event loop.
        told_notice: The id of the notice in the last update; "" for none.
        last_offers: The newest prices.
    """

    is_pending: bool = False
    not_before_s: float = -inf
    told_notice: str = ""
    last_offers: tuple[Offer, ...] = ()
