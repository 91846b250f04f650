"""Composes one row of a plate as a mask: letters, gaps, dashes, raised and stacked parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.types import Image
from training.plates import fonts, strokes
from training.plates.strokes import GLYPH_HEIGHT

Glyphs = Callable[[str], Image]

# Shares of the row's height.
RAISED_HEIGHTS = (0.42, 0.7)  # year digits of Punjab, region digits of Russia
STACKED_HEIGHT = 0.47  # of each of two letters, with a small gap between them
SLANTS = (0.08, 0.3)  # of italics, to the right at the top
STENCIL_BAR_WIDTHS = (0.04, 0.1)
BRACKET_WIDTH = 0.2

RESHAPE_CHANCE = 0.5  # font letters made bolder or thinner: plates vary more than fonts
BY_HAND_CHANCE = 0.35  # each letter of painted lettering placed by hand
SLANT_CHANCE = 0.08  # lettering in italics
STENCIL_CHANCE = 0.04  # lettering cut by bars, as sprayed and chromed letters are
NEVER_STENCILLED = "1ITYHEF"  # a bar in the middle would remove a whole stroke


@dataclass(frozen=True)
class Spacing:
    """Gaps, in px at a letter height of GLYPH_HEIGHT."""

    letter: int
    group: int
    dash: int


@dataclass(frozen=True)
class Row:
    """A row of lettering."""

    mask: Image
    """uint8, (GLYPH_HEIGHT, width), 255 where there is ink."""
    emblems: tuple[tuple[int, int], ...]
    """Spans of the mask (from, to, in px) left free for a seal, emblem or sticker."""


def random_spacing(rng: np.random.Generator) -> Spacing:
    """Chooses gaps between letters, from narrow to wide; gaps between groups are always wider."""
    letter = rng.uniform(0.03, 0.16) if rng.random() < 0.85 else rng.uniform(0.16, 0.32)
    group = letter + rng.uniform(0.08, 0.5)
    return Spacing(
        *(max(2, int(v * GLYPH_HEIGHT)) for v in (letter, group, rng.uniform(0.15, 0.4)))
    )


def random_glyphs(families: tuple[str, ...], rng: np.random.Generator) -> Glyphs:
    """Chooses an alphabet of one of the families, with a weight, width and slant of its own."""
    upright = _upright_glyphs(families, rng)
    glyphs = _stencilled(upright, rng) if rng.random() < STENCIL_CHANCE else upright
    if rng.random() > SLANT_CHANCE:
        return glyphs
    slant = rng.uniform(*SLANTS)
    return lambda letter: _slanted(glyphs(letter), slant)


def _stencilled(glyphs: Glyphs, rng: np.random.Generator) -> Glyphs:
    """Cuts a vertical or a horizontal bar out of the middle of each letter."""
    thick = max(2, int(GLYPH_HEIGHT * rng.uniform(*STENCIL_BAR_WIDTHS)))
    is_vertical = rng.random() < 0.6

    def cut(letter: str) -> Image:
        mask: Image = glyphs(letter).copy()
        across = mask if is_vertical else mask.T
        middle = across.shape[1] // 2
        if letter not in NEVER_STENCILLED:
            across[:, middle - thick // 2 : middle + (thick + 1) // 2] = 0
        return mask

    return cut


def _slanted(mask: Image, slant: float) -> Image:
    height, width = mask.shape
    reach = slant * height
    matrix = np.array([[1, -slant, reach], [0, 1, 0]], np.float32)
    return cv2.warpAffine(mask, matrix, (width + int(reach), height))


def _upright_glyphs(families: tuple[str, ...], rng: np.random.Generator) -> Glyphs:
    family = families[int(rng.integers(len(families)))]
    if family == "stroke":
        style = strokes.random_style(rng)
        return lambda letter: strokes.glyph_mask(letter, style)
    paths = fonts.installed(family)
    masks = fonts.font_glyphs(paths[int(rng.integers(len(paths)))])
    stretch = rng.uniform(0.8, 1.2)
    morph = int(rng.integers(-3, 6)) if rng.random() < RESHAPE_CHANCE else 0
    by_hand = family == "painted" and rng.random() < BY_HAND_CHANCE

    def glyph(letter: str) -> Image:
        mask = _reweighted(masks[letter], morph)
        width = max(4, round(mask.shape[1] * stretch))
        mask = cv2.resize(mask, (width, GLYPH_HEIGHT), interpolation=cv2.INTER_AREA)
        return _placed_by_hand(mask, rng) if by_hand else mask

    return glyph


def _reweighted(mask: Image, morph: int) -> Image:
    """Makes a letter bolder (by `morph` px) or thinner (if it is negative), at the same height."""
    if morph == 0:
        return mask
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(morph) + 1, abs(morph) + 1))
    if morph > 0:
        return cv2.dilate(cv2.copyMakeBorder(mask, 0, 0, 2, 2, cv2.BORDER_CONSTANT), kernel)
    return cv2.erode(mask, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)


def _placed_by_hand(mask: Image, rng: np.random.Generator) -> Image:
    height, width = mask.shape
    turn: NDArray[Any] = cv2.getRotationMatrix2D(
        (width / 2, height / 2), rng.uniform(-4, 4), rng.uniform(0.86, 1)
    )
    turn[:, 2] += rng.uniform(-3, 3, 2)
    return cv2.warpAffine(mask, turn, (width, height))


def compose(row: str, glyphs: Glyphs, spacing: Spacing, rng: np.random.Generator) -> Row:
    """Composes one row.

    Args:
        row: Characters and layout marks, see `layouts.py`.
        glyphs: Returns the mask of a letter.
        spacing: The gaps.
        rng: Source of randomness.

    Returns:
        The row, as wide as its pieces and the gaps between them.
    """
    pieces: list[Image] = []
    emblems: list[tuple[int, int]] = []
    stack: list[str] = []
    raised = stacking = False
    raised_at = float(rng.choice([0.0, 0.0, 0.5, 1.0]))
    raised_height = rng.uniform(*RAISED_HEIGHTS)
    is_round = rng.random() < 0.7
    for mark in row:
        if mark == "~":
            raised = not raised
        elif mark in "[]":
            stacking = mark == "["
            if stack:
                pieces.append(_stacked(stack, glyphs))
                stack = []
        elif mark == "*":
            width = int(GLYPH_HEIGHT * rng.uniform(0.25, 0.9))
            start = sum(p.shape[1] for p in pieces) + spacing.letter * len(pieces)
            emblems.append((start, start + width))
            pieces.append(_blank(width))
        elif mark == " ":
            pieces.append(_blank(spacing.group))
        elif mark in "()":
            pieces.append(_bracket(mark, is_round))
        elif mark in "-.":
            pieces.append(_dash(mark, spacing, rng))
        elif stacking:
            stack.append(mark)
        else:
            glyph = glyphs(mark)
            pieces.append(_raised(glyph, raised_height, raised_at) if raised else glyph)
    gap = _blank(spacing.letter)
    joined = [part for piece in pieces for part in (piece, gap)][:-1]
    return Row(np.concatenate(joined, axis=1), tuple(emblems))


def _blank(width: int) -> Image:
    return np.zeros((GLYPH_HEIGHT, width), np.uint8)


def _bracket(mark: str, is_round: bool) -> Image:
    """Draws a round or a square bracket."""
    width = int(GLYPH_HEIGHT * BRACKET_WIDTH)
    cell = _blank(width)
    thick = max(2, width // 3)
    if is_round:
        middle = (width - thick // 2, GLYPH_HEIGHT // 2)
        cv2.ellipse(cell, middle, (width - thick, GLYPH_HEIGHT // 2 - 2), 0, 90, 270, 255, thick)
    else:
        ends = [[width, 2], [thick, 2], [thick, GLYPH_HEIGHT - 3], [width, GLYPH_HEIGHT - 3]]
        cv2.polylines(cell, [np.array(ends)], False, 255, thick)
    return cell if mark == "(" else np.ascontiguousarray(cell[:, ::-1])


def _dash(mark: str, spacing: Spacing, rng: np.random.Generator) -> Image:
    """Draws a dash or a dot in a cell of its own."""
    cell = _blank(spacing.dash)
    thick = max(4, int(GLYPH_HEIGHT * rng.uniform(0.05, 0.15)))
    if mark == "-" and rng.random() < 0.8:
        middle = int(GLYPH_HEIGHT * rng.uniform(0.42, 0.56))
        cell[middle - thick // 2 : middle + thick // 2 + 1] = 255
    else:
        low = GLYPH_HEIGHT - thick - 1 if mark == "." and rng.random() < 0.5 else GLYPH_HEIGHT // 2
        cv2.circle(cell, (spacing.dash // 2, low), min(thick, max(2, spacing.dash // 2)), 255, -1)
    return cell


def _raised(glyph: Image, height: float, at: float) -> Image:
    """Makes a letter small, and puts it at the top (`at` = 0), middle or bottom (1) of the row."""
    tall = int(GLYPH_HEIGHT * height)
    small = cv2.resize(
        glyph, (max(3, int(glyph.shape[1] * height)), tall), interpolation=cv2.INTER_AREA
    )
    cell = _blank(small.shape[1])
    top = int((GLYPH_HEIGHT - tall) * at)
    cell[top : top + tall] = small
    return cell


def _stacked(letters: list[str], glyphs: Glyphs) -> Image:
    """Puts two letters above each other into one narrow cell."""
    tall = int(GLYPH_HEIGHT * STACKED_HEIGHT)
    small = [
        cv2.resize(g, (max(3, int(g.shape[1] * 0.55)), tall), interpolation=cv2.INTER_AREA)
        for g in map(glyphs, letters)
    ]
    cell = _blank(max(s.shape[1] for s in small))
    for place, mask in enumerate(small[:2]):
        top = place * (GLYPH_HEIGHT - tall)
        cell[top : top + tall, : mask.shape[1]] = mask
    return cell
