"""Errors that a caller can act on. Each class is one error `code` of the public API.

Source: docs/protocol.md, "Errors". The edge maps each class to its HTTP status.
Every other exception is a bug: it is logged and answered with status 500.
"""

from __future__ import annotations

from typing import ClassVar

from fullhouse.domain.limit_names import SENTENCES, LimitName
from fullhouse.domain.store_refusals import StoreRefusal


class CallerError(Exception):
    """An error that the caller can act on.

    Attributes:
        code: The error code of the public API, the same for HTTP and WebSocket.
        cause: The reason in logs and metrics: one of a few fixed words, never the caller's text.

    Args:
        detail: A sentence for a person. It never quotes a credential.
        cause: Empty: the code says enough.
    """

    code: ClassVar[str]

    def __init__(self, detail: str, cause: str = "") -> None:
        super().__init__(detail)
        self.cause = cause or self.code


class InvalidRequest(CallerError):
    """The request has the wrong shape.

    Args:
        field: The path of the offending field, as the caller wrote it.
        reason: What is wrong with the field, and what would be right.
    """

    code = "invalid_request"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class IdempotencyKeyMissing(CallerError):
    code = "idempotency_key_missing"

    def __init__(self) -> None:
        super().__init__(
            "This call charges money: send a header Idempotency-Key of 1 to 255 characters, "
            "the same again when you retry."
        )


class Unauthenticated(CallerError):
    """The credential is missing or not valid."""

    code = "unauthenticated"

    def __init__(self, detail: str, cause: str = "invalid") -> None:
        super().__init__(detail, cause)


class Forbidden(CallerError):
    """The credential is valid, but does not allow this."""

    code = "forbidden"


class NotFound(CallerError):
    """Nothing of that kind has that id."""

    code = "not_found"

    def __init__(self, kind: str, id_: str) -> None:
        super().__init__(f"There is no {kind} {id_!r}.")
        self.kind = kind
        self.id = id_


class AlreadyExists(CallerError):
    code = "already_exists"


class ParallelEventsExceeded(CallerError):
    code = "parallel_events_exceeded"

    def __init__(self, live: int) -> None:
        super().__init__(
            f"The account may run {live} live room(s) at a time and does. Close one, "
            "or raise parallel_events."
        )
        self.live = live


class RoomClosed(CallerError):
    code = "room_closed"

    def __init__(self, room: str) -> None:
        super().__init__(f"Room {room!r} is closed. Open it again with PUT.")
        self.room = room


class QuoteStale(CallerError):
    code = "quote_stale"

    def __init__(self, quote: str) -> None:
        super().__init__(
            f"The account has changed since quote {quote!r} was made. Ask for a new quote."
        )


class ChangeInProgress(CallerError):
    code = "change_in_progress"

    def __init__(
        self,
        detail: str = "Another purchase of the account is not settled yet. Come back when it is.",
    ) -> None:
        super().__init__(detail)


class PastDue(CallerError):
    code = "past_due"


class QuoteExpired(CallerError):
    code = "quote_expired"

    def __init__(self, quote: str) -> None:
        super().__init__(f"Quote {quote!r} has expired. Ask for a new quote.")


class NotAnUpgrade(CallerError):
    code = "not_an_upgrade"


class NotADowngrade(CallerError):
    code = "not_a_downgrade"


class PlanNotOnSale(CallerError):
    code = "plan_not_on_sale"

    def __init__(self, plan: str) -> None:
        super().__init__(f"Plan {plan!r} is not on sale. GET /v1/plans lists what is.")


class NoDowngradeToTrial(CallerError):
    code = "no_downgrade_to_trial"


class IdempotencyMismatch(CallerError):
    code = "idempotency_mismatch"

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was used with another body. Send the same body, or a new key."
        )


class PaymentFailed(CallerError):
    """No money was taken. The text is the gateway's message to the payer."""

    code = "payment_failed"


class TooLarge(CallerError):
    code = "too_large"


class UpgradeRequired(CallerError):
    """The path serves WebSockets only, and the request asks for none."""

    code = "upgrade_required"

    def __init__(
        self, reason: str = "Connect here with a WebSocket, subprotocol fullhouse.v1."
    ) -> None:
        super().__init__(reason)


class InvalidHandshake(CallerError):
    """A WebSocket handshake that is not well formed, or offers no subprotocol of ours."""

    code = "invalid_handshake"


class RateLimited(CallerError):
    """The caller has reached a limit, and may try again after `retry_after_s`."""

    code = "rate_limited"

    def __init__(self, limit: LimitName, retry_after_s: int) -> None:
        super().__init__(f"{SENTENCES[limit]} Come back in {retry_after_s} s.", limit)
        self.limit = limit
        self.retry_after_s = retry_after_s


class LimitReached(CallerError):
    """The account has as much of something as this installation keeps. Waiting does not help.

    Args:
        limit: The limit.
        remedy: What the caller can do, as a sentence.
    """

    code = "limit_reached"

    def __init__(self, limit: LimitName, remedy: str) -> None:
        super().__init__(f"{SENTENCES[limit]} {remedy}", limit)
        self.limit = limit


def limit_of(error: CallerError) -> LimitName | None:
    """The limit that the caller has reached, if that is the error."""
    return error.limit if isinstance(error, RateLimited | LimitReached) else None


class Unavailable(CallerError):
    """The store is unavailable or being refilled, or this node is shutting down."""

    code = "unavailable"

    def __init__(self, reason: str, retry_after_s: int = 2) -> None:
        super().__init__(f"{reason} Come back in {retry_after_s} s.")
        self.retry_after_s = retry_after_s


class PriceUnknown(Unavailable):
    """The price of the account's plan is not stored anywhere."""

    def __init__(self, account: str, plan: str) -> None:
        super().__init__(
            f"The prices at which account {account!r} bought plan {plan!r} are not known: the "
            "catalogue has to list the plan once more, with on_sale = false.",
            retry_after_s=60,
        )


class ClocksDisagree(Unavailable):
    """The clocks of this node and of the store differ too much to sell by the day.

    Args:
        ahead_s: How many seconds the node's clock is ahead. Negative: it is behind.
    """

    def __init__(self, ahead_s: int) -> None:
        where = "ahead of" if ahead_s > 0 else "behind"
        self.reason = (
            f"This server's clock is {abs(ahead_s)} s {where} that of the store. Nothing is sold "
            "or renewed here until both agree."
        )
        super().__init__(self.reason, retry_after_s=60)


class StoreUnavailable(Unavailable):
    """The store does not answer, or refuses the call.

    Args:
        refusal: The kind of refusal. Its sentence is the text of the error.
        reason: The store's own error text, for operators only.
    """

    def __init__(
        self,
        refusal: StoreRefusal = StoreRefusal.AWAY,
        reason: str = "",
        *,
        retry_after_s: int = 2,
    ) -> None:
        super().__init__(refusal.sentence, retry_after_s)
        self.refusal = refusal
        self.reason = reason
