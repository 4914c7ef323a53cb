"""What the HTTP face answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""What JSON holds is what each test expects of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        return json.loads(self.body)

    @property
    def problem(self) -> tuple[int, str]:
        """Status and code, once the rest of the problem document is in order."""
        assert self.headers["content-type"] == "application/problem+json"
        assert self.json["status"] == self.status
        assert self.json["type"].endswith(self.json["code"])
        assert self.json["title"]
        return self.status, self.json["code"]

    @property
    def refused_field(self) -> str:
        """The field that a malformed request is refused for."""
        assert self.problem == (422, "invalid_request"), self.body
        field_name: str = self.json["detail"].partition(": ")[0]
        return field_name
