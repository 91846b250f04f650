"""Everything on a plate besides its text: bands, seals, pictures, small words, screws, dirt.

The functions paint into the image that `draw.py` passes: float32, gray, 0 black to 1 white.
"""

from __future__ import annotations

import cv2
import numpy as np

from anpr.types import Image
from training.plates import fonts
from training.plates.vocabulary import SMALL_WORDS

COUNTRY_LETTER_LINE = (
    "D F I E P B NL L A PL CZ SK H RO BG GR HR SLO LT LV EST FIN S DK IRL GB UA MD TR RUS N CH UK "
    "GBR IND BIH SRB MK AL CY M"
)
COUNTRY_LETTERS = tuple(COUNTRY_LETTER_LINE.split())
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""


def blend(image: Image, mask: Image, gray: float, left: int, top: int) -> None:
    """Paints `gray` through a uint8 mask placed at (left, top), cut off at the image's edge."""
    height, width = image.shape
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + mask.shape[1]), min(height, top + mask.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    cover = mask[y0 - top : y1 - top, x0 - left : x1 - left].astype(np.float32) / 255
    part = image[y0:y1, x0:x1]
    part += (gray - part) * cover


def stamp(image: Image, mask: Image, left: int, top: int) -> None:
    """Copies a uint8 mask into a uint8 image at (left, top), cut off at the image's edge."""
    height, width = image.shape
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + mask.shape[1]), min(height, top + mask.shape[0])
    if x1 > x0 and y1 > y0:
        image[y0:y1, x0:x1] = mask[y0 - top : y1 - top, x0 - left : x1 - left]


def words(image: Image, kind: str, box: Box, gray: float, rng: np.random.Generator) -> None:
    """Paints a small word of `SMALL_WORDS[kind]` (mock script for `kanji`) to fit into a box."""
    x0, y0, x1, y1 = box
    if x1 - x0 < 8 or y1 - y0 < 4:
        return
    mask = mock_script(rng, 3) if kind == "kanji" else word(str(rng.choice(SMALL_WORDS[kind])), rng)
    scale = min((y1 - y0) / mask.shape[0], (x1 - x0) / mask.shape[1])
    size = max(2, int(mask.shape[1] * scale)), max(2, int(mask.shape[0] * scale))
    mask = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
    left = x0 + int((x1 - x0 - size[0]) * rng.choice([0.5, 0.5, 0.5, rng.random()]))
    blend(image, mask, gray, left, y0 + (y1 - y0 - size[1]) // 2)


def word(text: str, rng: np.random.Generator) -> Image:
    """Returns a small word in a random font, as a mask: uint8, (height, width)."""
    paths = fonts.word_fonts()
    return fonts.word_mask(text, paths[int(rng.integers(len(paths)))])


def mock_script(rng: np.random.Generator, count: int) -> Image:
    """Returns strokes that imitate scripts the reader must skip, such as kanji, kana and Arabic."""
    size = 40
    cell = np.zeros((size, size * count), np.uint8)
    for index in range(count):
        strokes = int(rng.integers(3, 9))
        for _ in range(strokes):
            points = rng.integers(3, size - 3, (int(rng.integers(2, 4)), 2))
            if rng.random() < 0.6:  # most strokes of a script are vertical or horizontal
                points[1, int(rng.integers(2))] = points[0, int(rng.integers(2))]
            cv2.polylines(
                cell,
                [(points + np.array([index * size, 0])).astype(np.int32)],
                False,
                255,
                int(rng.integers(2, 6)),
                cv2.LINE_AA,
            )
    return cell


def eu_band(image: Image, box: Box, rng: np.random.Generator) -> None:
    """Paints a dark band, with a ring of stars or a flag above and country letters below."""
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    gray, light = rng.uniform(0.1, 0.42), rng.uniform(0.65, 1.0)
    if rng.random() < 0.1:
        gray, light = light, gray
    image[y0:y1, x0:x1] = gray
    centre = (x0 + width // 2, y0 + int(height * rng.uniform(0.25, 0.35)))
    kind = rng.random()
    if kind < 0.6:
        radius = width * rng.uniform(0.22, 0.36)
        for angle in np.linspace(0, 2 * np.pi, 12, endpoint=False):
            spot = (
                int(centre[0] + radius * np.cos(angle)),
                int(centre[1] + radius * np.sin(angle)),
            )
            cv2.circle(image, spot, max(1, width // 18), light, -1)
    elif kind < 0.85:
        flag_width, flag_height = int(width * 0.35), int(width * rng.uniform(0.2, 0.3))
        for stripe, shade in enumerate(rng.uniform(0, 1, 3)):
            top = centre[1] - flag_height + stripe * flag_height * 2 // 3
            cv2.rectangle(
                image,
                (centre[0] - flag_width, top),
                (centre[0] + flag_width, top + flag_height * 2 // 3),
                float(shade),
                -1,
            )
    if rng.random() < 0.85:
        low = y0 + int(height * rng.uniform(0.55, 0.68))
        mask = word(str(rng.choice(COUNTRY_LETTERS)), rng)
        scale = min(width * 0.8 / mask.shape[1], (y1 - low) * 0.8 / mask.shape[0])
        size = max(2, int(mask.shape[1] * scale)), max(2, int(mask.shape[0] * scale))
        blend(
            image,
            cv2.resize(mask, size, interpolation=cv2.INTER_AREA),
            light,
            x0 + (width - size[0]) // 2,
            low,
        )


def department(image: Image, box: Box, rng: np.random.Generator) -> None:
    """Paints the right-hand band of France and Italy: a small department or year number, a disc."""
    x0, y0, x1, y1 = box
    image[y0:y1, x0:x1] = rng.uniform(0.1, 0.42)
    if rng.random() < 0.7:
        mask = word(f"{rng.integers(1, 99):02d}", rng)
        size = max(2, int((x1 - x0) * 0.7)), max(2, int((y1 - y0) * 0.22))
        blend(
            image,
            cv2.resize(mask, size, interpolation=cv2.INTER_AREA),
            rng.uniform(0.7, 1),
            x0 + (x1 - x0) // 8,
            y1 - int((y1 - y0) * 0.32),
        )
    if rng.random() < 0.6:
        cv2.circle(image, ((x0 + x1) // 2, y0 + (y1 - y0) // 3), (x1 - x0) // 3, 0.8, -1)


def picture(image: Image, box: Box, rng: np.random.Generator) -> None:
    """Paints a picture, such as a mosque, a mountain or flowers, as blots of a few grays."""
    x0, y0, x1, y1 = box
    part = image[y0:y1, x0:x1]
    if part.size == 0:
        return
    part += (rng.uniform(0.15, 0.9) - part) * rng.uniform(0.4, 1)
    for _ in range(int(rng.integers(2, 9))):
        blot(part, rng, float(rng.uniform(0, 1)), 0.45)


def blot(image: Image, rng: np.random.Generator, gray: float, reach: float) -> None:
    """Paints one random filled shape; `reach` limits its radius, as a share of the image."""
    height, width = image.shape
    centre = rng.uniform(0, 1, 2) * (width, height)
    radius = rng.uniform(0.1, 1.0, 2) * (width * reach, height * reach)
    if rng.random() < 0.5:
        cv2.ellipse(
            image,
            (int(centre[0]), int(centre[1])),
            (max(1, int(radius[0])), max(1, int(radius[1]))),
            float(rng.uniform(0, 180)),
            0,
            360,
            gray,
            -1,
            cv2.LINE_AA,
        )
    else:
        points = centre + rng.uniform(-1, 1, (int(rng.integers(3, 6)), 2)) * radius
        cv2.fillPoly(image, [points.astype(np.int32)], gray, cv2.LINE_AA)


def seal(image: Image, box: Box, ground: float, rng: np.random.Generator) -> None:
    """Paints one or two round seals, a coat of arms, a sticker or an emblem between groups."""
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    kind = rng.random()
    if kind < 0.5:
        count = int(rng.choice([1, 1, 2]))
        radius = max(2, int(min(width * 0.48, height * 0.5 / count)))
        for index in range(count):
            spot = (x0 + width // 2, y0 + int(height * (index + 0.5) / count))
            cv2.circle(image, spot, radius, float(rng.uniform(0.1, 0.95)), -1, cv2.LINE_AA)
            cv2.circle(image, spot, radius, float(rng.uniform(0.1, 0.7)), 1, cv2.LINE_AA)
            cv2.circle(
                image,
                spot,
                max(1, radius // 2),
                float(rng.uniform(0, 1)),
                int(rng.choice([-1, 1])),
                cv2.LINE_AA,
            )
    elif kind < 0.7:
        shade = float(np.clip(ground + rng.uniform(-0.7, 0.3), 0, 1))
        cv2.rectangle(image, (x0, y0), (x1, y1), shade, -1)
        picture(image, (x0 + 1, y0 + 1, x1 - 1, y1 - 1), rng)
    else:
        canvas = image[max(0, y0) : y1, max(0, x0) : x1]
        if canvas.size:
            for _ in range(int(rng.integers(3, 10))):
                blot(canvas, rng, float(np.clip(ground + rng.uniform(-0.8, 0.4), 0, 1)), 0.4)


def screws(image: Image, rng: np.random.Generator) -> None:
    """Paints bolt heads or holes: near the top edge, beside the text, or in the corners."""
    height, width = image.shape
    radius = max(1, int(height * rng.uniform(0.025, 0.07)))
    y = height * rng.choice([0.1, 0.15, 0.5, 0.88, rng.uniform(0.05, 0.95)])
    x = width * rng.uniform(0.04, 0.35)
    for spot_x in (x, width - x)[: int(rng.choice([1, 2, 2, 2]))]:
        spot = (int(spot_x), int(y + rng.uniform(-2, 2)))
        gray = float(rng.choice([rng.uniform(0, 0.3), rng.uniform(0.4, 1)]))
        cv2.circle(image, spot, radius, gray, -1, cv2.LINE_AA)
        if rng.random() < 0.5:
            cv2.circle(image, spot, radius, float(rng.uniform(0, 0.5)), 1, cv2.LINE_AA)


def corner_stickers(image: Image, rng: np.random.Generator) -> None:
    """Paints month and year stickers with tiny digits, as in the corners of American plates."""
    height, width = image.shape
    size = int(height * rng.uniform(0.14, 0.24))
    for corner in rng.permutation(4)[: int(rng.integers(1, 3))]:
        x = int(width * rng.uniform(0.02, 0.06)) if corner % 2 else width - int(size * 1.6)
        y = int(height * 0.04) if corner < 3 else height - int(size * 1.2)
        shade = float(rng.uniform(0.1, 1))
        cv2.rectangle(image, (x, y), (x + int(size * 1.4), y + size), shade, -1)
        mask = word(str(rng.choice(["12", "03", "2012", "JUL", "19", "06", "OCT", "MAY"])), rng)
        mask = cv2.resize(mask, (size, max(2, int(size * 0.6))), interpolation=cv2.INTER_AREA)
        blend(image, mask, 1.0 - round(shade), x + size // 5, y + size // 5)


def dirt(image: Image, rng: np.random.Generator) -> None:
    """Paints mud spots and a film of dirt, soft at the edges."""
    height, width = image.shape
    coarse = rng.random((4, 12)).astype(np.float32)
    cloud = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    cover = np.clip((cloud - rng.uniform(0.5, 0.85)) * 2, 0, 0.75)
    image += (rng.uniform(0.1, 0.6) - image) * cover
