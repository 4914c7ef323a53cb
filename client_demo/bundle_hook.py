"""The build of a wheel makes the bundles of the browser's files and packs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))  # nothing is installed where a wheel is built

from fullhouse_demo.browser_files import BUNDLE  # found there
from make_bundle import make_bundle  # likewise


class BundleHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        try:
            make_bundle()
        except (ImportError, subprocess.CalledProcessError) as error:
            self.app.display_warning(f"A wheel without bundles: {error}")
            return
        if version != "editable":
            build_data["force_include"][str(BUNDLE)] = "fullhouse_demo/bundle"
