"""Opens the start page in the browser of the person who started the demo, where there is one."""

from __future__ import annotations

import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping


def has_browser(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a browser would appear on the screen of the person at this terminal.

    Over SSH it would appear on another machine, or inside the terminal. Without a display only
    browsers for terminals are left. `BROWSER` names the person's own choice, so it is enough.
    """
    if environ.get("BROWSER"):
        return True
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return False
    return platform == "darwin" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def show(url: str, *, failed: Callable[[], None]) -> None:
    """Open `url` in a new tab. `failed` is called, in a thread, if no browser can be started.

    Some browsers return only when they are closed. So this runs in a thread that ends with the
    program, and the browser of the person stays open.
    """

    def open_tab() -> None:
        try:
            is_open = webbrowser.open_new_tab(url)
        except webbrowser.Error:
            is_open = False
        if not is_open:
            failed()

    threading.Thread(target=open_tab, daemon=True).start()
