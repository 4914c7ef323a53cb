"""The reasons for missed bars, by the name of the bar. Shown only if the bar is missed."""

REASONS: dict[str, str] = {
    "event to last client ÷ C send() loop": (
        "a client costs one to three µs more than the bare call: Python looks up its connection "
        "and its socket, and calls `send`. That is memory the bare loop never touches, so the "
        "ratio is 1.15 to 1.2 while the machine is quiet and more while its neighbours are not."
    ),
    "the same ÷ nchan": "nchan is C, and touches less memory for each client than Python does.",
    "Starlette send_json ÷ the same": "short of the bar by as much as the first ratio; see there.",
    "python-socketio ÷ the same": (
        "a frame takes either one or two seconds, so the ratio is either 9 or 17. The median says "
        "which of the two was more frequent."
    ),
    "Channels + Redis ÷ the same": "short of the bar by as much as the first ratio; see there.",
    "10,000 renewals, node CPU, for 10,000": (
        "it is 14 ms while the machine is quiet, and more than twice that while its neighbours "
        "are not: people lie scattered in memory."
    ),
    "10,000 renewals, store CPU, for 10,000": (
        "it is 21 ms while the machine is quiet. The script looks up each person's session and "
        "place before it lengthens the lease, so that people who were lost, removed or called "
        "meanwhile are told at the next renewal. The trial was one ZADD for all, a third of the "
        "work."
    ),
    "CPU of an idle connection, a second": (
        "a short run divides what a node does without any connection by 2,000 connections instead "
        "of 10,000."
    ),
}
