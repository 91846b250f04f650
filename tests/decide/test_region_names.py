"""The names of the regions, as messages and the documentation show them."""

from anpr.decide import known_regions
from anpr.decide.region_names import COUNTRIES, NAMES, STATES


def test_every_region_has_a_name_for_messages():
    assert set(NAMES) == set(known_regions())
    assert len(set(NAMES.values())) == len(NAMES), "and no two have the same"


def test_a_state_belongs_to_a_country():
    assert {code.partition("-")[0] for code in STATES} <= set(COUNTRIES)
    assert not any("-" in code for code in COUNTRIES)
