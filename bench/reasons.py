"""Why a bar is missed where it is, by its name in the tables."""

REASONS: dict[str, str] = {}
