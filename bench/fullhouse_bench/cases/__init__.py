"""All cases, in the order in which they run."""

from fullhouse_bench.case import Case
from fullhouse_bench.cases import (
    admissions,
    arrivals,
    broadcast,
    bystander,
    idle,
    polls,
    renewals,
    rooms,
    units,
    upgrade,
    watermark,
)

CASES: tuple[Case, ...] = (
    broadcast.CASE,
    bystander.CASE,
    arrivals.CASE,
    admissions.CASE,
    polls.CASE,
    renewals.CASE,
    idle.CASE,
    rooms.CASE,
    upgrade.CASE,
    watermark.CASE,
    units.CASE,
)
