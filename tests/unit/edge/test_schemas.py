"""Schemas of types: what docstrings say, and what generators of clients understand."""

from __future__ import annotations

from msgspec import Struct

from fullhouse.edge.schemas import schemas_of


class Hall(Struct, rename={"from_": "from"}):
    """A hall.

    Attributes:
        seats: How many people fit, on two lines
            of the docstring.
        from_: In Python `from` is no name.
        owner: A description that a reference cannot have.
        gone: No field.
    """

    seats: int
    from_: int
    owner: Owner
    pair: tuple[int, int]
    word: str = ""


class Owner(Struct):
    """Who has it.

    Attributes:
        name: For people to read.
    """

    name: str


class Ballroom(Hall):
    """A hall for dances.

    Attributes:
        word: Its motto.
    """


def fields(name: str) -> dict[str, dict[str, object]]:
    _, components = schemas_of([Ballroom, Hall])
    found: dict[str, dict[str, object]] = components[name]["properties"]
    return found


def test_the_section_of_attributes_is_no_part_of_a_description() -> None:
    _, components = schemas_of([Ballroom])

    assert components["Ballroom"]["description"] == "A hall for dances."
    assert components["Owner"]["description"] == "Who has it."


def test_an_attribute_is_the_description_of_its_field() -> None:
    assert fields("Hall")["seats"]["description"] == (
        "How many people fit, on two lines of the docstring."
    )
    assert fields("Owner")["name"]["description"] == "For people to read."
    assert "description" not in fields("Hall")["word"]


def test_a_type_has_the_attributes_of_its_bases_under_the_names_that_are_sent() -> None:
    assert fields("Ballroom")["seats"] == fields("Hall")["seats"]
    assert fields("Ballroom")["from"]["description"] == "In Python `from` is no name."
    assert fields("Ballroom")["word"]["description"] == "Its motto."


def test_nothing_stands_beside_a_reference() -> None:
    assert fields("Hall")["owner"] == {"$ref": "#/components/schemas/Owner"}


def test_a_tuple_is_an_array_of_a_fixed_length() -> None:
    assert fields("Hall")["pair"] == {
        "type": "array",
        "minItems": 2,
        "maxItems": 2,
        "items": {"type": "integer"},
    }


class Building(Struct):
    rooms: tuple[Ballroom | None, ...]
    owner: Owner
    inside: Building | None = None


def test_a_type_inside_another_has_the_attributes_of_its_bases_too() -> None:
    _, components = schemas_of([Building])

    assert components["Ballroom"]["properties"] == fields("Ballroom")
