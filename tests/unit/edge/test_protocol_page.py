"""`docs/protocol.md` tells of everything that the face has, in the order that clients see."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from fullhouse.domain.close_codes import CloseCode, StandardCloseCode
from fullhouse.domain.offers import Offer
from fullhouse.domain.proration import Line
from fullhouse.edge.account_objects import AccountObject, PlanObject
from fullhouse.edge.http.routes import CALLS
from fullhouse.edge.invoice_objects import InvoiceObject
from fullhouse.edge.objects import NoticeObject, RoomObject
from fullhouse.edge.problems import PROBLEMS
from fullhouse.edge.purchase_objects import DowngradeObject, QuoteObject, UpgradeObject
from fullhouse.edge.report_objects import PlanEffectObject, ReportObject, WaitsObject
from fullhouse.edge.room_objects import AuditObject
from fullhouse.edge.ws import client_messages, messages

if TYPE_CHECKING:
    from fullhouse.domain.errors import CallerError
    from fullhouse.edge.http.calls import Call

PAGE = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ")]


def row_of(first_cell: str) -> str:
    (row,) = (row for row in ROWS if row.startswith(f"| {first_cell} |"))
    return row


def words_of(text: str) -> list[str]:
    return re.findall(r"`(\w+)`", text)


def in_order(wanted: tuple[str, ...], text: str) -> bool:
    words = iter(words_of(text))
    return all(name in words for name in wanted)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.method} {call.path}")
def test_every_call_is_told_of(call: Call) -> None:
    path = call.path.removeprefix("/v1/accounts/{account}")
    short = call.path if path == call.path else f"…{path}"

    calls = [line for line in ROWS if f"{call.method} " in line or "/health/" in line]
    assert any(re.search(rf"{re.escape(short)}[`?]", line) for line in calls)


@pytest.mark.parametrize("error", PROBLEMS, ids=lambda error: error.__name__)
def test_every_code_stands_beside_its_status(error: type[CallerError]) -> None:
    assert error.code in words_of(row_of(str(PROBLEMS[error].status)))


def test_every_message_is_told_of_with_its_fields_in_order() -> None:
    common = {"room", "epoch", "rev"}
    for message in get_args(messages.ServerMessage):
        row = row_of(f"`{message.__struct_config__.tag}`")
        if message is messages.RoomMessage:
            continue  # its fields are those of the room object
        own = [name for name in message.__struct_encode_fields__ if name not in common]
        assert in_order(tuple(own), row), message


def test_every_message_of_a_client_is_told_of() -> None:
    for message in get_args(client_messages.ClientMessage):
        assert any(f'{{"type":"{message.__struct_config__.tag}"' in row for row in ROWS), message


def test_every_close_code_is_told_of() -> None:
    section = PAGE.partition("### Close codes")[2].partition("\n### ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| ")]

    told = [int(code) for cell in cells for code in re.findall(r"\d{4}", cell)]
    assert sorted(told) == sorted((*CloseCode, *StandardCloseCode))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("plan", PlanObject.__struct_encode_fields__),
        ("account", AccountObject.__struct_encode_fields__),
        ("room", RoomObject.__struct_encode_fields__),
        ("notice", NoticeObject.__struct_encode_fields__),
        ("offer", tuple(Offer.__slots__)),
        ("quote", QuoteObject.__struct_encode_fields__),
        ("line of a quote", tuple(Line.__slots__)),
        ("upgrade", UpgradeObject.__struct_encode_fields__),
        ("downgrade request", DowngradeObject.__struct_encode_fields__),
        ("invoice", InvoiceObject.__struct_encode_fields__),
        ("report", ReportObject.__struct_encode_fields__),
        ("waits of a report", WaitsObject.__struct_encode_fields__),
        ("plan of a report", PlanEffectObject.__struct_encode_fields__),
        ("audit", AuditObject.__struct_encode_fields__),
    ],
)
def test_every_object_is_told_of_with_its_fields_in_order(
    name: str, fields: tuple[str, ...]
) -> None:
    objects = PAGE.partition("### Objects")[2]
    (row,) = (line for line in objects.splitlines() if line.startswith(f"| {name} |"))

    assert in_order(fields, row)


def test_every_link_within_the_page_leads_somewhere() -> None:
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}

    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= anchors
