"""What one node of the demo is started with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fullhouse.settings import Settings
from fullhouse_demo.routes import DemoRoom


@dataclass(frozen=True, slots=True)
class NodeJob:
    """What a child needs to become a node.

    Attributes:
        control_socket: Where the demo listens to its nodes; None where no demo runs them.
        number: Which of the demo's nodes this is, from 0.
    """

    settings: Settings
    demo: DemoRoom
    log_path: Path
    control_socket: Path | None = None
    number: int = 0

    @property
    def base_url(self) -> str:
        return f"http://{self.settings.host}:{self.settings.port}"
