"""Reads and writes the frames of a connection, also those of a later server.

A later version may add messages, fields, and words in fields that are one of a few words. Source:
docs/protocol.md, "What you can rely on".
"""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from fullhouse.edge.ws.client_messages import ClientMessage
from fullhouse.edge.ws.messages import ServerMessage

_known: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)
_fields = msgspec.json.Decoder(dict[str, Any])
_encoder = msgspec.json.Encoder()


class UnreadableFrame(ValueError):
    """The server sent something that is not a message."""


class UnknownMessage(Struct, frozen=True):
    """A message of a later version, which a client ignores."""

    type: str


def _types_by_tag() -> dict[str, type[Struct]]:
    types: tuple[type[Struct], ...] = get_args(ServerMessage)
    return {str(type_.__struct_config__.tag): type_ for type_ in types}


_TYPES = _types_by_tag()


def encode(message: ClientMessage) -> str:
    return _encoder.encode(message).decode()


def decode(frame: str | bytes) -> ServerMessage | UnknownMessage:
    """The message in `frame`, of any version of the server.

    Raises:
        UnreadableFrame: The frame is not JSON, has no type, or has a field of a wrong type.
    """
    try:
        return _known.decode(frame)
    except msgspec.ValidationError:
        return _of_later_version(frame)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableFrame(str(error)) from error


def message_from(fields: dict[str, Any]) -> ServerMessage | UnknownMessage:
    """As `decode`, from decoded JSON."""
    type_ = fields.get("type")
    if not isinstance(type_, str):
        raise UnreadableFrame("a message without a type")
    if type_ not in _TYPES:
        return UnknownMessage(type_)
    try:
        message: ServerMessage = _struct(fields, _TYPES[type_])
    except msgspec.ValidationError as error:
        raise UnreadableFrame(f"{type_}: {error}") from error
    return message


def _of_later_version(frame: str | bytes) -> ServerMessage | UnknownMessage:
    try:
        fields = _fields.decode(frame)
    except msgspec.ValidationError as error:
        raise UnreadableFrame(str(error)) from error
    return message_from(fields)


def _struct(fields: dict[str, Any], type_: type[Struct]) -> Any:  # noqa: ANN401  # a `type_`
    values = {}
    for field in msgspec.structs.fields(type_):
        if field.encode_name in fields:
            values[field.name] = _value(fields[field.encode_name], field.type)
        elif field.required:
            raise msgspec.ValidationError(f"Object missing required field `{field.encode_name}`")
    return type_(**values)


def _value(value: Any, type_: Any) -> Any:  # noqa: ANN401  # any value of JSON, of any type
    """`value` as `type_`, but a word stays as it is where other words are known."""
    origin, parts = get_origin(type_), get_args(type_)
    if origin is Literal and isinstance(value, str):
        return value
    if origin in (Union, UnionType) and NoneType in parts and value is not None:
        (some, *others) = (part for part in parts if part is not NoneType)
        return msgspec.convert(value, type_) if others else _value(value, some)
    if origin is tuple and parts[1:] == (...,) and isinstance(value, list):
        return tuple(_value(each, parts[0]) for each in value)
    if isinstance(type_, type) and issubclass(type_, Struct) and isinstance(value, dict):
        return _struct(value, type_)
    return msgspec.convert(value, type_)
