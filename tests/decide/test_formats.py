"""The files of the world's formats: what is written in them is sound, and their plates fit."""

import math
import re
from itertools import product

import pytest

from anpr.decide.formats import DIGITS, FOLDER, LETTERS, shape_of, world
from anpr.decide.grammar import region_names, region_probabilities, resolve_regions

REGIONS = tuple(world().regions.values())
GROUPS = tuple(world().groups.values())
FORMATS = tuple(form for region in REGIONS for form in region.formats)
WRITTEN = re.compile(r"(?:[A9]|<\w+>|\[[A-ZÄÖÜ0-9]+\]|\{[A-ZÄÖÜ0-9]+\})+")
LINE = re.compile(
    r"#.*"
    r"|(?:federation )?[a-z]{2}(?:-[a-z]{2,3})? [^:]+"
    r"|group [a-z]{2} [^:]+:(?: [a-z]{2})+"
    r"|  (?:#|source: |letters: [A-ZÄÖÜ]+$|words \w+:(?: [A-ZÄÖÜ0-9-]+)+$|partial: yes$).*"
    r"|  [01]\.\d+  \S+ +(?:-|[A-ZÄÖÜ0-9 ]+)"
)
MIN_LENGTH, MAX_LENGTH = 1, 13
"""Characters of a text; the longest are Mali's, whose region stands behind the number."""


def test_the_world_is_large():
    assert len(REGIONS) > 300
    assert len(FORMATS) > 1500
    assert {form.region for form in FORMATS} == set(world().regions), "each has a format"


def test_files_have_lines_of_the_syntax_alone():
    for file in FOLDER.glob("*.txt"):
        for line in filter(None, file.read_text("utf-8").splitlines()):
            assert LINE.fullmatch(line), (file.name, line)


def test_a_region_is_described_once():
    codes = [
        line.split()[0]
        for file in FOLDER.glob("*.txt")
        for line in file.read_text("utf-8").splitlines()
        if re.match("[a-z]{2}(-[a-z]+)? ", line)
    ]
    assert sorted(codes) == sorted(world().regions)


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.code)
def test_every_published_plate_fits_its_own_format(region):
    for form in region.formats:
        for plate in form.examples:
            assert shape_of(plate) in form.shapes, (form.written, plate)
            assert is_of(plate, form), (form.written, plate)
            assert region.code in region_probabilities(plate)


def is_of(text: str, form) -> bool:
    """Whether a text has a format: another way than the grammar's, by a regular expression."""
    parts = [f"(?:{'|'.join(slot.words)})" for slot in form.slots]
    return re.fullmatch("".join(parts), text) is not None


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.code)
def test_every_format_can_be_written_and_is_found_again(region):
    for form in region.formats:
        for take in (0, -1):
            text = "".join(slot.words[take] for slot in form.slots)
            assert MIN_LENGTH <= len(text) <= MAX_LENGTH
            probability = region_probabilities(text)[region.code]
            assert probability >= form.text_probability * (1 - 1e-9), (form.written, text)


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.code)
def test_the_shares_of_a_region_sum_to_1(region):
    assert sum(form.share for form in region.formats) == pytest.approx(1, abs=0.02)
    assert all(form.share > 0 for form in region.formats)


def test_formats_are_written_with_known_signs_alone():
    for form in FORMATS:
        assert WRITTEN.fullmatch(form.written), (form.region, form.written)
        for name in re.findall(r"<(\w+)>", form.written):
            assert name in form.word_lists, (form.region, name)
        assert set(form.letters) <= set(LETTERS) and len(set(form.letters)) == len(form.letters)
        if re.search(r"A(?![^[{<]*[]}>])", form.written):
            assert form.letters, (form.region, form.written)


def test_words_are_distinct_and_in_capitals_and_digits():
    for form in FORMATS:
        for slot in form.slots:
            assert slot.words and len(set(slot.words)) == len(slot.words), (form.region, slot)
            assert all(set(word) <= set(LETTERS + DIGITS) and word for word in slot.words)


def test_every_list_of_words_is_used():
    for region in REGIONS:
        used = {name for form in region.formats for name in re.findall(r"<(\w+)>", form.written)}
        assert used == set(region.formats[0].word_lists), region.code


def test_shapes_are_those_of_the_texts():
    for form in FORMATS:
        kinds = [sorted({shape_of(word) for word in slot.words}) for slot in form.slots]
        assert form.shapes == {"".join(parts) for parts in product(*kinds)}, form.written


def test_the_probability_of_a_text_is_the_share_by_the_number_of_texts():
    (form,) = (form for form in FORMATS if (form.region, form.written) == ("se", "AAA999"))
    assert form.log_size == pytest.approx(math.log(23**3 * 10**3))
    assert form.text_probability == pytest.approx(form.share / (23**3 * 10**3))


def test_regions_are_named_by_iso_3166():
    for region in REGIONS:
        country, _, state = region.code.partition("-")
        assert re.fullmatch("[a-z]{2}", country)
        assert state == "" or re.fullmatch("[a-z]{2,3}", state)


def test_no_two_regions_have_the_same_name():
    owners: dict[str, str] = {}
    for code in world().named:
        for name in {name.lower() for name in region_names(code)}:
            assert name, code
            assert owners.setdefault(name, code) == code, name


def test_every_region_is_found_by_its_code_and_its_names():
    for region in REGIONS:
        for name in (region.code, *region.names):
            assert resolve_regions((name,)) == (region.code,), name


def test_every_region_has_a_source():
    assert not [region.code for region in REGIONS if not region.source]


def test_states_belong_to_federations_and_members_are_regions():
    states = {region.country for region in REGIONS if "-" in region.code}
    assert states == {"au", "ca", "us", "za"}
    assert states == {group.code for group in GROUPS if not group.members}
    assert not states & set(world().regions), "no block for the federation itself"
    for group in GROUPS:
        assert set(group.members) <= set(world().regions)


def test_the_european_union_has_27_members():
    members = world().groups["eu"].members
    assert len(set(members)) == 27
    assert {"de", "ie", "hr"} < set(members)
    assert not {"gb", "ch", "no", "tr"} & set(members)
