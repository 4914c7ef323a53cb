"""What a slow client has not taken yet: the newest frame of each topic.

Frames are kept from `HIGH_WATER` in `writer.py` on. The bound is `MOST_UNSENT` in `connection.py`.
"""

from __future__ import annotations

from fullhouse.realtime.ports import Topic


class Outbox:
    """Unsent frames of one connection, in order; a newer one on a topic replaces the older.

    Of `capacity` every frame is kept: what was sold is never merged away.
    """

    __slots__ = ("_numbered", "_unsent", "size")

    def __init__(self) -> None:
        self._unsent: dict[str, bytes] = {}
        self._numbered = 0
        self.size = 0

    def __bool__(self) -> bool:
        return bool(self._unsent)

    def put(self, frame: bytes, topic: Topic) -> None:
        """Keep `frame`. A replaced topic moves to the end, so revisions never fall."""
        key: str = topic
        if topic == "capacity":
            self._numbered += 1
            key = f"{topic}-{self._numbered}"
        self.size += len(frame) - len(self._unsent.pop(key, b""))
        self._unsent[key] = frame

    def take(self) -> bytes:
        """All of it, as one piece."""
        frames = b"".join(self._unsent.values())
        self._unsent.clear()
        self.size = 0
        return frames
