"""The backend for Jitsi Meet: `uvicorn --factory examples.jitsi.app:app`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from examples.jitsi.media import Jitsi
from examples.seat_gate.environment import SHARED, app_of, read_or_exit

if TYPE_CHECKING:
    from starlette.applications import Starlette

SETTINGS = {
    **SHARED,
    "JITSI_DOMAIN": "the host of the Jitsi server, such as meet.example.com",
    "JITSI_APP_ID": "`app_id` in the configuration of Prosody",
    "JITSI_APP_SECRET": "`app_secret` in the configuration of Prosody, of at least 32 bytes",
}


def app() -> Starlette:
    settings = read_or_exit(SETTINGS)
    media = Jitsi(*(settings[f"JITSI_{name}"] for name in ("DOMAIN", "APP_ID", "APP_SECRET")))
    return app_of(settings, media)
