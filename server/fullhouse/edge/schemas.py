"""JSON schemas of everything that is sent and received, from its types and their docstrings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from inspect import cleandoc
from typing import Any, TypeAlias

import msgspec.inspect
import msgspec.json

Json: TypeAlias = dict[str, Any]

_REF = "#/components/schemas/{name}"

# An entry of `Attributes:` in a docstring: a name, and a text that goes on in lines further in.
_entries = re.compile(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", re.MULTILINE)


def schemas_of(types: Iterable[type]) -> tuple[dict[type, Json], Json]:
    """The reference of each type, and by name the schemas of all types that these contain.

    The description of a schema is the docstring of its type. An entry in the docstring's section
    `Attributes:` is the description of that field. Types have the entries of their bases too.
    """
    in_order = sorted(types, key=lambda each: each.__name__)
    references, components = msgspec.json.schema_components(in_order, ref_template=_REF)
    classes = _classes_in(msgspec.inspect.multi_type_info(in_order))
    for name, schema in components.items():
        _describe(schema, _docstrings(classes[name], schema))
    return dict(zip(in_order, references, strict=True)), for_generators(components)


def fields_of(struct: type[msgspec.Struct]) -> Json:
    """The schema of the object: its properties, and the names of the required ones."""
    _, components = schemas_of([struct])
    fields: Json = components[struct.__name__]
    return fields


def for_generators(schema: Any) -> Any:  # noqa: ANN401  # any part of a JSON document
    """`schema` in a form that generators of clients understand.

    Several generators refuse tuples of JSON Schema (`prefixItems` with `items: false`), so these
    become arrays of a fixed length. Generators give an `enum` of words without a type the type
    `any`, so it gets the type `string`.
    """
    if isinstance(schema, list):
        return [for_generators(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: for_generators(part) for name, part in schema.items()}
    places = parts.pop("prefixItems", None)
    if places is not None:
        kinds = [kind for at, kind in enumerate(places) if kind not in places[:at]]
        parts["items"] = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    words = parts.get("enum")
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        parts.setdefault("type", "string")
    return parts


def _classes_in(types: Iterable[Any]) -> dict[str, type]:
    """By name the classes of these types, and of all types that they contain."""
    found: dict[str, type] = {}
    to_do = list(types)
    while to_do:
        info = to_do.pop()
        cls = getattr(info, "cls", None)
        if cls is None or cls.__name__ not in found:
            to_do += _parts_of(info)
        if cls is not None:
            found[cls.__name__] = cls
    return found


def _parts_of(info: Any) -> Iterator[Any]:  # noqa: ANN401  # each kind of type has its own parts
    yield from (field.type for field in getattr(info, "fields", ()))
    yield from (*getattr(info, "types", ()), *getattr(info, "item_types", ()))
    if hasattr(info, "item_type"):
        yield info.item_type


def _docstrings(type_: type, schema: Json) -> Iterator[str]:
    """The docstrings of the bases and of the type itself, the most general first."""
    yield from (base.__doc__ for base in reversed(type_.__mro__[1:]) if base.__doc__)
    if "description" in schema:
        yield schema["description"]


def _describe(schema: Json, docstrings: Iterator[str]) -> None:
    texts: dict[str, str] = {}
    for docstring in docstrings:
        texts |= _attributes(docstring)
    if "description" in schema:
        schema["description"] = _without_attributes(schema["description"])
    _describe_fields(schema.get("properties", {}), texts)


def _describe_fields(fields: Mapping[str, Json], texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        field = fields.get(name.rstrip("_"))  # `from` is no name in Python
        # Draft 7, which AsyncAPI uses, ignores what is next to a reference.
        if field is not None and "$ref" not in field:
            field["description"] = text


def _without_attributes(docstring: str) -> str:
    return cleandoc(docstring).partition("\n\nAttributes:")[0]


def _attributes(docstring: str) -> dict[str, str]:
    section = cleandoc(docstring).partition("\n\nAttributes:\n")[2]
    return {name: re.sub(r"\s+", " ", text) for name, text in _entries.findall(section)}
