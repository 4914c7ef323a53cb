"""A Teams attendance list becomes visits, and whatever does not fit is refused by line."""

from __future__ import annotations

import pytest

from client_demo.crowd.attendance import AttendanceError, read_attendance
from client_demo.crowd.schedule import Schedule, Span, Visit

HEADING = "Full Name,User Action,Timestamp"
AMERICAN = """Full Name,User Action,Timestamp
Ada,Joined before,"3/14/2025, 9:59:30 AM"
Ben,Joined,"3/14/2025, 10:00:00 AM"
Ben,Left,"3/14/2025, 12:00:10 PM"
Cleo,Joined,"3/14/2025, 11:30:00 AM"
"""


def listed(*rows: str, heading: str = HEADING) -> Schedule:
    return read_attendance("\n".join((heading, *rows)).encode(), prefix="p-")


def arrivals(schedule: Schedule) -> list[tuple[str, float]]:
    return [(visit.name, visit.arrives_s) for visit in schedule.visits]


def test_seconds_count_from_the_first_row_in_time() -> None:
    schedule = read_attendance(AMERICAN.encode(), prefix="p-")

    assert schedule.visits == (
        Visit("p-001", "Ada", 0),
        Visit("p-002", "Ben", 30, 7240),
        Visit("p-003", "Cleo", 5430),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_that_teams_and_spreadsheets_write_is_read(encoding: str) -> None:
    text = AMERICAN.replace("Cleo", "Zoë Grün")

    schedule = read_attendance(text.encode(encoding), prefix="p-")

    assert [visit.name for visit in schedule.visits] == ["Ada", "Ben", "Zoë Grün"]


@pytest.mark.parametrize("separator", ["\t", ";", ","])
def test_the_separator_is_that_of_the_heading(separator: str) -> None:
    rows = [["Full Name", "User Action", "Timestamp"], ["Ada", "Joined", "2025-03-14 10:00:00"]]
    text = "\r\n".join(separator.join(row) for row in rows)

    assert arrivals(read_attendance(text.encode(), prefix="p-")) == [("Ada", 0)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("3/14/2025, 11:59:50 AM", "3/14/2025, 12:00:20 PM"),
        ("3/14/2025, 11:59:50 PM", "3/15/2025, 12:00:20 AM"),
        ("3/14/2025, 11:59:50\u202fAM", "3/14/2025, 12:00:20\u202fPM"),
        ("14/03/2025, 11:59:50 am", "14/03/2025, 12:00:20 pm"),
        ("14/03/2025, 11:59:50", "14/03/2025, 12:00:20"),
        ("14.03.2025, 11:59:50", "14.03.2025, 12:00:20"),
        ("14.3.25, 11:59:50", "14.3.25, 12:00:20"),
        ("14-03-2025 11:59:50", "14-03-2025 12:00:20"),
        ("2025-03-14, 11:59:50", "2025-03-14, 12:00:20"),
        ("31.12.2024, 23:59:50", "01.01.2025, 00:00:20"),
    ],
)
def test_instants_of_many_countries_are_read(first: str, second: str) -> None:
    schedule = listed(f'Ada,Joined,"{first}"', f'Ben,Joined,"{second}"')

    assert arrivals(schedule) == [("Ada", 0), ("Ben", 30)]


def test_a_list_that_could_be_day_or_month_first_means_the_shorter_event() -> None:
    """4 and 5 September, not 9 April and 9 May: an event lasts hours, not months."""
    schedule = listed('Ada,Joined,"9/4/2025, 11:00:00 PM"', 'Ben,Joined,"9/5/2025, 1:00:00 AM"')

    assert schedule.lasts_s == 7200


def test_one_unmistakable_day_decides_for_the_whole_list() -> None:
    with pytest.raises(AttendanceError, match=r"line 3, column 'Timestamp': '3/25/2025, 10:00'"):
        listed('Ada,Joined,"25/3/2025, 10:00"', 'Ben,Joined,"3/25/2025, 10:00"')


def test_rows_grouped_by_person_are_put_in_order_of_time() -> None:
    schedule = listed(
        "Ada,Joined,2025-03-14 10:05:00",
        "Ada,Left,2025-03-14 10:06:00",
        "Ada,Joined,2025-03-14 10:10:00",
        "Ben,Joined,2025-03-14 10:00:00",
    )

    assert schedule.visits == (
        Visit("p-001", "Ben", 0),
        Visit("p-002", "Ada", 300, 360),
        Visit("p-002", "Ada", 600),
    )


def test_joining_again_without_leaving_is_a_second_device() -> None:
    schedule = listed(
        "Ada,Joined,2025-03-14 10:00:00",
        "Ada,Joined,2025-03-14 10:01:00",
        "Ada,Left,2025-03-14 10:02:00",
        "Ada,Left,2025-03-14 10:03:00",
    )

    assert schedule.visits == (Visit("p-001", "Ada", 0, 180, (Span(60, 120),)),)


def test_a_second_device_without_leaving_stays_to_the_end() -> None:
    schedule = listed("Ada,Joined,2025-03-14 10:00:00", "Ada,Joined,2025-03-14 10:01:00")

    assert schedule.visits == (Visit("p-001", "Ada", 0, None, (Span(60, float("inf")),)),)


def test_german_words_and_further_columns_are_read() -> None:
    schedule = listed(
        "1,Ada,Vorher beigetreten,14.03.2025 10:00:00",
        "2,Ada,Verlassen,14.03.2025 10:00:09",
        heading="Nr,Vollständiger Name,Benutzeraktion,Zeitstempel",
    )

    assert schedule.visits == (Visit("p-001", "Ada", 0, 9),)


def test_blank_lines_are_nobody() -> None:
    assert arrivals(listed("", "Ada,Joined,2025-03-14 10:00:00", "  ,,", "")) == [("Ada", 0)]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Ada,Joined", "line 3: 2 fields where the heading has 3"),
        ("Ada,Joined,3/14/2025, 10:00:00 AM", "line 3: 4 fields where the heading has 3"),
        (",Joined,2025-03-14 10:00:00", "line 3, column 'Full Name': nobody is named"),
        ("Ada,Waved,2025-03-14 10:00:00", "line 3, column 'User Action': 'Waved' is not one of"),
        ("Ada,Joined,noon", "line 3, column 'Timestamp': 'noon' is not a date and a time"),
        ("Ada,Joined,2025-02-30 10:00:00", "line 3, column 'Timestamp': .* no such instant"),
        ("Ada,Joined,2025-02-28 13:00:00 PM", "line 3, column 'Timestamp': .* twelve-hour"),
        ("Ada,Left,2025-03-14 10:00:00", "line 3, column 'User Action': Ada leaves without"),
        ('"Ada,Joined,2025-03-14 10:00:00', "line 3: broken quotes"),
    ],
)
def test_a_row_that_does_not_fit_is_named_by_line_and_column(row: str, told: str) -> None:
    with pytest.raises(AttendanceError, match=told):
        listed("Ben,Joined,2025-03-14 09:00:00", row)


def test_other_columns_are_refused_with_those_that_were_expected() -> None:
    with pytest.raises(AttendanceError, match=r"line 1: expected the columns Full Name, .*'Who'"):
        listed(heading="Who,When")


def test_a_list_without_anybody_is_refused() -> None:
    with pytest.raises(AttendanceError, match="nobody in it"):
        listed()


def test_text_of_another_encoding_is_refused_by_line() -> None:
    raw = f"{HEADING}\nZoë,Joined,2025-03-14 10:00:00".encode("latin-1")

    with pytest.raises(AttendanceError, match=r"line 2: not UTF-8 text .*save the list as UTF-8"):
        read_attendance(raw, prefix="p-")
