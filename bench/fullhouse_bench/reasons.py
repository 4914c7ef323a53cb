"""Why a bar is missed where it is, by its name in the tables; shown only then."""

REASONS: dict[str, str] = {
    "event to last client ÷ C send() loop": (
        "a client costs one to three µs more than the bare call: Python looks up its connection "
        "and its socket, and calls `send`. That is memory the bare loop never touches, so the "
        "ratio is 1.15 to 1.2 while the machine is quiet and more while its neighbours are not."
    ),
    "the same ÷ nchan": "nchan is C, and touches less memory for each client than Python does.",
    "Starlette send_json ÷ the same": "short of the bar by as much as the first ratio; see there.",
    "python-socketio ÷ the same": (
        "it takes either one second or two for a frame, by turns, and so the ratio is either 9 or "
        "17: its median says in which of the two it was more often."
    ),
    "Channels + Redis ÷ the same": "short of the bar by as much as the first ratio; see there.",
    "10,000 renewals, node CPU, for 10,000": (
        "it is 14 ms while the machine is quiet, and more than twice that while its neighbours "
        "are not: people lie scattered in memory."
    ),
    "10,000 renewals, store CPU, for 10,000": (
        "it is 21 ms while the machine is quiet. The script looks up each person's session and "
        "place before it lengthens the lease, so that whoever was lost, removed or called "
        "meanwhile is told within a beat; the trial was one ZADD for all, a third of the work."
    ),
}
