"""The crowd is shown as a picture on a terminal, and as lines elsewhere."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from fullhouse_demo.crowd.counts import Progress
from fullhouse_demo.crowd.progress import History, LiveDisplay, chart, display_on, line


def progress(at_s: float, *, inside: int = 0, called: int = 0, waiting: int = 0) -> Progress:
    return Progress(
        at_s=at_s,
        expected=10 - inside - called - waiting,
        away=0,
        waiting=waiting,
        called=called,
        inside=inside,
        gone=0,
        let_in=0,
        gave_up=0,
        missed_calls=0,
        errors=0,
    )


def test_a_line_has_every_figure_under_its_name() -> None:
    assert line(progress(12.3, inside=5, called=1, waiting=2)) == (
        "simulate t=12s arrived=8/10 inside=5 called=1 waiting=2 away=0 gone=0 "
        "let_in=0 gave_up=0 missed_calls=0 errors=0"
    )


def test_without_a_terminal_there_is_a_line_every_few_seconds_and_at_the_end() -> None:
    out = StringIO()

    with display_on(Console(file=out, width=40), title="demo") as display:
        for quarter in range(48):
            display.show(progress(quarter / 4))

    assert [row.split()[1] for row in out.getvalue().splitlines()] == [
        "t=0s",
        "t=5s",
        "t=10s",
        "t=12s",
    ]


def test_a_terminal_shows_the_picture_with_its_title() -> None:
    out = StringIO()
    console = Console(file=out, force_terminal=True, width=100)

    with display_on(console, title="demo/hall") as display:
        display.show(progress(1, inside=5, waiting=2))

    assert isinstance(display, LiveDisplay)
    assert "demo/hall" in out.getvalue()
    assert "waiting" in out.getvalue()


def test_the_chart_stacks_inside_under_called_under_waiting() -> None:
    picture = chart([(2, 1, 1), (4, 0, 0)], rows=4)

    colours = [str(span.style) for span in picture.spans]
    assert picture.plain == "██ 4\n██\n██\n██\n"
    assert colours == ["yellow", "green", "cyan", "green", "green", "green"]


def test_a_chart_of_nobody_is_empty() -> None:
    assert chart([(0, 0, 0)], rows=2).plain == "  0\n \n"


def test_a_long_history_keeps_its_whole_length_in_few_samples() -> None:
    history = History()

    for quarter in range(4000):
        history.note(progress(quarter / 4, inside=quarter // 400))

    assert 32 <= len(history.samples) <= 64
    assert [history.samples[0][0], history.samples[-1][0]] == [0, 9]
