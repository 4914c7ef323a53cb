"""The backend for BigBlueButton: `uvicorn --factory examples.bigbluebutton.app:app`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from examples.bigbluebutton.media import BigBlueButton
from examples.seat_gate.environment import SHARED, app_of, read_or_exit

if TYPE_CHECKING:
    from starlette.applications import Starlette

SETTINGS = {
    **SHARED,
    "BBB_URL": "the API, such as https://bbb.example.com/bigbluebutton/api (`bbb-conf --secret`)",
    "BBB_SECRET": "its shared secret (`bbb-conf --secret`)",
}


def app() -> Starlette:
    settings = read_or_exit(SETTINGS)
    http = httpx.AsyncClient(timeout=10)
    media = BigBlueButton(http, settings["BBB_URL"].rstrip("/"), settings["BBB_SECRET"])
    return app_of(settings, media)
