"""Types for command-line options: durations, numbers, time zones and addresses of nodes."""

from __future__ import annotations

import re
from math import inf, isnan
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from fullhouse.domain.ids import is_id

_UNITS_S = {"": 1, "s": 1, "m": 60, "h": 3600}
_PATH = "/v1/connect"
_WEBSOCKET_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


class Duration(click.ParamType[float]):
    """A duration such as `90`, `90s`, `2m`, `1h` and, if allowed, `forever`."""

    name = "duration"

    def __init__(self, *, forever: bool = False) -> None:
        self._forever = forever

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        if value == "forever" and self._forever:
            return inf
        found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)([smh]?)", str(value))
        if not found:
            known = "90s, 2m, 1h" + (" or forever" if self._forever else "")
            self.fail(f"{value!r} is not a duration such as {known}", param, ctx)
        return float(found[1]) * _UNITS_S[found[2]]


over_option = click.option(
    "--over",
    type=Duration(),
    default="60s",
    show_default=True,
    help="Time within which they arrive.",
)


class Id(click.ParamType[str]):
    """The id of an account or a room."""

    name = "id"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        if not is_id(str(value)):
            self.fail(f"{value!r} is not an id such as spring-launch", param, ctx)
        return str(value)


class Figure(click.FloatRange):
    """A number within bounds. `nan` is refused, although click accepts it."""

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number: float = super().convert(value, param, ctx)  # type: ignore[arg-type]  # it is text
        if isnan(number):
            self.fail(f"{value!r} is not a number", param, ctx)
        return number


class TimeZone(click.ParamType[ZoneInfo]):
    """An IANA time zone, such as `Europe/Madrid`."""

    name = "zone"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> ZoneInfo:
        try:
            return ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail(f"{value!r} is not a time zone such as Europe/Madrid", param, ctx)


class NodeAddress(click.ParamType[str]):
    """The address of a node, converted to the address of its WebSocket."""

    name = "url"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        try:
            parts = urlsplit(str(value))
            _ = parts.port  # reading the port checks it
        except ValueError:
            parts = urlsplit("")
        scheme = _WEBSOCKET_SCHEMES.get(parts.scheme)
        if scheme is None or not parts.hostname:
            self.fail(f"{value!r} is not an address such as http://127.0.0.1:8000", param, ctx)
        return f"{scheme}://{parts.netloc}{parts.path.removesuffix(_PATH).rstrip('/')}{_PATH}"


def api_base(node: str) -> str:
    """The base URL of the HTTP API of a node, from its WebSocket address."""
    return "http" + node.removeprefix("ws").removesuffix(_PATH)
