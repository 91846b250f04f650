"""Turns a pattern of `layouts.py` into the rows of one plate."""

from __future__ import annotations

import re

import numpy as np

from training.plates.layouts import ANY_LETTERS, CLEAR_LETTERS
from training.plates.vocabulary import WORDS

CLEAR_LETTERS_CHANCE = 0.45  # if a style has no letters of its own; otherwise any letter
HARD_CHARACTERS = "QIOWMXZVYUGJ0"  # most often misread on real plates, so chosen more often
HARD_CHARACTER_CHANCE = 0.06
SHUFFLE_CHANCE = 0.08  # plates without a format, so that the network reads and does not guess
REPEAT_CHANCE = 0.08  # the same digit again: CTC loses characters in 11 and 000 most easily
DASHED_CHANCE = 0.06  # dashes or dots in the gaps, though the style has none
TOKEN = re.compile(r"<(\w+)>|=(.)|(.)")


def _character(kind: str, rng: np.random.Generator, letters: str) -> str:
    if kind == "A":
        is_hard = rng.random() < HARD_CHARACTER_CHANCE
        pool = "".join(set(HARD_CHARACTERS) & set(letters)) if is_hard else letters
        return sorted(pool)[int(rng.integers(len(pool)))]
    if kind == "9":
        return str(rng.integers(10))
    if kind == "8":
        return str(rng.integers(1, 10))
    return kind


def fill(pattern: str, letters: str, rng: np.random.Generator) -> list[str]:
    """Fills in the letters and digits of a pattern.

    Args:
        pattern: A pattern of `layouts.py`.
        letters: Letters to choose from; if empty, all or the clear ones, at random.
        rng: Source of randomness.

    Returns:
        One string for each row: characters A-Z, 0-9 and the layout marks of `layouts.py`.
    """
    letters = letters or (CLEAR_LETTERS if rng.random() < CLEAR_LETTERS_CHANCE else ANY_LETTERS)
    parts = []
    for word, literal, kind in TOKEN.findall(pattern):
        if word:
            parts.append(str(rng.choice(WORDS[word])))
        elif literal:
            parts.append(literal)
        elif kind == "9" and parts and parts[-1].isdigit() and rng.random() < REPEAT_CHANCE:
            parts.append(parts[-1][-1])
        else:
            parts.append(_character(kind, rng, letters))
    text = "".join(parts)
    if rng.random() < DASHED_CHANCE:
        text = text.replace(" ", "-" if rng.random() < 0.7 else ".")
    rows = text.split("|")
    return [_shuffled(row, rng) for row in rows] if rng.random() < SHUFFLE_CHANCE else rows


def _shuffled(row: str, rng: np.random.Generator) -> str:
    """Replaces every letter and digit of a row by any letter or digit."""
    pool = ANY_LETTERS + "0123456789"
    return "".join(str(rng.choice(list(pool))) if c.isalnum() else c for c in row)


def label(row: str) -> str:
    """Returns the text that a reader should read in a row: its letters and digits alone."""
    return "".join(c for c in row if c.isascii() and c.isalnum())
