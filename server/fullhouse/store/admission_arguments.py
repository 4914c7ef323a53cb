"""The arguments of `admit` after the revision: names, and the people of the batch."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from fullhouse.domain.rooms import Newcomer


def admission_arguments(newcomers: Sequence[Newcomer]) -> list[str]:
    """The names in one argument: each further one costs as much as the script for a person."""
    names = {person.participant: person.name for person in newcomers if person.name}
    args = [msgspec.json.encode(names).decode() if names else ""]
    for person in newcomers:
        args += person[:2]
    return args
