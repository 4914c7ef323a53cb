"""Addresses of a server, from its origin."""

from __future__ import annotations

from fullhouse.domain.ids import is_id

CONNECT_PATH = "/v1/connect"


def origin_of(address: str) -> str:
    """The origin, and the path before `/v1`, of any address of a server: `https://seats.example`.

    Raises:
        ValueError: The address does not begin with a scheme of HTTP or WebSocket.
    """
    scheme, separator, rest = address.partition("://")
    secure = {"http": "http", "ws": "http", "https": "https", "wss": "https"}.get(scheme)
    if not separator or secure is None:
        raise ValueError(f"{address!r} is not an address such as https://seats.example")
    return f"{secure}://{rest.rstrip('/').removesuffix(CONNECT_PATH).rstrip('/')}"


def socket_address(origin: str) -> str:
    """The address of the WebSocket of the server at `origin`."""
    return "ws" + origin.removeprefix("http") + CONNECT_PATH


def in_path(field: str, id_: str) -> str:
    """An id as a part of a path.

    Clients of HTTP take `..` as a step up, whatever was meant: a call that deletes the participant
    `..` would delete the room.

    Raises:
        ValueError: It is not an id (docs/protocol.md, "Ids").
    """
    if not is_id(id_):
        raise ValueError(f"{field}: {id_!r} is not an id")
    return id_
