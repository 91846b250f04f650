"""Evidence of a plate's text, on probabilities drawn by hand: one character in every other step."""

from collections.abc import Mapping

import numpy as np
import pytest

from anpr.read.ctc import ALPHABET, BLANK, CLASS_COUNT, CLASSES
from anpr.read.evidence import Evidence, NetworkObservation, TextObservation, in_reading_order
from anpr.types import Spelling

STEPS = 40


def drawn(*seen: str | Mapping[str, float], begin: int = 4, steps: int = STEPS) -> np.ndarray:
    """The probabilities of one line: each character certain or one of several; `_` is a blank."""
    line = np.zeros((steps, CLASS_COUNT))
    line[:, BLANK] = 1
    for place, shares in enumerate(seen):
        step = line[begin + 2 * place]
        for value, share in {shares: 1.0}.items() if isinstance(shares, str) else shares.items():
            if value != "_":
                step[BLANK] -= share
                step[CLASSES[value]] = share
    return line


NOTHING = drawn()


def observed(upper: np.ndarray, lower: np.ndarray = NOTHING) -> NetworkObservation:
    return NetworkObservation(((upper,), (lower,)))


def suggested(observation: NetworkObservation) -> dict[str, float]:
    """The texts that an observation suggests, the most probable first."""
    spellings = observation.spellings()
    found = zip(spellings, observation.probabilities(spellings).tolist(), strict=True)
    return {s.text: p for s, p in sorted(found, key=lambda pair: -pair[1])}


def one_line(text: str) -> Spelling:
    return Spelling((text, ""), text)


def asked(observation: NetworkObservation, *texts: str) -> list[float]:
    return observation.probabilities([one_line(text) for text in texts]).tolist()


# Texts


def test_a_certain_text_is_all_that_is_suggested():
    assert suggested(observed(drawn(*"AB12"))) == {"AB12": 1.0}


def test_nothing_seen_is_the_empty_text():
    observation = observed(NOTHING)
    assert suggested(observation) == {"": 1.0}
    assert observation.spellings()[0].line_count == 0


def test_the_likeliest_texts_are_suggested_with_their_probabilities():
    found = suggested(observed(drawn("A", {"8": 0.6, "B": 0.4}, "1", {"2": 0.55, "_": 0.45})))
    expected = {"A812": 0.33, "A81": 0.27, "AB12": 0.22, "AB1": 0.18}
    assert list(found) == list(expected)
    assert list(found.values()) == pytest.approx(list(expected.values()))


def test_runners_up_are_suggested_though_a_beam_would_not_follow_them_all():
    """Five doubtful characters make 32 texts, of which all but one or two places are the best."""
    doubtful = [{str(digit): 0.55, "ABCDE"[digit]: 0.45} for digit in range(5)]
    found = suggested(observed(drawn(*doubtful)))
    assert next(iter(found)) == "01234"
    for text in ("A1234", "01C34", "0123E", "AB234", "A123E", "012DE"):
        assert text in found


def test_improbable_characters_are_no_runners_up():
    assert suggested(observed(drawn("A", {"8": 0.999, "B": 0.001}))).keys() == {"A8"}


def test_the_text_of_an_observation_is_that_of_its_best_path_line_after_line():
    upper, lower = drawn("A", {"8": 0.6, "B": 0.4}), drawn({"1": 0.4, "_": 0.6}, "2")
    assert observed(upper, lower).text == "A82"
    assert observed(NOTHING).text == ""


def test_a_doubled_character_is_two():
    assert suggested(observed(drawn(*"AA1"))) == {"AA1": 1.0}


# Lines


def test_two_lines_are_read_from_the_top():
    (spelling,) = observed(drawn(*"KA05"), drawn(*"AB1234")).spellings()
    assert spelling == (("KA05", "AB1234"), "KA05AB1234")
    assert spelling.line_count == 2


def test_the_probability_of_two_lines_is_the_product_of_both():
    upper = drawn("A", {"1": 0.45, "I": 0.35, "_": 0.2})
    lower = drawn({"2": 0.4, "Z": 0.35, "_": 0.25}, "3")
    found = suggested(observed(upper, lower))
    expected = {"A123": 0.45 * 0.4, "AI23": 0.35 * 0.4, "A1Z3": 0.45 * 0.35, "A3": 0.2 * 0.25}
    assert {text: found[text] for text in expected} == pytest.approx(expected)
    assert sum(found.values()) == pytest.approx(1)


def test_a_text_on_other_lines_is_another_spelling():
    observation = observed(drawn(*"KA05"), drawn(*"AB12"))
    spellings = [Spelling(("KA05", "AB12"), "KA05AB12"), one_line("KA05AB12")]
    assert observation.probabilities(spellings).tolist() == [1, 0]


def test_a_big_number_beside_two_small_lines_is_read_last():
    """MH14 above GN, and 9239 to the right of both."""
    upper = drawn(*"MH14", begin=2) + drawn(*"9239", begin=26)
    upper[:, BLANK] -= 1
    observation = observed(upper, drawn(*"GN", begin=6))
    assert observation.spellings() == [Spelling(("MH149239", "GN"), "MH14GN9239")]


@pytest.mark.parametrize(
    ("lines", "big_number", "text"),
    [
        (["MH149239", "GN"], 4, "MH14GN9239"),
        (["9239", "GN"], 0, "GN9239"),
        (["KA05", "AB1234"], None, "KA05AB1234"),
        (["KA05"], None, "KA05"),
    ],
)
def test_lines_in_reading_order(lines, big_number, text):
    assert in_reading_order(lines, big_number) == text


def test_several_framings_of_a_line_alone_count_by_their_mean():
    framings = [drawn("A", {"1": share, "I": 1 - share}) for share in (0.9, 0.5, 0.4)]
    observation = NetworkObservation((tuple(framings), (NOTHING,) * 3))
    assert suggested(observation) == pytest.approx({"A1": 0.6, "AI": 0.4})


def test_every_framing_of_a_line_suggests_texts():
    framings = drawn(*"A1"), drawn(*"A7")
    observation = NetworkObservation((framings, (drawn(*"B"), drawn(*"B"))))
    assert suggested(observation) == pytest.approx({"A1B": 0.5, "A7B": 0.5})


# Any text


def test_a_text_that_nobody_suggested_has_its_probability_too():
    observation = observed(drawn("A", {"8": 0.995, "B": 0.005}, "1"))
    assert list(suggested(observation)) == ["A81"]
    assert asked(observation, "AB1", "A81", "A1", "X81", "A8111111111") == pytest.approx(
        [0.005, 0.995, 0, 0, 0]
    )


def test_probabilities_are_those_of_the_spellings_in_their_order():
    observation = observed(drawn("A", {"8": 0.7, "B": 0.3}))
    assert asked(observation, "AB", "A8", "AB") == pytest.approx([0.3, 0.7, 0.3])


def test_the_probabilities_of_all_texts_sum_to_1():
    rng = np.random.default_rng(0)
    line = np.zeros((2, CLASS_COUNT))
    line[:, : CLASSES["2"] + 1] = rng.dirichlet([1, 1, 1, 1], size=2)
    texts = ["", *"012", *(one + other for one in "012" for other in "012")]
    assert sum(asked(observed(line, np.eye(CLASS_COUNT)[[0, 0]]), *texts)) == pytest.approx(1)


def test_an_observation_is_not_changed_by_questions():
    upper = drawn("A", {"8": 0.7, "B": 0.3})
    before = upper.copy()
    upper.flags.writeable = False
    observation = observed(upper)
    assert suggested(observation) == suggested(observation)
    assert np.array_equal(upper, before)


# Margins


@pytest.mark.parametrize(
    ("begin", "minimum", "maximum"),
    [(2, 0.6, 0.9), (16, 0.3, 0.5), (30, 0.7, 0.8)],
    ids=["left", "middle", "right"],
)
def test_a_margin_is_the_wider_one_beside_the_text(begin, minimum, maximum):
    assert minimum < observed(drawn(*"AB1", begin=begin)).margin < maximum


def test_a_text_that_fills_the_plate_has_hardly_a_margin_and_nothing_has_all():
    assert observed(drawn(*"ABCDEFGH123456789", begin=3)).margin < 0.1
    assert observed(NOTHING).margin == 1


def test_the_margin_is_that_of_the_wider_line():
    assert observed(drawn("A", begin=2), drawn(*"ABCDEFGH123456789", begin=3)).margin < 0.1


# Recognizers that report a text and a confidence alone


def test_a_text_and_its_confidence_are_an_observation_too():
    observation = TextObservation("KL07BF5000", 0.3)
    assert observation.spellings() == [one_line("KL07BF5000")]
    assert (observation.text, observation.margin) == ("KL07BF5000", 0)
    assert observation.ceiling == 0.3, "it shows no other text"
    assert observed(NOTHING).ceiling == 1
    spellings = [one_line("KL07BF5000"), one_line("KL07BF5008")]
    assert observation.probabilities(spellings).tolist() == [0.3, 0]


# Taking


class Counting:
    """Observations that count how many were made."""

    def __init__(self, number: int) -> None:
        self.number, self.made = number, 0

    def __iter__(self) -> "Counting":
        return self

    def __next__(self) -> TextObservation:
        if self.made == self.number:
            raise StopIteration
        self.made += 1
        return TextObservation(ALPHABET[self.made], 0.5)


def test_observations_are_made_when_they_are_taken_and_only_once():
    source = Counting(5)
    evidence = Evidence(source)
    assert source.made == 0
    (first,) = evidence.take(1)
    assert (first.text, source.made) == ("1", 1)
    assert [one.text for one in evidence.take(3)] == ["1", "2", "3"]
    assert evidence.take(1) == [first]
    assert source.made == 3


def test_there_may_be_fewer_than_are_asked_for():
    evidence = Evidence(Counting(2))
    assert len(evidence.take(9)) == len(evidence.take(9)) == 2
    assert Evidence(Counting(0)).take(1) == []
