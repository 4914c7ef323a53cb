"""The parameters of one demo node."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fullhouse.settings import Settings
from fullhouse_demo.routes import DemoRoom


@dataclass(frozen=True, slots=True)
class NodeJob:
    """The parameters with which a child process becomes a node.

    Attributes:
        control_socket: The socket on which the demo answers its nodes. None: there is no demo.
        number: The number of the node, from 0.
    """

    settings: Settings
    demo: DemoRoom
    log_path: Path
    control_socket: Path | None = None
    number: int = 0

    @property
    def base_url(self) -> str:
        return f"http://{self.settings.host}:{self.settings.port}"
