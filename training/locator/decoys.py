"""Decoys: flat pictures whose edges resemble those of plates."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from anpr.types import Image
from training.plates import ornaments
from training.plates.vocabulary import SMALL_WORDS

DECOY_HEIGHT_PX = 64
GRILLE_CHANCE = 0.3
SCRIPT_CHANCE = 0.2  # that a line is in another script
LINE_COUNTS = (1, 2, 3, 4, 5, 7)


def draw_decoy(aspect: float, rng: np.random.Generator) -> Image:
    """Draws a grille, or lines of words: uint8, (64, width)."""
    width = max(24, round(DECOY_HEIGHT_PX * aspect))
    ink, ground = rng.permutation([rng.uniform(0, 0.45), rng.uniform(0.5, 1)])
    image = np.full((DECOY_HEIGHT_PX, width), ground, np.float32)
    if rng.random() < GRILLE_CHANCE:
        _grille(image, float(ink), rng)
    else:
        _page(image, float(ink), rng)
    return (image * 255).astype(np.uint8)


def _grille(image: Image, ink: float, rng: np.random.Generator) -> None:
    """Paints bars, as of a radiator, a fence or a vent."""
    step = int(rng.integers(5, 16))
    bars = image.T if rng.random() < 0.5 else image
    for start in range(0, bars.shape[1], step):
        bars[:, start : start + max(1, int(step * rng.uniform(0.3, 0.7)))] = ink


def _page(image: Image, ink: float, rng: np.random.Generator) -> None:
    """Paints one or two words, as on signs and stickers, or up to seven lines of small print."""
    lines = int(rng.choice(LINE_COUNTS))
    kinds = sorted(SMALL_WORDS)
    rows = np.linspace(2, image.shape[0] - 2, lines + 1).astype(int)
    for top, bottom in pairwise(rows):
        box = (4, int(top), image.shape[1] - 4, int(max(top + 5, bottom - 3)))
        kind = "kanji" if rng.random() < SCRIPT_CHANCE else str(rng.choice(kinds))
        ornaments.words(image, kind, box, ink, rng)
