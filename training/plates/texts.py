"""From a pattern of ``formats.py`` to the rows of one plate."""

from __future__ import annotations

import re

import numpy as np

from training.plates.formats import ANY_LETTERS, CLEAR_LETTERS
from training.plates.vocabulary import WORDS

CLEAR_SHARE = 0.45  # of the plates of a style without letters of its own
RARE = "QIOWMXZVYUGJ0"  # letters the readings of real plates got wrong most: shown more often
RARE_CHANCE = 0.06
SHUFFLE_CHANCE = 0.08  # plates that follow no format: keeps the network reading, not guessing
REPEAT_CHANCE = 0.08  # a digit like the one before it: 11 and 000 are what CTC loses first
DASHED_CHANCE = 0.06  # plates whose gaps are dashes or dots, though their style has none
TOKEN = re.compile(r"<(\w+)>|=(.)|(.)")


def _character(kind: str, rng: np.random.Generator, letters: str) -> str:
    if kind == "A":
        rare = rng.random() < RARE_CHANCE
        pool = "".join(set(RARE) & set(letters)) if rare else letters
        return sorted(pool)[int(rng.integers(len(pool)))]
    if kind == "9":
        return str(rng.integers(10))
    if kind == "8":
        return str(rng.integers(1, 10))
    return kind


def fill(pattern: str, letters: str, rng: np.random.Generator) -> list[str]:
    """Rows of a plate: the pattern with its letters and digits filled in.

    Args:
        pattern: see ``formats.py``.
        letters: to choose from; ``""`` for all or the clear ones by turns.
        rng: source of chance.

    Returns:
        One string a row, of characters A-Z 0-9 and the layout marks of ``formats.py``.
    """
    letters = letters or (CLEAR_LETTERS if rng.random() < CLEAR_SHARE else ANY_LETTERS)
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
    """The row with every letter and digit replaced by any letter or digit."""
    pool = ANY_LETTERS + "0123456789"
    return "".join(str(rng.choice(list(pool))) if c.isalnum() else c for c in row)


def label(row: str) -> str:
    """What a reader should answer for a row: its letters and digits only."""
    return "".join(c for c in row if c.isascii() and c.isalnum())
