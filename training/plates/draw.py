"""Draws a flat plate: straight on, evenly lit, at twice the resolution of the reader's input."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from anpr.types import Image
from training.plates import ornaments
from training.plates.layouts import Style
from training.plates.lettering import Row, compose, random_glyphs, random_spacing
from training.plates.styles_elsewhere import ELSEWHERE
from training.plates.styles_europe import EUROPE
from training.plates.texts import fill, label

PLATE_HEIGHT = 96  # px; the reader's input is 48 high
STORED_WH = (288, 96)  # px; all plates are stretched to one size, so that a pool is one array
ROW_SQUEEZE = (0.7, 1.45)  # limits to which a row is narrowed or widened to fill its room
BAND_CHANCE = 0.75  # that a plate has the band, picture or hologram of its style
FADED_CHANCE = 0.06  # that the ink has almost gone
WORN_CHANCE = 0.05  # that the ink has gone at one end
OUTLINE_CHANCE = 0.06  # that letters have an edge of another gray, as of chrome or a shadow
UPPER_SHARE = (0.36, 0.55)  # height of the upper of two lines, which is often the smaller one
LINE_GAP = (0.04, 0.22)  # between two lines, as a share of their total height; wide if printed
SIDE_WIDTHS = (0.3, 0.46)  # two small lines beside a big one, as a share of the width
MIN_CONTRAST = 0.16  # gray difference of ink and ground; below it people cannot read a plate
EDGE_KERNEL = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))


@dataclass(frozen=True)
class Flat:
    """A drawn plate."""

    image: Image
    """uint8, (96, 288): the whole sheet of metal, stretched to `STORED_WH`."""
    aspect: float
    """Its true width over height."""
    rows: tuple[str, str]
    """Texts of the first and the second line; the second is empty if there is one line."""
    style: str
    """Name of its style."""


def random_flat(rng: np.random.Generator, styles: tuple[Style, ...] = EUROPE + ELSEWHERE) -> Flat:
    """Draws a plate of a random style; styles are chosen by their `share`."""
    shares = np.array([style.share for style in styles])
    return draw_flat(styles[int(rng.choice(len(styles), p=shares / shares.sum()))], rng)


def draw_flat(style: Style, rng: np.random.Generator) -> Flat:
    """Draws one plate of a style."""
    aspect = rng.uniform(*style.aspects)
    rows = fill(str(rng.choice(style.patterns.split(", "))), style.letters, rng)
    image = np.empty((PLATE_HEIGHT, round(PLATE_HEIGHT * aspect)), np.float32)
    ink, ground = _colours(style, rng)
    image[:] = ground
    _paint_ground(image, style, ground, rng)
    x0, x1 = _paint_bands(image, style, rng)
    y0, y1 = _paint_words(image, style, (x0, x1), len(rows), ink, rng)
    _paint_rows(image, rows, style, (x0, y0, x1, y1), ink, ground, rng)
    _wear(image, style, rng)
    stored = cv2.resize(
        np.clip(image * 255, 0, 255).astype(np.uint8), STORED_WH, interpolation=cv2.INTER_AREA
    )
    first, *others = [label(row) for row in rows]
    return Flat(stored, aspect, (first, "".join(others)), style.name)


def _colours(style: Style, rng: np.random.Generator) -> tuple[float, float]:
    """Chooses the grays of ink and ground, at least about `MIN_CONTRAST` apart."""
    ink_range, ground_range = style.colours[int(rng.integers(len(style.colours)))]
    ink, ground = float(rng.uniform(*ink_range)), float(rng.uniform(*ground_range))
    if rng.random() < FADED_CHANCE:
        ink += (ground - ink) * rng.uniform(0.3, 0.7)
    if abs(ink - ground) < MIN_CONTRAST:
        ink = ground + MIN_CONTRAST * (1 if ink > ground else -1) * 1.5
    return float(np.clip(ink, 0, 1)), ground


def _paint_ground(image: Image, style: Style, ground: float, rng: np.random.Generator) -> None:
    """Paints pictures, colour bands and shading behind the letters."""
    height = image.shape[0]
    if rng.random() < style.art:
        layer = image.copy()
        for _ in range(int(rng.integers(1, 7))):
            ornaments.blot(layer, rng, float(np.clip(ground + rng.uniform(-0.5, 0.3), 0, 1)), 0.6)
        if rng.random() < 0.5:
            depth = int(height * rng.uniform(0.1, 0.35))
            layer[:depth] = rng.uniform(0.1, 0.9)
            if rng.random() < 0.5:
                layer[-depth:] = rng.uniform(0.1, 0.9)
        strength = rng.uniform(0.1, 0.6)
        image += (cv2.GaussianBlur(layer, (0, 0), rng.uniform(0.6, 5)) - image) * strength
    if rng.random() < 0.3:
        image += np.linspace(0, rng.uniform(-0.15, 0.15), height, dtype=np.float32)[:, None]


def _paint_bands(image: Image, style: Style, rng: np.random.Generator) -> tuple[int, int]:
    """Paints the left and right bands; returns the columns (from, to) left for the text."""
    height, width = image.shape
    x0, x1 = int(0.015 * width), int(0.985 * width)
    if style.border and rng.random() < style.border:
        inset = int(rng.integers(0, 5))
        gray = float(rng.choice([rng.uniform(0, 0.3), rng.uniform(0.5, 1)]))
        cv2.rectangle(
            image,
            (inset, inset),
            (width - 1 - inset, height - 1 - inset),
            gray,
            int(rng.integers(1, 4)),
        )
    if style.left and rng.random() < BAND_CHANCE:
        x0 = _paint_left(image, style.left, rng)
    if style.right and rng.random() < BAND_CHANCE:
        start = width - int(height * rng.uniform(0.3, 0.45))
        ornaments.department(image, (start, 0, width, height), rng)
        x1 = start - 1
    return x0, x1


def _paint_left(image: Image, kind: str, rng: np.random.Generator) -> int:
    """Paints the band, picture or script at the left; returns where the text may begin."""
    height, width = image.shape
    if kind == "eu":
        wide = int(height * rng.uniform(0.32, 0.46))
        low = int(height * rng.choice([1.0, 1.0, 1.0, 0.6]))
        ornaments.eu_band(image, (0, 0, wide, low), rng)
        return wide + 2
    if kind == "ind":
        wide = int(height * rng.uniform(0.16, 0.34))
        if rng.random() < 0.6:
            x, y = int(wide * 0.15), int(height * rng.uniform(0.15, 0.6))
            mask = ornaments.word("IND", rng)
            mask = cv2.resize(
                mask, (int(wide * 0.8), max(3, int(wide * 0.3))), interpolation=cv2.INTER_AREA
            )
            ornaments.blend(image, mask, float(rng.uniform(0, 0.6)), x, y + wide // 2)
            cv2.circle(
                image, (x + wide // 3, y), max(2, wide // 4), float(rng.uniform(0.3, 0.9)), -1
            )
        return wide
    wide = int(min(height * rng.uniform(0.3, 0.7), width * 0.28))
    if kind == "kanji":
        mask = ornaments.mock_script(rng, 1)
        tall = int(height * rng.uniform(0.4, 0.8))
        mask = cv2.resize(mask, (max(4, wide - 4), tall), interpolation=cv2.INTER_AREA)
        ornaments.blend(image, mask, float(rng.uniform(0, 1)), 3, (height - tall) // 2)
    else:
        ornaments.picture(image, (0, 0, wide, height), rng)
    return wide + 1


def _paint_words(
    image: Image,
    style: Style,
    span: tuple[int, int],
    lines: int,
    ink: float,
    rng: np.random.Generator,
) -> tuple[int, int]:
    """Paints small words above and below; returns the rows (from, to) left for the text."""
    height = image.shape[0]
    tall = max(style.heights)
    free = height * (1 - min(0.94, rng.uniform(style.heights[0], tall)))
    top = free * rng.uniform(0.5, 0.75) if style.top else free / 2
    bottom = free - top if style.top else free / 2
    if style.top and style.bottom:
        top = free * rng.uniform(0.4, 0.6)
        bottom = free - top
    gray = float(np.clip(ink + rng.uniform(-0.1, 0.25), 0, 1))
    has_top = style.top and rng.random() < 0.85
    has_bottom = style.bottom and rng.random() < (
        0.8 if style.bottom in ("pk", "slogan", "au") else 0.4
    )
    if has_top:
        size = top * rng.uniform(0.55, 0.92)
        start = max(1, int((top - size) * 0.5))
        ornaments.words(image, style.top, (span[0], start, span[1], start + int(size)), gray, rng)
    if has_bottom:
        size = max(5.0, bottom * rng.uniform(0.5, 0.9))
        ornaments.words(
            image, style.bottom, (span[0], height - 2 - int(size), span[1], height - 2), gray, rng
        )
    return int(top), int(height - bottom)


def _paint_rows(
    image: Image,
    rows: list[str],
    style: Style,
    box: ornaments.Box,
    ink: float,
    ground: float,
    rng: np.random.Generator,
) -> None:
    """Paints the rows of text into a box, one above the other."""
    x0, y0, x1, y1 = box
    glyphs, spacing = random_glyphs(style.families, rng), random_spacing(rng)
    share = rng.uniform(*UPPER_SHARE) if len(rows) == 2 else 1.0
    gap = int((y1 - y0) * rng.uniform(*LINE_GAP)) if len(rows) == 2 else 0
    split = y0 + int((y1 - y0 - gap) * share)
    spans = [(x0, y0, x1, split), (x0, split + gap, x1, y1)]
    if len(rows) == 3:
        spans = _side_by_side(box, rng)
    if rng.random() < 0.3:
        image[:] = cv2.GaussianBlur(image, (0, 0), 0.7)
    narrow = rng.uniform(*style.widths)
    emboss = rng.uniform(0.1, 0.45) if rng.random() < 0.4 else 0.0
    alignment = float(rng.choice([0.5, 0.5, 0.5, rng.random()]))
    for row, span in zip(rows, spans, strict=False):
        line = compose(row, glyphs, spacing, rng)
        _paint_row(image, line, span, (ink, ground), (narrow, alignment, emboss), rng)


def _side_by_side(box: ornaments.Box, rng: np.random.Generator) -> list[ornaments.Box]:
    """Returns the boxes of two small lines at the left and a big one beside them."""
    x0, y0, x1, y1 = box
    side = x0 + int((x1 - x0) * rng.uniform(*SIDE_WIDTHS))
    air = max(2, int((y1 - y0) * 0.08))
    middle = (y0 + y1) // 2
    return [
        (x0, y0, side, middle - air // 2),
        (x0, middle + air // 2, side, y1),
        (side, y0, x1, y1),
    ]


def _paint_row(
    image: Image,
    row: Row,
    box: ornaments.Box,
    grays: tuple[float, float],
    fit: tuple[float, float, float],
    rng: np.random.Generator,
) -> None:
    """Fits one row into a box and paints it.

    Args:
        image: The plate, which is changed.
        row: The row.
        box: Its room.
        grays: Grays of ink and ground.
        fit: Share of the width to use, alignment (0 left to 1 right), strength of embossing.
        rng: Source of randomness.
    """
    x0, top, x1, bottom = box
    width_share, alignment, emboss = fit
    tall = max(6, bottom - top)
    scale = tall / row.mask.shape[0]
    room = max(12, (x1 - x0) * width_share)
    squeeze = float(np.clip(room / (row.mask.shape[1] * scale), *ROW_SQUEEZE))
    wide = int(min(row.mask.shape[1] * scale * squeeze, x1 - x0))
    mask = cv2.resize(row.mask, (wide, tall), interpolation=cv2.INTER_AREA)
    left = x0 + int((x1 - x0 - wide) * alignment)
    for start, end in row.emblems:
        share = wide / row.mask.shape[1]
        ornaments.seal(
            image, (left + int(start * share), top, left + int(end * share), bottom), grays[1], rng
        )
    if rng.random() < OUTLINE_CHANCE:
        shift = rng.integers(-2, 3, 2)
        fat = cv2.dilate(cv2.copyMakeBorder(mask, 3, 3, 3, 3, cv2.BORDER_CONSTANT), EDGE_KERNEL)
        edge_gray = float(np.clip(grays[1] + rng.uniform(-0.35, 0.35), 0, 1))
        ornaments.blend(image, fat, edge_gray, left - 3 + int(shift[0]), top - 3 + int(shift[1]))
    if rng.random() < WORN_CHANCE:
        kept = np.clip(np.linspace(rng.uniform(0.05, 0.4), 2, mask.shape[1]), 0, 1)
        mask = (mask * (kept if rng.random() < 0.5 else kept[::-1])).astype(np.uint8)
    ornaments.blend(image, mask, grays[0], left, top)
    if emboss:
        edge = np.zeros(image.shape, np.uint8)
        ornaments.stamp(edge, mask, left, top)
        step = edge.astype(np.float32) / 255
        image += emboss * (np.roll(step, (1, 1), (0, 1)) - np.roll(step, (-1, -1), (0, 1)))


def _wear(image: Image, style: Style, rng: np.random.Generator) -> None:
    """Paints stickers, screws, dirt and the rim of a holder."""
    if style.name == "north america" and rng.random() < 0.5:
        ornaments.corner_stickers(image, rng)
    if rng.random() < 0.5:
        ornaments.screws(image, rng)
    if rng.random() < 0.15:
        ornaments.dirt(image, rng)
    if rng.random() < 0.25:  # the rim of a holder covers the edge of the plate
        height, width = image.shape
        rim = int(rng.integers(1, 7))
        cv2.rectangle(image, (0, 0), (width - 1, height - 1), float(rng.uniform(0, 0.5)), rim)
