"""Why a bar is missed where it is, by its name in the tables; shown only then."""

REASONS: dict[str, str] = {
    "event to last client ÷ C send() loop": (
        "a client costs some 4 µs more than the bare call: its person is looked at (they may have "
        "left the line while others were told), the frame is counted, and the transport asks "
        "whether it may write. The trial wrote to a list of transports and to nothing else."
    ),
    "the same ÷ nchan": "nchan is C, and stays nearer to the bare loop; see above.",
    "Starlette send_json ÷ the same": (
        "short of the bar by as much as the first ratio: the bars come from a trial that knew no "
        "people."
    ),
    "python-socketio ÷ the same": (
        "in part as above; and this peer was nearer to the bare loop here than on the machine on "
        "which the bar was set."
    ),
    "Channels + Redis ÷ the same": (
        "in part as above; and this peer was nearer to the bare loop here than on the machine on "
        "which the bar was set."
    ),
    "10,000 renewals, store CPU, for 10,000": (
        "the script looks up each person's session and place before it lengthens the lease, so "
        "that whoever was lost, removed or called meanwhile is told within a beat; the trial was "
        "one ZADD for all, which is a third of the work."
    ),
    "connect + hello + placed ÷ bare accepts of uvicorn + Starlette": (
        "what is left of an arrival is spread thinly: uvicorn's HTTP parser and then that of "
        "`websockets` read the same request head (a third), the store's client, the connection "
        "and its place in the room. The trial read the head by itself; here a library that is "
        "tested against hostile input does."
    ),
    "p99 of an unrelated GET ÷ that of the send_json loop": (
        "a broadcast lets others in every 128 clients, but the kernel hands over their packets on "
        "the same core, and a request waits for two or three turns: to be read, answered, written."
    ),
}
