"""Ids in the paths of calls."""

from __future__ import annotations

import pytest

from fullhouse.client.addresses import in_path


@pytest.mark.parametrize("id_", ["..", ".", "", "a/b", "a%2Fb", "a?b", "a#b", "ä"])
def test_what_a_client_of_http_takes_for_another_path_is_no_id(id_: str) -> None:
    with pytest.raises(ValueError, match=r"^participant: "):
        in_path("participant", id_)


def test_an_id_stays_as_it_is() -> None:
    assert in_path("room", "hall.1~a_b-c") == "hall.1~a_b-c"
