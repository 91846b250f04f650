"""The page about clusters calculates what it says it calculates."""

import re

import pytest

from tests.docs.pages import PAGES, tables

PAGE = PAGES["docs/cluster.md"]
CPU_MS, DOLLARS = (
    float(re.search(rf"`{name}` = ([\d.]+),", PAGE)[1])
    for name in ("CPU_MS_A_PHOTO", "DOLLARS_A_VCPU_HOUR")
)
SECONDS = {"s": 1, "min": 60, "h": 3600, "days": 86400}
PHOTOS = {"1 million": 1e6, "1 billion": 1e9}
ROUNDING = 0.03  # two digits are shown


def seconds(cell: str) -> float:
    number, unit = re.match(r"([\d.]+) (\w+)", cell).groups()
    return float(number) * SECONDS[unit]


@pytest.mark.parametrize("row", tables("docs/cluster.md")[0], ids=lambda row: row["photos"])
def test_the_costs_follow_from_the_two_assumptions(row):
    core_hours = PHOTOS[row["photos"]] * CPU_MS / 1000 / 3600
    assert float(row["core hours"].replace(",", "")) == pytest.approx(core_hours, ROUNDING)
    for cores in ("8", "100", "1,000"):
        expected = core_hours * 3600 / int(cores.replace(",", ""))
        assert seconds(row[f"{cores} cores"]) == pytest.approx(expected, ROUNDING)
    assert float(row["price"].split()[0]) == pytest.approx(core_hours * DOLLARS, ROUNDING)
