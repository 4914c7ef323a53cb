"""The page of the two documents: whole, with links that lead somewhere, and nothing but HTML."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from fullhouse.edge.http.docs_page import docs_html
from fullhouse.edge.http.openapi import openapi_document
from fullhouse.edge.http.routes import CALLS
from fullhouse.edge.ws.asyncapi import asyncapi_document

OPENAPI = openapi_document(CALLS)
ASYNCAPI = asyncapi_document()
SCHEMAS = {**OPENAPI["components"]["schemas"], **ASYNCAPI["components"]["schemas"]}


class Page(HTMLParser):
    """What a browser finds on the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, attribute: str) -> list[str]:
        return [str(attrs[attribute]) for _, attrs in self.tags if attribute in attrs]


PAGE = Page(docs_html(OPENAPI, ASYNCAPI))
IDS = PAGE.all("id")


def test_every_call_and_every_schema_has_a_place_of_its_own() -> None:
    operations = [
        call["operationId"] for path in OPENAPI["paths"].values() for call in path.values()
    ]

    assert {*operations, *SCHEMAS} <= set(IDS)
    assert len(set(IDS)) == len(IDS)


def test_every_link_leads_somewhere_on_this_server() -> None:
    links = set(PAGE.all("href"))
    inside = {link for link in links if link.startswith("#")}

    assert {link.removeprefix("#") for link in inside} <= set(IDS)
    assert links - inside == {"openapi.json", "asyncapi.json", "docs/style.css"}


def test_what_both_documents_describe_is_the_same() -> None:
    shared = OPENAPI["components"]["schemas"].keys() & ASYNCAPI["components"]["schemas"].keys()

    assert {"Waiting", "NoticeObject"} <= shared
    for name in shared:
        assert OPENAPI["components"]["schemas"][name] == ASYNCAPI["components"]["schemas"][name]


def test_every_description_can_be_read() -> None:
    for schema in SCHEMAS.values():
        for described in (schema, *schema.get("properties", {}).values()):
            for paragraph in described.get("description", "").split("\n\n"):
                assert paragraph.replace("`", "") in PAGE.text


def test_every_close_code_and_every_limit_is_there() -> None:
    channel = ASYNCAPI["channels"]["connection"]

    assert all(str(each["code"]) in PAGE.text for each in channel["x-close-codes"])
    assert all(name in PAGE.text for name in channel["x-limits"])


def test_there_is_no_script_and_no_style_in_it() -> None:
    assert not {"script", "style", "iframe", "img", "form"} & {tag for tag, _ in PAGE.tags}
    assert not PAGE.all("style")
    assert not [name for _, attrs in PAGE.tags for name in attrs if name.startswith("on")]


def test_a_text_is_never_html() -> None:
    hostile: Any = asyncapi_document()
    hostile["components"]["messages"]["claim"]["description"] = "`<b onclick=x>` <script>"

    html = docs_html(OPENAPI, hostile)

    assert "<code>&lt;b onclick=x&gt;</code> &lt;script&gt;" in html
