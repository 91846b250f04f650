"""The table of the world's formats: each can be written, and is found again."""

import pytest

from anpr.decide.formats import ALPHABETS, REGIONS, WORDS
from anpr.decide.grammar import TOKEN, fits


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: f"{region.name}-{region.formats[0]}")
def test_every_format_can_be_written_and_is_found_again(region):
    for written in region.formats:
        for take in (0, -1):
            text = example(written, region.letters, take)
            assert fits(text, (region.name,)), (written, text)


def example(written: str, letters: str, take: int) -> str:
    """A text of a format: the first or the last of each word, letter and digit."""
    parts = []
    for word, literal, kind in TOKEN.findall(written):
        if word:
            parts.append(WORDS[word][take])
        else:
            parts.append(literal or (letters if kind == "A" else "0123456789")[take])
    return "".join(parts)


def test_formats_are_written_with_known_signs_alone():
    for region in REGIONS:
        assert region.letters in ALPHABETS.values()
        for written in region.formats:
            for word, _, kind in TOKEN.findall(written):
                assert word in ("", *WORDS)
                assert kind in ("", "A", "9"), (region.name, written)


def test_the_words_of_a_format_are_written_in_capitals_and_digits():
    for name, words in WORDS.items():
        assert words and len(set(words)) == len(words), name
        assert all((word.isalnum() and word.isupper()) or word.isdecimal() for word in words), name


def test_regions_are_named_by_iso_3166():
    for region in REGIONS:
        country, _, state = region.name.partition("-")
        assert len(country) == 2 and country.islower()
        assert state == "" or (2 <= len(state) <= 3 and state.islower())
