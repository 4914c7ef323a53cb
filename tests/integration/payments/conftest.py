"""The gateway of cards against localstripe, through the official library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.payments.stripe_gateway import StripeGateway, stripe_gateway
from tests.stripes import INSTALLATION, KEY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.stripes import Till


@pytest.fixture
async def gateway(till: Till) -> AsyncIterator[StripeGateway]:
    async with stripe_gateway(KEY, api_base=till.base_url, installation=INSTALLATION) as gateway:
        yield gateway
