"""Which texts fit the formats of which regions."""

import math

import pytest

from anpr.decide import check_regions, known_regions
from anpr.decide.formats import WORDS
from anpr.decide.grammar import MIN_REGIONS, fits, is_common, log_size, region_of
from anpr.errors import RegionError


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("MH20EE7601", ("in",)),
        ("22BH6517A", ("in",)),
        ("KL55R2473", ("in",)),
        ("AB12CDE", ("gb",)),
        ("WN12345", ("pl",)),
        ("BRA2E19", ("br",)),
        ("ABC1234", ("br",)),
        ("AB123CD", ("ar", "it", "fr")),
        ("34ABC123", ("tr",)),
        ("AA1234BB", ("ua",)),
        ("7ABC123", ("us-ca",)),
        ("7ABC123", ("us",)),
        ("1234567", ("il",)),
        ("1ABC234", ("au",)),
    ],
)
def test_plates_fit_the_formats_of_their_regions(text, regions):
    for region in regions:
        assert fits(text, (region,))
    assert fits(text, ("om", *regions)), "one of several regions is enough"
    assert fits(text), "and so is any"


@pytest.mark.parametrize("text", ["XX20EE7601", "MH00EE7601", "BO55", "TEMP6037", "", "mh20ee7601"])
def test_what_is_no_indian_plate_fits_no_indian_format(text):
    assert not fits(text, ("in",))


def test_a_format_has_the_letters_of_its_region_alone():
    assert fits("AB12CDE", ("gb",)) and not fits("AB12CDI", ("gb",)), "no I in Great Britain"
    assert fits("AA1234BB", ("ua",)) and not fits("AA1234DD", ("ua",)), "Cyrillic has no D"


def test_a_federation_is_all_its_states():
    assert fits("7ABC123", ("us",)) and not fits("7ABC123", ("us-ny",))
    assert not fits("MH20EE7601", ("us",))


def test_the_letter_o_is_not_the_digit_0():
    assert fits("KL07BF5000", ("in",)) and not fits("KLO7BF5000", ("in",))


@pytest.mark.parametrize(
    ("text", "regions", "region"),
    [
        ("MH20EE7601", (), "in"),
        ("ABC123", (), ""),  # half the world
        ("ABC123", ("se",), "se"),
        ("ABC123", ("us",), "us"),  # several states, one country
        ("7ABC123", ("us-ca",), "us-ca"),
        ("....", (), ""),
        ("MH20EE7601", ("se",), ""),
    ],
)
def test_a_region_is_named_if_its_format_is_the_narrowest(text, regions, region):
    assert region_of(text, regions) == region


def test_the_size_of_a_format_is_how_many_texts_it_has():
    assert log_size("ABC123", ("se",)) == pytest.approx(math.log(23**3 * 10**3))  # no I, O, Q
    assert log_size("34ABC123", ("tr",)) == pytest.approx(math.log(81 * 23**3 * 10**3))
    assert log_size("MH20EE7601", ("in",)) == pytest.approx(
        math.log(len(WORDS["in"]) * 99 * 24**2 * 10**4)
    )


def test_of_several_formats_the_largest_counts():
    assert log_size("ABC123", ("se", "de")) == pytest.approx(log_size("ABC123", ("de",)))
    assert log_size("ABC123", ("se",)) < log_size("ABC123", ("de",))


def test_a_format_is_common_if_several_regions_share_it():
    assert is_common("ABC123")
    assert not is_common("MH20EE7601")
    assert not is_common("....")
    assert MIN_REGIONS == 3


def test_regions_can_be_asked_for_by_state_and_by_country():
    names = known_regions()
    assert {"in", "gb", "us", "us-ca", "ca-on", "au-nsw"} <= set(names)
    assert names == sorted(set(names))


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("india", "in (India)"),
        ("GB", "gb (United Kingdom)"),
        ("germny", "de (Germany)"),
        ("us-cal", "us-ca (California)"),
        ("xx", "("),
    ],
)
def test_an_unknown_region_suggests_the_nearest_by_code_and_name(name, nearest):
    with pytest.raises(RegionError) as error:
        check_regions(("in", name))
    told = str(error.value)
    assert told.startswith(f"{name!r} is not a known region; the nearest are ")
    assert nearest in told
    assert told.count("(") == 3


def test_all_regions_and_none_are_known():
    assert check_regions(known_regions()) is None
    assert check_regions(()) is None
