"""CTC decoding, against its definition: a text's probability is the sum over all its paths."""

import itertools

import numpy as np
import pytest

from anpr.read.ctc import ALPHABET, CLASS_COUNT, best_path, probabilities_of, text_probability


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


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_text_probability_is_the_sum_over_all_paths(steps):
    rng = np.random.default_rng(steps)
    probabilities = np.array([row(*rng.dirichlet([1, 1, 1])) for _ in range(steps)])
    by_text: dict[str, float] = {}
    for path in itertools.product("-AB", repeat=steps):
        likelihood = 1.0
        for step, symbol in zip(probabilities, path, strict=True):
            likelihood *= step[0 if symbol == "-" else ALPHABET.index(symbol) + 1]
        by_text[collapse(path)] = by_text.get(collapse(path), 0) + likelihood
    for text, expected in by_text.items():
        assert text_probability(probabilities, text) == pytest.approx(expected)
    assert sum(by_text.values()) == pytest.approx(1)


def test_a_text_longer_than_the_steps_is_impossible():
    probabilities = np.array([row(0.2, 0.5, 0.3)] * 2)
    assert text_probability(probabilities, "ABA") == 0
    assert text_probability(probabilities, "AA") == 0  # it needs a blank between


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
