"""What Stripe sends by itself: only its signature is believed, and only who it is about."""

from __future__ import annotations

import msgspec
import stripe

from server.domain.errors import Unauthenticated
from server.domain.payments import ChargeRef
from server.payments.stripe_intents import ACCOUNT, CHARGE, is_ours

# A captured message is no good later. Source: https://docs.stripe.com/webhooks#verify-official-libraries
TOLERANCE_S = 300


class _Object(msgspec.Struct, frozen=True):
    metadata: dict[str, str] = {}


class _Data(msgspec.Struct, frozen=True):
    object: _Object


class _Event(msgspec.Struct, frozen=True):
    data: _Data


class StripeWebhook:
    """Reads events. Their order does not matter, nor how often they come: they carry no state.

    Args:
        secret: The signing secret of the endpoint, `whsec_…`.
        installation: Events of other installations on the same Stripe account are not read.
    """

    def __init__(self, secret: str, installation: str) -> None:
        self._secret = secret
        self._installation = installation

    def read(self, payload: bytes, signature: str) -> ChargeRef | None:
        try:
            stripe.WebhookSignature.verify_header(payload, signature, self._secret, TOLERANCE_S)
        except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
            raise Unauthenticated("The signature is not Stripe's, or too old.") from error
        metadata = _metadata_of(payload)
        if ACCOUNT in metadata and CHARGE in metadata and is_ours(metadata, self._installation):
            return ChargeRef(metadata[ACCOUNT], metadata[CHARGE])
        return None


def _metadata_of(payload: bytes) -> dict[str, str]:
    try:
        return msgspec.json.decode(payload, type=_Event).data.object.metadata
    except msgspec.DecodeError:  # of another shape: about something that is no payment of ours
        return {}
