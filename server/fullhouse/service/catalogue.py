"""The plan catalogue, read once at the start: the operator's TOML file, or the built-in one."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from fullhouse.domain.plans import Catalogue, InvalidCatalogue, Plan, Prices

if TYPE_CHECKING:
    from pathlib import Path


class _PriceRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    month: int
    year: int


class _PlanRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    seats: int
    presenters: int
    price: _PriceRow
    parallel_event: _PriceRow
    trial: bool = False
    on_sale: bool = True


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    currency: str
    plan: list[dict[str, object]]


def load_catalogue(path: Path | None) -> Catalogue:
    """The catalogue in the file at `path`. None: the built-in catalogue.

    Raises:
        InvalidCatalogue: the file cannot be read, or the catalogue is not valid. The text is one
            line that names the plan and the field.
    """
    try:
        return parse_catalogue(_text(path))
    except OSError as error:
        raise InvalidCatalogue(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidCatalogue(f"{path}: no TOML: {error}") from error


def parse_catalogue(text: str) -> Catalogue:
    """Parse a catalogue in TOML.

    Raises:
        InvalidCatalogue: the catalogue is not valid.
        tomllib.TOMLDecodeError: the text is not TOML.
    """
    try:
        file = msgspec.convert(tomllib.loads(text), _File)
    except msgspec.ValidationError as error:
        raise InvalidCatalogue(f"the catalogue: {error}") from error
    return Catalogue(file.currency, tuple(_plan(row) for row in file.plan))


def _text(path: Path | None) -> str:
    if path is None:
        return (files(__package__) / "plans.toml").read_text(encoding="utf-8")
    return path.read_text(encoding="utf-8")


def _plan(table: dict[str, object]) -> Plan:
    try:
        row = msgspec.convert(table, _PlanRow)
    except msgspec.ValidationError as error:
        # msgspec names the field, but it does not know the plan.
        raise InvalidCatalogue(f"plan {table.get('id')!r}: {error}") from error
    return Plan(
        id=row.id,
        name=row.name,
        seats=row.seats,
        presenters=row.presenters,
        price=Prices(row.price.month, row.price.year),
        parallel_event=Prices(row.parallel_event.month, row.parallel_event.year),
        trial=row.trial,
        on_sale=row.on_sale,
    )
