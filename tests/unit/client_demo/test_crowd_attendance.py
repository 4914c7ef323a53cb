"""An attendance list becomes visits; rows that do not fit are named and change nothing else."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullhouse_demo.crowd.attendance import Attendance, AttendanceError, read_attendance
from fullhouse_demo.crowd.schedule import Schedule, Span, Visit

HEADING = "Full Name,User Action,Timestamp"
STAYS = "name,join,leave"
AMERICAN = """Full Name,User Action,Timestamp
Ada,Joined before,"3/14/2025, 9:59:30 AM"
Ben,Joined,"3/14/2025, 10:00:00 AM"
Ben,Left,"3/14/2025, 12:00:10 PM"
Cleo,Joined,"3/14/2025, 11:30:00 AM"
"""


def read(*rows: str, heading: str = HEADING) -> Attendance:
    return read_attendance("\n".join((heading, *rows)).encode(), prefix="p-")


def listed(*rows: str, heading: str = HEADING) -> Schedule:
    attendance = read(*rows, heading=heading)
    assert attendance.skipped == ()
    return attendance.schedule


def arrivals(schedule: Schedule) -> list[tuple[str, float]]:
    return [(visit.name, visit.arrives_s) for visit in schedule.visits]


def peak(schedule: Schedule) -> int:
    """The most people inside at one moment."""
    moments = [visit.arrives_s for visit in schedule.visits]
    return max(
        sum(v.arrives_s <= at and (v.leaves_s is None or at < v.leaves_s) for v in schedule.visits)
        for at in moments
    )


def test_seconds_count_from_the_first_row_in_time() -> None:
    schedule = read_attendance(AMERICAN.encode(), prefix="p-").schedule

    assert schedule.visits == (
        Visit("p-001", "Ada", 0),
        Visit("p-002", "Ben", 30, 7240),
        Visit("p-003", "Cleo", 5430),
    )


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_every_encoding_that_teams_and_spreadsheets_write_is_read(encoding: str) -> None:
    text = AMERICAN.replace("Cleo", "Zoë Grün")

    schedule = read_attendance(text.encode(encoding), prefix="p-").schedule

    assert [visit.name for visit in schedule.visits] == ["Ada", "Ben", "Zoë Grün"]


def test_a_line_in_another_encoding_does_not_spoil_the_others() -> None:
    lines = AMERICAN.replace("Ben", "Björn").splitlines(keepends=True)
    raw = b"".join(line.encode("utf-8" if "Björn" in line else "cp1252") for line in lines)

    assert "Björn" in [name for name, _ in arrivals(read_attendance(raw, prefix="p-").schedule)]


@pytest.mark.parametrize("separator", ["\t", ";", ","])
@pytest.mark.parametrize("above", [(), ("sep=;", "Attendance of the spring launch, Friday", "")])
def test_the_separator_is_that_of_the_heading_wherever_it_stands(
    separator: str, above: tuple[str, ...]
) -> None:
    rows = [["Full Name", "User Action", "Timestamp"], ["Ada", "Joined", "2025-03-14 10:00:00"]]
    text = "\r\n".join([*above, *(separator.join(row) for row in rows)])

    attendance = read_attendance(text.encode(), prefix="p-")

    assert arrivals(attendance.schedule) == [("Ada", 0)]
    assert attendance.skipped == ()


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
        ("2025-03-14T11:59:50Z", "2025-03-14T13:00:20.123+01:00"),
        ("27/11/2026 11:59:50 a. m.", "27/11/2026 12:00:20 p. m."),
        ("27/11/2026 11:59:50\xa0a.\xa0m.", "27/11/2026 12:00:20\xa0p.\xa0m."),
        ("Nov 27, 2026 11:59:50 AM", "November 27, 2026 12:00:20 PM"),
        ("27. Dez. 2026 11:59:50", "27. Dezember 2026 12:00:20"),
        ("27 de ene. de 2026 11:59:50", "27 de enero de 2026 12:00:20"),
        ("31.12.2024, 23:59:50", "01.01.2025, 00:00:20"),
        ("23:59:50", "0:00:20"),
        ("11:59:50 PM", "12:00:20 AM"),
    ],
)
def test_instants_of_many_countries_are_read(first: str, second: str) -> None:
    schedule = listed(f'Ada,Joined,"{first}"', f'Ben,Joined,"{second}"')

    assert arrivals(schedule) == [("Ada", 0), ("Ben", 30)]


def test_a_list_that_could_be_day_or_month_first_means_the_shorter_event() -> None:
    """4 and 5 September, not 9 April and 9 May: an event lasts hours, not months."""
    schedule = listed('Ada,Joined,"9/4/2025, 11:00:00 PM"', 'Ben,Joined,"9/5/2025, 1:00:00 AM"')

    assert schedule.lasts_s == 7200


def test_the_order_of_most_rows_is_that_of_the_list() -> None:
    attendance = read(
        'Ada,Joined,"25/3/2025, 10:00"',
        'Ben,Joined,"3/25/2025, 10:00"',
        'Cleo,Joined,"25/3/2025, 11:00"',
    )

    assert arrivals(attendance.schedule) == [("Ada", 0), ("Cleo", 3600)]
    (skipped,) = attendance.skipped
    assert (skipped.row, skipped.line) == (2, 3)
    assert "'3/25/2025, 10:00'" in skipped.reason


def test_a_mistyped_year_does_not_make_an_event_of_decades() -> None:
    attendance = read(
        "Ada,Joined,2026-11-27 10:00", "Ben,Joined,2062-11-27 10:00", "Ada,Left,2026-11-27 11:00"
    )

    assert attendance.schedule.lasts_s == 3600
    assert "more than 7 days away" in attendance.skipped[0].reason


def test_the_clocks_change_in_the_zone_of_the_event() -> None:
    rows = "Ada,2026-10-25 01:30,2026-10-25 03:30"

    schedule = read_attendance(
        f"{STAYS}\n{rows}".encode(), prefix="p-", zone=ZoneInfo("Europe/Madrid")
    ).schedule

    assert schedule.lasts_s == 3 * 3600


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


def test_whoever_joined_before_is_there_once() -> None:
    schedule = listed(
        'Ada,Joined before,"9/4/2020, 8:30:03 AM"',
        'Ada,Joined,"9/4/2020, 8:30:26 AM"',
        'Ada,Left,"9/4/2020, 8:36:16 AM"',
        'Ben,Joined,"9/4/2020, 8:38:00 AM"',
        'Ben,Left,"9/4/2020, 8:44:00 AM"',
    )

    assert schedule.visits == (Visit("p-001", "Ada", 0, 373), Visit("p-002", "Ben", 477, 837))
    assert peak(schedule) == 1


def test_whoever_joined_before_may_have_a_second_device_all_the_same() -> None:
    schedule = listed(
        "Ada,Joined before,10:00:00",
        "Ada,Joined before,10:00:01",
        "Ada,Joined,10:01:00",
        "Ada,Joined,10:02:00",
        "Ada,Left,10:03:00",
    )

    assert schedule.visits == (Visit("p-001", "Ada", 0, None, (Span(120, 180),)),)


def test_joining_again_without_leaving_is_a_second_device() -> None:
    schedule = listed(
        "Ada,Joined,2025-03-14 10:00:00",
        "Ada,Joined,2025-03-14 10:01:00",
        "Ada,Left,2025-03-14 10:02:00",
        "Ada,Left,2025-03-14 10:03:00",
    )

    assert schedule.visits == (Visit("p-001", "Ada", 0, 180, (Span(60, 120),)),)


def test_coming_back_within_the_same_minute_is_no_repetition() -> None:
    schedule = listed("Ada,Joined,10:00", "Ada,Left,10:00", "Ada,Joined,10:00", "Ada,Left,10:05")

    assert schedule.visits == (Visit("p-001", "Ada", 0, 0), Visit("p-001", "Ada", 0, 300))


def test_a_second_device_without_leaving_stays_to_the_end() -> None:
    schedule = listed("Ada,Joined,2025-03-14 10:00:00", "Ada,Joined,2025-03-14 10:01:00")

    assert schedule.visits == (Visit("p-001", "Ada", 0, None, (Span(60, float("inf")),)),)


@pytest.mark.parametrize(
    ("heading", "joins", "leaves"),
    [
        ("Full Name,User Action,Timestamp", "Joined", "Left"),
        ("Vollständiger Name,Benutzeraktion,Zeitstempel", "Beigetreten", "Verlassen"),
        ("Vollständiger Name,Benutzeraktion,Zeitstempel", "Zuvor beigetreten", "Hat verlassen"),
        ("Name,Aktion,Uhrzeit", "Vor Beginn beigetreten", "Ausgetreten"),
        ("Nombre completo,Acción del usuario,Marca de tiempo", "Se unió antes", "Ha salido"),
        ("NOMBRE COMPLETO,ACCION,FECHA Y HORA", "Unido", "Abandonó"),
        ("FullName,Action,UtcEventTimestamp", "Joined", "Left"),
    ],
)
def test_moves_are_read_in_three_languages(heading: str, joins: str, leaves: str) -> None:
    schedule = listed(f"Ada,{joins},10:00:00", f"Ada,{leaves},10:00:09", heading=heading)

    assert schedule.visits == (Visit("p-001", "Ada", 0, 9),)


@pytest.mark.parametrize(
    "heading",
    [
        "name,join,leave",
        "Name,First Join,Last Leave,In-Meeting Duration",
        "Name,Join Time,Leave Time,Duration",
        "Name (Original Name),Join Time,Leave Time,Duration (Minutes)",
        "Name,Erste Teilnahme,Letzter Austritt,Dauer der Besprechungsteilnahme",
        "Name,Beigetreten,Verlassen um",
        "Nombre,Primera unión,Última salida,Duración de la reunión",
        "Participante,Hora de entrada,Hora de salida",
    ],
)
def test_stays_are_read_in_three_languages(heading: str) -> None:
    schedule = listed("Ada,10:00:00,10:00:09", "Ben,10:00:03,", heading=heading)

    assert schedule.visits == (Visit("p-001", "Ada", 0, 9), Visit("p-002", "Ben", 3))


@pytest.mark.parametrize(
    ("heading", "lasts", "seconds"),
    [
        ("Duration", "1h 5m 20s", 3920),
        ("Duration", "5 min", 300),
        ("Duration", "01:05:20", 3920),
        ("Duration", "12:30", 750),
        ("Duration", "90", 90),
        ("Duration (Minutes)", "1.5", 90),
        ("Dauer", "1 Std. 5 Min. 20 Sek.", 3920),
        ("Duración", "1 hora 5 minutos", 3900),
        ("Duration", "a while", None),
        ("Duration", "", None),
    ],
)
def test_where_the_going_is_empty_the_duration_tells_it(
    heading: str, lasts: str, seconds: float | None
) -> None:
    schedule = listed(f"Ada,10:00,,{lasts}", heading=f"{STAYS},{heading}")

    assert schedule.visits == (Visit("p-001", "Ada", 0, seconds),)


def test_of_a_report_with_two_tables_the_single_stays_count() -> None:
    report = """1. Summary
Meeting title\tLaunch
Start time\t11/27/26, 9:59:00 AM

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail
Ada\t11/27/26, 10:00:00 AM\t11/27/26, 11:00:00 AM\t20m\tada@example.com
Ben\t11/27/26, 10:30:00 AM\t11/27/26, 11:00:00 AM\t30m\tben@example.com

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail
Ada\t11/27/26, 10:00:00 AM\t11/27/26, 10:10:00 AM\t10m\tada@example.com
Ada\t11/27/26, 10:50:00 AM\t11/27/26, 11:00:00 AM\t10m\tada@example.com
"""

    attendance = read_attendance(report.encode("utf-16"), prefix="p-")

    assert attendance.skipped == ()
    assert [(v.name, v.arrives_s, v.leaves_s) for v in attendance.schedule.visits] == [
        ("Ada", 0, 600),
        ("Ben", 1800, 3600),
        ("Ada", 3000, 3600),
    ]


def test_a_name_may_have_line_breaks_in_quotes() -> None:
    schedule = listed('"Ada\nLovelace",Joined,10:00', '"Ben ""B"" B.",Joined,10:01')

    assert arrivals(schedule) == [("Ada\nLovelace", 0), ('Ben "B" B.', 60)]


def test_whoever_has_no_name_goes_by_their_address() -> None:
    rows = "ada@example.com,,10:00,10:05"

    assert arrivals(listed(rows, heading="E-Mail,Name,Beitritt,Austritt")) == [
        ("ada@example.com", 0)
    ]


def test_blank_lines_are_nobody() -> None:
    assert arrivals(listed("", "Ada,Joined,2025-03-14 10:00:00", "  ,,", "")) == [("Ada", 0)]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Ada,Joined", "2 fields where the heading has 3"),
        ("Ada,Joined,3/14/2025, 10:00:00 AM", "'3/14/2025' is not a date and a time"),
        (",Joined,2025-03-14 10:00:00", "nobody is named"),
        ("Ada,Waved,2025-03-14 10:00:00", "'Waved' is no word for joining or leaving"),
        ("Ada,Joined,noon", "'noon' is not a date and a time"),
        ("Ada,Joined,2025-02-30 10:00:00", "no such instant"),
        ("Ada,Joined,2025-03-14 13:00:00 PM", "twelve-hour"),
        ("Ada,Left,2025-03-14 10:00:00", "Ada leaves without having joined"),
        ("Ben,Joined,14.3.2025 9:00", "says the same as row 1"),
        ('"Ada,Joined,2025-03-14 10:00:00', "1 fields where the heading has 3"),
        ("An event of the spring", "1 fields where the heading has 3"),
    ],
)
def test_a_row_that_does_not_fit_is_named_and_the_others_are_taken(row: str, told: str) -> None:
    attendance = read("Ben,Joined,2025-03-14 09:00:00", row, 'Cleo,Joined,"2025-03-14 10:00:00"')

    assert [name for name, _ in arrivals(attendance.schedule)] == ["Ben", "Cleo"]
    (skipped,) = attendance.skipped
    assert str(skipped).startswith("row 2 (line 3): ")
    assert told in skipped.reason


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Ada,11:00,10:00", "Ada leaves before joining"),
        ("Ada,,10:00", "the time of joining is empty"),
        ("Ada,10:00,later", "'later' is not a date and a time"),
    ],
)
def test_a_stay_that_does_not_fit_is_named(row: str, told: str) -> None:
    attendance = read("Ben,10:00,11:00", row, heading=STAYS)

    assert [name for name, _ in arrivals(attendance.schedule)] == ["Ben"]
    assert told in attendance.skipped[0].reason


def test_a_list_without_a_heading_that_is_known_is_refused() -> None:
    with pytest.raises(AttendanceError, match=r"needs the columns Full Name, .*'Who,When'"):
        read("Ada,10:00", heading="Who,When")


def test_a_workbook_is_refused_with_what_to_do() -> None:
    with pytest.raises(AttendanceError, match="save the sheet as CSV"):
        read_attendance(b"PK\x03\x04 and so on", prefix="p-")


def test_a_list_without_anybody_is_refused() -> None:
    with pytest.raises(AttendanceError, match="no row of the list can be used"):
        read()


def test_a_list_of_which_nothing_fits_is_refused_with_the_reasons() -> None:
    with pytest.raises(AttendanceError) as refused:
        read(*["Ada,Waved,10:00"] * 7)

    assert "row 1 (line 2): 'Waved'" in str(refused.value)
    assert str(refused.value).endswith("and 2 more rows")


GOOD = (
    'Ada,Joined before,"27/11/2026, 10:00:00"',
    'Ben,Joined,"27/11/2026, 10:00:30"',
    '"Cleo\nC.",Joined,"27/11/2026, 10:01:00"',
    'Ben,Left,"27/11/2026, 10:02:00"',
    'Cy,Joined,"28/11/2026, 0:02:00"',
)
garbage = st.text(alphabet=st.sampled_from("aZ0,;\"\t\n\r'./:ü\x00\ufeff "), max_size=30)


@given(st.lists(garbage, max_size=6), st.integers(0, 1000))
def test_rows_of_garbage_never_change_what_good_rows_give(odd: list[str], seed: int) -> None:
    rng, rows = Random(seed), list(GOOD)
    for row in odd:
        rows.insert(rng.randrange(len(rows) + 1), row)

    assert read(*rows).schedule == listed(*GOOD)


@given(st.binary(max_size=200), st.sampled_from(["", "\n".join((HEADING, *GOOD, ""))]))
def test_no_file_makes_it_fail_otherwise_than_by_a_refusal(raw: bytes, before: str) -> None:
    with suppress(AttendanceError):
        assert read_attendance(before.encode() + raw, prefix="p-").schedule.visits
