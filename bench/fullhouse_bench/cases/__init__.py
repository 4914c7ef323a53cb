"""All cases, in the order in which they run."""

from fullhouse_bench.case import Case
from fullhouse_bench.cases import (
    accounts,
    admissions,
    arrivals,
    broadcast,
    bystander,
    idle,
    polls,
    renewals,
    rooms,
    scripts,
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
    accounts.CASE,
    scripts.CASE,
    upgrade.CASE,
    watermark.CASE,
    units.CASE,
)
