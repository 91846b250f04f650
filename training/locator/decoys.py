"""Flat pictures that look like plates to whoever sees only edges, and are none."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from training.plates import ornaments
from training.plates.vocabulary import SMALL_WORDS

HEIGHT_PX = 64
GRILLE_SHARE = 0.3
SCRIPT_SHARE = 0.2  # of the lines: other alphabets
LINE_COUNTS = (1, 2, 3, 4, 5, 7)


def draw_decoy(aspect: float, rng: np.random.Generator) -> np.ndarray:
    """A flat picture (H, W) uint8 of something that looks like a plate to edges, but is none."""
    width = max(24, round(HEIGHT_PX * aspect))
    ink, ground = rng.permutation([rng.uniform(0, 0.45), rng.uniform(0.5, 1)])
    image = np.full((HEIGHT_PX, width), ground, np.float32)
    if rng.random() < GRILLE_SHARE:
        _grille(image, float(ink), rng)
    else:
        _page(image, float(ink), rng)
    return (image * 255).astype(np.uint8)


def _grille(image: np.ndarray, ink: float, rng: np.random.Generator) -> None:
    """Bars, as of a radiator, a fence or a vent."""
    step = int(rng.integers(5, 16))
    bars = image.T if rng.random() < 0.5 else image
    for start in range(0, bars.shape[1], step):
        bars[:, start : start + max(1, int(step * rng.uniform(0.3, 0.7)))] = ink


def _page(image: np.ndarray, ink: float, rng: np.random.Generator) -> None:
    """Three to seven lines of small print, or one or two words, as on signs and stickers."""
    lines = int(rng.choice(LINE_COUNTS))
    kinds = sorted(SMALL_WORDS)
    rows = np.linspace(2, image.shape[0] - 2, lines + 1).astype(int)
    for top, bottom in pairwise(rows):
        box = (4, int(top), image.shape[1] - 4, int(max(top + 5, bottom - 3)))
        kind = "kanji" if rng.random() < SCRIPT_SHARE else str(rng.choice(kinds))
        ornaments.words(image, kind, box, ink, rng)
