"""A second recognizer's reading changes the first one's answer, or it does not."""

import pytest

from anpr.decide.agreement import combine, prefer_fitting
from anpr.types import Alternative
from tests.builders import reading


def first(confidence: float, *alternatives: tuple[str, float]):
    return reading("AB12CDE", confidence, alternatives=alternatives)


def second(text: str):
    return reading(text, 0.3)


def test_two_that_agree_are_more_certain_than_one():
    combined = combine(first(0.7), second("AB12CDE"))
    assert combined.text == combined.second_opinion == "AB12CDE"
    assert combined.confidence == pytest.approx(6 * 0.7 / (6 * 0.7 + 0.3))


def test_a_disagreement_is_noted_and_changes_nothing():
    combined = combine(first(0.7, ("A812CDE", 0.01)), second("A8I2"))
    assert (combined.text, combined.confidence) == ("AB12CDE", 0.7)
    assert combined.second_opinion == "A8I2"


def test_an_alternative_that_the_second_reader_reads_wins():
    combined = combine(first(0.6, ("QQ12CDE", 0.05), ("AX12CDE", 0.3)), second("AX12CDE"))
    assert combined.text == combined.second_opinion == "AX12CDE"
    assert combined.alternatives == (Alternative("AB12CDE", 0.6), Alternative("QQ12CDE", 0.05))
    assert combined.confidence == pytest.approx(6 * 0.3 / (6 * 0.3 + 0.6))
    assert combined.characters == second("AX12CDE").characters


@pytest.mark.parametrize(("probability", "wins"), [(0.101, True), (0.099, False)])
def test_the_alternative_may_be_six_times_less_probable(probability, wins):
    combined = combine(first(0.6, ("AX12CDE", probability)), second("AX12CDE"))
    assert (combined.text == "AX12CDE") == wins


def test_the_second_reader_knows_nothing_about_look_alikes():
    before = reading("AB12COE", 0.6, alternatives=[("AB12C0E", 0.35)])
    assert combine(before, second("AB12C0E")).text == "AB12COE"


@pytest.mark.parametrize(("text", "raised"), [("AB1", False), ("AB12", True)])
def test_short_texts_agree_by_chance(text, raised):
    combined = combine(reading(text, 0.7), second(text))
    assert combined.second_opinion == text
    assert (combined.confidence > 0.7) == raised


def test_a_reader_without_confidences_is_taken_for_unsure():
    assert combine(reading("AB12CDE", None), second("AB12CDE")).confidence == 0
    assert combine(reading("AB12CDE", None), second("")).confidence is None


def test_neither_reading_is_changed():
    one, other = first(0.6, ("AX12CDE", 0.3)), second("AX12CDE")
    combine(one, other)
    assert (one.text, one.confidence, one.second_opinion) == ("AB12CDE", 0.6, "")
    assert (other.text, other.confidence) == ("AX12CDE", 0.3)


def test_what_fits_the_region_is_preferred_to_what_does_not():
    unfit = reading("UP18A03726", 0.4, alternatives=[("UP18A0372", 0.1)])
    preferred = prefer_fitting(unfit, second("UP16AB3726"), ("in",))
    assert (preferred.text, preferred.as_read) == ("UP16AB3726", "UP18A03726")
    assert preferred.confidence == 0.3, "that of the second reader"
    assert preferred.characters == second("UP16AB3726").characters
    assert preferred.alternatives == (Alternative("UP18A03726", 0.4), Alternative("UP18A0372", 0.1))


@pytest.mark.parametrize(
    ("text", "opinion", "regions"),
    [
        ("UP18A03726", "UP16AB3726", ()),  # anything fits some format of the world
        ("UP18AD3726", "UP16AB3726", ("in",)),  # fits as it is
        ("UP18A03726", "UP16A03726", ("in",)),  # neither fits
        ("UP18A03726", "", ("in",)),
    ],
)
def test_nothing_else_is_preferred(text, opinion, regions):
    before = reading(text, 0.3)
    assert prefer_fitting(before, second(opinion), regions) is before
