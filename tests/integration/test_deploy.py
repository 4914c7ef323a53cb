"""What stands in `deploy/`, checked by the programs that read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.nginx import DEPLOY, check

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", [site.name for site in DEPLOY.glob("*.conf")])
def test_nginx_takes_each_site(name: str, tmp_path: Path) -> None:
    assert "test is successful" in check((DEPLOY / name).read_text(), tmp_path)
