"""Why a bar is missed where it is, by its name in the tables; shown only then."""

REASONS: dict[str, str] = {
    "POST /v1/poll ÷ Starlette's hello world": (
        "a poll is a script call of its own for the person and a reading of the room, both in one "
        "pipeline. The trial that met the bar answered many people of one room from one call and "
        "parsed one answer for all of them; ours does not yet."
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
