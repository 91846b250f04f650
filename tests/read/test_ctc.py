"""CTC decoding, against its definition: a text's probability is the sum over all its paths."""

import itertools

import numpy as np
import pytest

from anpr.read.ctc import (
    ALPHABET,
    CLASS_COUNT,
    best_path,
    likely_texts,
    probabilities_of,
    text_probabilities,
)


def text_probability(line: np.ndarray, text: str) -> float:
    """The probability of one text on one line."""
    return float(text_probabilities(line[None], [text], [0])[0])


def row(blank: float, a: float, b: float) -> np.ndarray:
    step = np.zeros(len(ALPHABET) + 1)
    step[[0, ALPHABET.index("A") + 1, ALPHABET.index("B") + 1]] = blank, a, b
    return step


def collapse(path: tuple[str, ...]) -> str:
    """The text of a path: without repetitions, then without blanks (-)."""
    return "".join(symbol for symbol, _ in itertools.groupby(path)).replace("-", "")


def test_scores_become_probabilities_by_line_and_step():
    scores = np.random.default_rng(0).normal(size=(1, 2 * CLASS_COUNT, 1, 5)).astype(np.float32)
    probabilities = probabilities_of(scores)
    assert probabilities.shape == (1, 2, 5, CLASS_COUNT)
    assert probabilities.sum(axis=3) == pytest.approx(np.ones((1, 2, 5)), abs=1e-6)
    lower, step = scores[0, CLASS_COUNT:, 0, 3], probabilities[0, 1, 3]
    assert np.log(step[7] / step[2]) == pytest.approx(lower[7] - lower[2], abs=1e-5)


def random_line(seed: int, steps: int, sharpness: float = 1.0) -> np.ndarray:
    """Random probabilities of a blank, an A and a B; the sharper, the nearer to 0 and 1."""
    shares = np.random.default_rng(seed).dirichlet([1, 1, 1], size=steps) ** sharpness
    return np.array([row(*step / step.sum()) for step in shares])


def by_brute_force(line: np.ndarray) -> dict[str, float]:
    """The probability of every text, the most probable first: all paths, each added to its text."""
    found: dict[str, float] = {}
    for path in itertools.product("-AB", repeat=len(line)):
        likelihood = 1.0
        for step, symbol in zip(line, path, strict=True):
            likelihood *= step[0 if symbol == "-" else ALPHABET.index(symbol) + 1]
        found[collapse(path)] = found.get(collapse(path), 0) + likelihood
    return dict(sorted(found.items(), key=lambda text: -text[1]))


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5])
def test_the_probability_of_a_text_is_the_sum_over_all_its_paths(steps):
    line = random_line(steps, steps)
    expected = by_brute_force(line)
    found = text_probabilities(line[None], list(expected), [0] * len(expected))
    assert found == pytest.approx(list(expected.values()))
    assert sum(found) == pytest.approx(1)
    for text, probability in expected.items():
        assert text_probability(line, text) == pytest.approx(probability)


def test_texts_of_several_lines_and_lengths_are_computed_together():
    lines = np.stack([random_line(seed, 4) for seed in range(3)])
    texts, rows = ["AB", "", "BAB", "AA", "B", "AB"], [0, 1, 1, 2, 2, 2]
    expected = [by_brute_force(lines[row])[text] for text, row in zip(texts, rows, strict=True)]
    assert text_probabilities(lines, texts, rows) == pytest.approx(expected)


def test_the_empty_text_is_all_blank():
    line = np.array([row(0.5, 0.5, 0), row(0.25, 0.5, 0.25)])
    assert text_probability(line, "") == 0.125
    assert text_probability(line[:1], "") == 0.5


def test_a_doubled_character_needs_a_blank_between():
    steps = [row(0, 1, 0), row(0.3, 0.7, 0), row(0, 1, 0)]
    assert text_probability(np.array(steps), "AA") == pytest.approx(0.3)
    assert text_probability(np.array(steps), "A") == pytest.approx(0.7)


def test_a_text_longer_than_the_steps_is_impossible():
    probabilities = np.array([row(0.2, 0.5, 0.3)] * 2)
    assert text_probability(probabilities, "ABA") == 0
    assert text_probability(probabilities, "AA") == 0  # it needs a blank between


def test_a_text_that_is_too_long_leaves_the_others_as_they_are():
    line = random_line(0, 3)
    expected = by_brute_force(line)
    found = text_probabilities(line[None], ["ABABABAB", "AB", ""], [0, 0, 0])
    assert found == pytest.approx([0, expected["AB"], expected[""]])


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("sharpness", [1.0, 3.0])
def test_the_first_of_the_likely_texts_is_the_most_probable_of_all(seed, sharpness):
    line = random_line(seed, 4, sharpness)
    found, expected = likely_texts(line, 3), by_brute_force(line)
    assert found[0] == next(iter(expected))
    shares = [expected[text] for text in found]
    assert shares == sorted(shares, reverse=True)


def test_the_most_probable_text_need_not_be_that_of_the_best_path():
    """Both steps are most probably blank, 0.36 together, yet three paths of 0.64 have an A."""
    line = np.array([row(0.6, 0.4, 0)] * 2)
    assert best_path(line) == []
    assert likely_texts(line, 2) == ["A", ""]


def test_likely_texts_are_no_more_than_asked_for_and_none_is_far_less_probable():
    line = np.array([row(0.25, 0.42, 0.33), row(1, 0, 0), row(0.002, 0.998, 0)])
    assert likely_texts(line, 9) == ["AA", "BA", "A"]
    assert likely_texts(line, 1) == ["AA"]


def test_likely_texts_may_have_doubled_characters():
    doubtful = row(0.6, 0.4, 0)
    line = np.array([row(0, 1, 0), doubtful, row(0, 1, 0), doubtful, row(0, 1, 0)])
    assert likely_texts(line, 9) == ["AA", "AAA", "A"]


def test_where_all_is_blank_the_empty_text_is_the_only_one():
    assert likely_texts(np.array([row(1, 0, 0)] * 5), 3) == [""]
    assert likely_texts(np.array([row(0.999, 0.001, 0)] * 2), 3) == [""]


def test_the_best_path_drops_repetitions_and_blanks_and_keeps_double_characters():
    steps = [row(0.9, 0.1, 0), row(0.1, 0.8, 0.1), row(0.2, 0.7, 0.1), row(0.6, 0.2, 0.2)]
    steps += [row(0.3, 0.6, 0.1), row(0.1, 0.3, 0.6)]
    begins, characters = zip(*best_path(np.array(steps)), strict=True)
    assert begins == (1, 4, 5)
    assert [character.value for character in characters] == ["A", "A", "B"]
    assert [character.confidence for character in characters] == [0.8, 0.6, 0.6]
    assert [character.runner_up for character in characters] == ["B", "B", "A"]
    assert characters[2].runner_up_confidence == 0.3


def test_blanks_alone_are_no_text():
    assert best_path(np.array([row(0.9, 0.1, 0)] * 4)) == []
