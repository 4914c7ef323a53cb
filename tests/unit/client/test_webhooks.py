"""Webhooks are accepted only as they were signed, with one of the secrets."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from standardwebhooks import Webhook

from fullhouse.client import UnknownWebhook, WebhookRefused, WebhookVerifier
from fullhouse.edge.webhook_examples import EXAMPLES

PAGE = (Path(__file__).parents[3] / "docs" / "client.md").read_text()
(ON_THE_PAGE,) = re.findall(
    r"^```python\n([^`]*WebhookVerifier\(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL
)
OLD = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
NEW = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # as on the page


def signed(body: bytes, secret: str = NEW, *, age: timedelta = timedelta()) -> dict[str, str]:
    at = datetime.now(UTC) - age  # noqa: TID251  # the library compares with the real clock
    return {
        "Webhook-Id": "msg-1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("msg-1", at, body.decode()),
    }


@pytest.mark.parametrize("type_", EXAMPLES)
def test_every_document_has_its_type(type_: str) -> None:
    body = msgspec.json.encode(EXAMPLES[type_])

    assert WebhookVerifier([NEW]).verify(body, signed(body)) == EXAMPLES[type_]


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_while_a_secret_is_changed_both_are_good(secret: str) -> None:
    body = msgspec.json.encode(EXAMPLES["room.opened"])

    WebhookVerifier([NEW, OLD]).verify(body, signed(body, secret))


def test_what_was_changed_is_old_or_has_another_secret_is_refused() -> None:
    body = msgspec.json.encode(EXAMPLES["room.opened"])
    verifier = WebhookVerifier([NEW])

    for sent, headers in (
        (body + b" ", signed(body)),
        (body, signed(body, OLD)),
        (body, signed(body, age=timedelta(minutes=6))),
        (body, {}),
        (b"[]", signed(b"[]")),
    ):
        with pytest.raises(WebhookRefused):
            verifier.verify(sent, headers)


def test_a_document_of_a_later_version_is_told_apart() -> None:
    body = b'{"type":"room.painted","timestamp":"2026-01-01T00:00:00Z","data":{"colour":"red"}}'

    told = WebhookVerifier([NEW]).verify(body, signed(body))

    assert told == UnknownWebhook("room.painted", "2026-01-01T00:00:00Z", {"colour": "red"})


def test_the_example_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    scope: dict[str, object] = {}
    exec(ON_THE_PAGE, scope)  # noqa: S102  # the page's own text
    receive = scope["receive"]
    assert callable(receive)
    body = msgspec.json.encode(EXAMPLES["room.full"])

    assert (receive(body, signed(body)), receive(body, {})) == (204, 400)
    assert capsys.readouterr().out.startswith("RoomFullWebhook RoomLevelData(")
