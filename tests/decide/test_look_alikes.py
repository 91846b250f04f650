"""Characters that look alike are resolved by the formats of the plate's region."""

import pytest

from anpr.decide.look_alikes import DRAWN_ALIKE, LOOK_ALIKES, differ_by_look_alikes, resolve
from anpr.types import Alternative
from tests.builders import reading

CERTAIN = 0.9


@pytest.mark.parametrize(
    ("as_read", "position", "runner_up", "expected"),
    [
        ("KLO7BF5000", 2, "0", "KL07BF5000"),
        ("MH2OEE7601", 3, "0", "MH20EE7601"),
        ("MH2ZEE7601", 3, "2", "MH22EE7601"),
        ("MH20EE76S1", 8, "5", "MH20EE7651"),
        ("8R01AB1234", 0, "B", "BR01AB1234"),
    ],
)
def test_look_alikes_are_resolved_by_position(as_read, position, runner_up, expected):
    before = reading(as_read, runners_up={position: (runner_up, 0.1)})
    resolved = resolve(before, ("in",))
    assert (resolved.text, resolved.as_read, resolved.region) == (expected, as_read, "in")
    assert "".join(character.value for character in resolved.characters) == expected
    swapped = resolved.characters[position]
    assert (swapped.confidence, swapped.runner_up) == (0.1, as_read[position])
    assert before.text == as_read, "the reading itself stays as it was"


def test_two_characters_may_be_replaced_but_not_three():
    two = reading("MH2OEE76S1", runners_up={3: ("0", 0.1), 8: ("5", 0.1)})
    assert resolve(two, ("in",)).text == "MH20EE7651"
    three = reading("MHZOEE76S1", runners_up={2: ("2", 0.1), 3: ("0", 0.1), 8: ("5", 0.1)})
    assert resolve(three, ("in",)).text == "MHZOEE76S1"


@pytest.mark.parametrize(
    ("as_read", "runners_up"),
    [
        ("MH2ZEE7601", {}),
        ("MH2ZEE7601", {3: ("2", 0.001)}),  # hardly any probability
        ("MH2XEE7601", {3: ("2", 0.4)}),  # not alike
    ],
)
def test_no_character_is_invented(as_read, runners_up):
    assert resolve(reading(as_read, runners_up=runners_up), ("in",)).text == as_read


def test_identical_characters_need_less_evidence_than_similar_ones():
    drawn_alike = reading("MH2OEE7601", runners_up={3: ("0", 0.003)})
    assert resolve(drawn_alike, ("in",)).text == "MH20EE7601"
    similar = reading("MH2ZEE7601", runners_up={3: ("2", 0.003)})
    assert resolve(similar, ("in",)).text == "MH2ZEE7601"


def test_a_valid_plate_never_becomes_another():
    runners_up = {3: ("6", 0.45), 4: ("F", 0.45), 9: ("7", 0.49)}
    assert resolve(reading("MH20EE7601", runners_up=runners_up), ("in",)).text == "MH20EE7601"


def test_a_plate_that_fits_no_format_is_returned_as_it_was_read():
    vanity = resolve(reading("BO55MAN", runners_up={1: ("0", 0.4)}), ("in",))
    assert (vanity.text, vanity.region, vanity.as_read) == ("BO55MAN", "", "")


@pytest.mark.parametrize(("probability", "expected"), [(0.1, "ABB12S"), (0.3, "AB812S")])
def test_of_two_corrections_that_fit_one_must_be_far_more_probable(probability, expected):
    """Swedish plates are `AAA999` or `AAA99A`: once 8 is B, the last S may stay or be a 5."""
    doubtful = reading("AB812S", runners_up={2: ("B", 0.3), 5: ("5", probability)})
    assert resolve(doubtful, ("se",)).text == expected


def test_all_the_changes_that_a_format_needs_are_made_together():
    neither_alone = reading("ABCSS1", runners_up={3: ("5", 0.3), 4: ("5", 0.3)})
    assert resolve(neither_alone, ("se",)).text == "ABC551"
    not_enough = reading("4BCS2A", runners_up={0: ("A", 0.3)})
    assert resolve(not_enough, ("se",)).text == "4BCS2A"


def test_without_a_region_only_characters_drawn_alike_are_resolved():
    assert resolve(reading("AB12I45", runners_up={4: ("1", 0.1)})).text == "AB12145"
    similar = reading("MH2ZEE7601", runners_up={3: ("2", 0.4)})
    assert resolve(similar).text == "MH2ZEE7601"


def test_without_a_region_a_rare_format_resolves_nothing():
    rare = reading("000M322", runners_up={2: ("O", 0.1)})  # it then fits one state of all the world
    assert resolve(rare).text == "000M322"


def test_a_reading_without_characters_keeps_its_text():
    bare = reading("KLO7BF5000", characters=())
    resolved = resolve(bare, ("in",))
    assert (resolved.text, resolved.as_read, resolved.region) == ("KLO7BF5000", "", "")


def test_an_empty_reading_stays_empty():
    assert resolve(reading("", 0.0), ("in",)).text == ""


# What other framings of the plate gave


def framed(text: str, confidence: float, *others: tuple[str, float]):
    """A reading whose alternatives came from other framings; its characters are certain."""
    certain = reading(text, CERTAIN).characters
    return reading(text, confidence, alternatives=others, characters=certain)


def test_an_alternative_wins_if_it_fits_and_the_reading_does_not():
    resolved = resolve(framed("01AL1661K", 0.4, ("KL01AL1661", 0.1)), ("in",))
    assert (resolved.text, resolved.as_read) == ("KL01AL1661", "01AL1661K")
    assert resolved.confidence == 0.6, "as certain as the reading was uncertain"
    assert resolved.alternatives == (Alternative("01AL1661K", 0.4),)
    confidences = [character.confidence for character in resolved.characters]
    assert confidences == [0.1] * 2 + [CERTAIN] * 8, "what both have in common is as certain"


@pytest.mark.parametrize(("probability", "wins"), [(0.021, True), (0.019, False)])
def test_an_alternative_may_be_twenty_times_less_probable(probability, wins):
    resolved = resolve(framed("01AL1661K", 0.4, ("KL01AL1661", probability)), ("in",))
    assert (resolved.text == "KL01AL1661") == wins


def test_without_a_region_no_alternative_wins():
    assert resolve(framed("01AL1661K", 0.4, ("KL01AL1661", 0.1))).text == "01AL1661K"


@pytest.mark.parametrize(
    ("confidence", "alternative", "probability", "expected"),
    [
        (0.7, "GJ07BR1336", 0.25, "GJ07BR1336"),
        (0.9, "GJ07BR1336", 0.02, "GJ07BR133"),
        (0.7, "GJ07BR1536", 0.25, "GJ07BR133"),  # not the same with one more
    ],
)
def test_a_missing_digit_is_more_probable_than_a_short_number(
    confidence, alternative, probability, expected
):
    cut_off = framed("GJ07BR133", confidence, (alternative, probability))
    assert resolve(cut_off, ("in",)).text == expected


def test_characters_that_were_seen_are_not_left_out_to_make_a_text_fit():
    longer = framed("MH20TC640B", 0.4, ("MH20TC64", 0.3))
    assert resolve(longer, ("in",)).text == "MH20TC640B"


# The groups of look-alikes


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("AB12COE", "AB12C0E", True),
        ("AB12CDE", "AB12CDE", True),
        ("AB12CDE", "AX12CDE", False),
        ("AB12", "AB1", False),
        ("OIZ5", "0125", True),
        ("", "", True),
    ],
)
def test_texts_differ_by_look_alikes_alone(one, other, expected):
    assert differ_by_look_alikes(one, other) == expected
    assert differ_by_look_alikes(other, one) == expected


def test_what_is_drawn_alike_also_looks_alike():
    for group in DRAWN_ALIKE:
        assert any(set(group) <= set(wider) for wider in LOOK_ALIKES)
