"""What a plate may say: formats as data, and what they settle."""

import pytest

from anpr.decide import look_alikes
from anpr.decide.formats import REGIONS, WORDS
from anpr.types import Alternative, Box, Candidate, Character, Reading

SOMEWHERE = Candidate.filling(Box(0, 0, 40, 10))


def reading(text: str, runners_up: dict[int, tuple[str, float]] | None = None) -> Reading:
    """A reading of a text; at some places the reader also saw another character."""
    characters = tuple(
        Character(value, 0.9, *(runners_up or {}).get(place, ("", 0.0)))
        for place, value in enumerate(text)
    )
    return Reading(text, SOMEWHERE, 0.9, characters)


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
    assert all(grammar.fits(text, (region,)) for region in regions)
    assert look_alikes.resolve(reading(text), regions).text == text


@pytest.mark.parametrize("text", ["XX20EE7601", "MH00EE7601", "BO55", "TEMP6037"])
def test_what_is_no_indian_plate_fits_no_indian_format(text):
    assert not grammar.fits(text, ("in",))


@pytest.mark.parametrize(
    ("as_read", "place", "runner_up", "expected"),
    [
        ("KLO7BF5000", 2, "0", "KL07BF5000"),
        ("MH2OEE7601", 3, "0", "MH20EE7601"),
        ("MH2ZEE7601", 3, "2", "MH22EE7601"),
        ("MH20EE76S1", 8, "5", "MH20EE7651"),
        ("8R01AB1234", 0, "B", "BR01AB1234"),
    ],
)
def test_look_alikes_are_settled_by_position(as_read, place, runner_up, expected):
    before = reading(as_read, {place: (runner_up, 0.1)})
    settled = look_alikes.resolve(before, ("in",))
    assert (settled.text, settled.as_read, settled.region) == (expected, as_read, "in")
    assert "".join(character.value for character in settled.characters) == expected
    assert before.text == as_read


def test_what_the_reader_did_not_see_is_not_invented():
    assert look_alikes.resolve(reading("MH2ZEE7601"), ("in",)).text == "MH2ZEE7601"
    faint = reading("MH2ZEE7601", {3: ("2", 0.001)})
    assert look_alikes.resolve(faint, ("in",)).text == "MH2ZEE7601"
    unlike = reading("MH2XEE7601", {3: ("2", 0.4)})
    assert look_alikes.resolve(unlike, ("in",)).text == "MH2XEE7601"


def test_a_valid_plate_never_becomes_another():
    valid = reading("MH20EE7601", {3: ("6", 0.45), 4: ("F", 0.45), 9: ("7", 0.49)})
    assert look_alikes.resolve(valid, ("in",)).text == "MH20EE7601"


def test_a_plate_that_fits_no_format_comes_out_as_read():
    vanity = look_alikes.resolve(reading("BO55MAN", {1: ("0", 0.4)}), ("in",))
    assert (vanity.text, vanity.region, vanity.as_read) == ("BO55MAN", "", "")


def test_two_ways_to_fit_are_settled_in_neither():
    # Either S may be the 5 that makes a Swedish plate of it, and both are as likely.
    doubtful = reading("ABCSS1", {3: ("5", 0.3), 4: ("5", 0.3)})
    assert look_alikes.resolve(doubtful, ("se",)).text == "ABC551"
    either = reading("4BCS2A", {0: ("A", 0.3)})
    assert look_alikes.resolve(either, ("se",)).text == "4BCS2A"


def test_without_a_region_only_what_is_drawn_alike_is_settled():
    assert look_alikes.resolve(reading("AB12I45", {4: ("1", 0.1)})).text == "AB12145"
    rare = reading("000M322", {2: ("O", 0.1)})  # fits one state of all the world then
    assert look_alikes.resolve(rare).text == "000M322"
    assert look_alikes.resolve(reading("MH2ZEE7601", {3: ("2", 0.4)})).text == "MH2ZEE7601"


def test_a_region_is_named_where_only_one_has_the_format():
    assert grammar.region_of("MH20EE7601") == "in"
    assert grammar.region_of("ABC123") == ""  # half the world
    assert grammar.region_of("ABC123", ("se",)) == "se"
    assert grammar.region_of("....") == ""


def test_a_reading_without_characters_keeps_its_text():
    assert look_alikes.resolve(Reading("KLO7BF5000", SOMEWHERE), ("in",)).text == "KLO7BF5000"


def test_every_format_can_be_written_and_is_found_again():
    for region in REGIONS:
        for written in region.formats:
            text = _example(written, region.letters)
            assert grammar.fits(text, (region.name,)), (region.name, written, text)


def _example(written: str, letters: str) -> str:
    parts = []
    for word, literal, kind in syntax.TOKEN.findall(written):
        parts.append(WORDS[word][-1] if word else literal or (letters[0] if kind == "A" else "7"))
    return "".join(parts)


def test_regions_can_be_asked_for_by_state_and_by_country():
    names = grammar.known_regions()
    assert {"in", "gb", "us", "us-ca", "ca-on", "au-nsw"} <= set(names)
    assert names == sorted(set(names))


def seen_otherwise(text: str, confidence: float, *others: tuple[str, float]) -> Reading:
    """A reading that other looks saw otherwise."""
    characters = tuple(Character(value, 0.9) for value in text)
    alternatives = tuple(Alternative(*other) for other in others)
    return Reading(text, SOMEWHERE, confidence, characters, alternatives=alternatives)


def test_another_look_wins_where_it_fits_and_the_first_does_not():
    settled = look_alikes.resolve(seen_otherwise("01AL1661K", 0.4, ("KL01AL1661", 0.1)), ("in",))
    assert (settled.text, settled.as_read) == ("KL01AL1661", "01AL1661K")
    assert settled.alternatives[0] == ("01AL1661K", 0.4)
    assert [c.confidence for c in settled.characters] == [0.1] * 2 + [0.9] * 8
    unlikely = seen_otherwise("01AL1661K", 0.4, ("KL01AL1661", 0.01))
    assert look_alikes.resolve(unlikely, ("in",)).text == "01AL1661K"
    assert (
        look_alikes.resolve(seen_otherwise("01AL1661K", 0.4, ("KL01AL1661", 0.1))).text
        == "01AL1661K"
    )


def test_a_missing_digit_is_likelier_than_a_short_number():
    cut_off = seen_otherwise("GJ07BR133", 0.7, ("GJ07BR1336", 0.25))
    assert look_alikes.resolve(cut_off, ("in",)).text == "GJ07BR1336"
    short = seen_otherwise("GJ07BR133", 0.9, ("GJ07BR1336", 0.02))
    assert look_alikes.resolve(short, ("in",)).text == "GJ07BR133"
    other = seen_otherwise("GJ07BR133", 0.7, ("GJ07BR1536", 0.25))  # not the same and more
    assert look_alikes.resolve(other, ("in",)).text == "GJ07BR133"


def test_characters_that_were_seen_are_not_left_out_to_make_it_fit():
    longer = seen_otherwise("MH20TC640B", 0.4, ("MH20TC64", 0.3))
    assert look_alikes.resolve(longer, ("in",)).text == "MH20TC640B"
