"""The platform: `uvicorn --factory examples.fastapi_stripe.app:app`."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Depends, FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from pydantic import BaseModel, Field
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from examples.fastapi_stripe.fullhouse_api import Json, Refused
from examples.fastapi_stripe.settings import LiveKey, Platform, platform_of
from examples.seat_gate.environment import MissingSettings
from examples.seat_gate.people import COOKIE

HERE = Path(__file__).parent
ID = r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$"

log = logging.getLogger("uvicorn.error")


class SignIn(BaseModel):
    participant: Annotated[str, Field(pattern=ID)]


class Purchase(BaseModel):
    """`due_now`: the price that the host has read, in minor units."""

    plan: str
    due_now: int


def app() -> FastAPI:
    """The platform of the environment, or one line for each setting that is wrong."""
    try:
        return app_of(platform_of(os.environ))
    except (MissingSettings, LiveKey) as error:
        sys.exit(str(error))


def app_of(platform: Platform) -> FastAPI:
    app = FastAPI(title="A platform that uses Fullhouse")
    app.state.platform = platform
    app.include_router(router)

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> Response:
        return JSONResponse({"detail": str(error)}, error.status)

    return app


def the_platform(request: Request) -> Platform:
    platform: Platform = request.app.state.platform
    return platform


ThePlatform = Annotated[Platform, Depends(the_platform)]


def signed_in(platform: ThePlatform, session: Annotated[str | None, Cookie()] = None) -> str:
    person = platform.people.person_in(session)
    if person is None:
        raise HTTPException(401, "Sign in first.")
    return person


Person = Annotated[str, Depends(signed_in)]


def hosting(platform: ThePlatform, person: Person) -> str:
    if not platform.people.is_host(person):
        raise HTTPException(403, "Only hosts may buy.")
    return person


router = APIRouter()


@router.get("/")
def page(platform: ThePlatform) -> Response:
    return FileResponse(HERE / "page.html", headers={"Content-Security-Policy": policy(platform)})


@router.get("/page.js")
def script() -> Response:
    return FileResponse(HERE / "page.js", media_type="text/javascript")


@router.post("/sign-in")
def sign_in(platform: ThePlatform, body: SignIn, response: Response) -> Json:
    cookie = platform.people.cookie_of(body.participant)
    response.set_cookie(COOKIE, cookie, httponly=True, samesite="lax")
    return me(platform, body.participant)


@router.get("/me")
def me(platform: ThePlatform, person: Person) -> Json:
    """Who has signed in, and what the page needs to know."""
    return {
        "participant": person,
        "role": platform.people.role_of(person),
        "server": platform.server,
        "publishable_key": platform.stripe_publishable_key,
    }


@router.post("/rooms/{room}/room-token")
def room_token(platform: ThePlatform, person: Person, room: str) -> Json:
    """For `token-url` of both elements."""
    return {"token": platform.people.room_token(room, person)}


@router.post("/upgrades", dependencies=[Depends(hosting)])
async def buy(platform: ThePlatform, body: Purchase) -> Json:
    """Buy a larger plan, if its price is still the one that the host has read."""
    quote = await platform.fullhouse.quote(body.plan)
    if quote["due_now"]["amount"] != body.due_now:
        raise HTTPException(409, {"due_now": quote["due_now"]})
    return await platform.fullhouse.buy(quote["id"])


@router.get("/upgrades/{upgrade}", dependencies=[Depends(hosting)])
async def upgrade_of(platform: ThePlatform, upgrade: str) -> Json:
    return await platform.fullhouse.upgrade(upgrade)


@router.post("/fullhouse", status_code=204)
async def webhook(platform: ThePlatform, request: Request) -> None:
    """A webhook. Any status but 2xx makes Fullhouse send it again later."""
    verifier = Webhook(platform.webhook_secret)
    try:
        event: Any = verifier.verify(await request.body(), dict(request.headers))
    except WebhookVerificationError as error:
        raise HTTPException(400, "This webhook is not signed by Fullhouse.") from error
    log.info("webhook %s about account %s", event["type"], event["data"].get("account"))


def policy(platform: Platform) -> str:
    """The Content-Security-Policy of the page: this site, Fullhouse, and Stripe's payment page."""
    server = platform.server
    stripe = "https://js.stripe.com"
    return (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; "
        f"script-src 'self' {server} {stripe}; frame-src {stripe} https://hooks.stripe.com; "
        f"connect-src 'self' {server} {server.replace('http', 'ws', 1)} https://api.stripe.com"
    )
