"""Draws the face of an Indian one-line plate with Pillow: its print and its embossing."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from rendering.photos import Plate

MM = 4  # texels in a millimetre; a plate is about 330 px wide in a photo: six texels a pixel
# Similar to the letters of Indian high-security plates; Debian: fonts-roboto-unhinted.
FONT_FILE = "RobotoCondensed-Bold.ttf"
INK = (17, 17, 20)
SHEET = (216, 216, 209)
BAND_BLUE = (28, 62, 150)
LETTER_SHARE = 0.82  # of a cell; the rest is the gap to the next letter
LETTER_WIDTHS = {"I": 0.35, "1": 0.62, "M": 1.10, "W": 1.12}  # all others: 1
FLAT_HEIGHT, EMBOSSED_HEIGHT, SCREW_HEIGHT = 128, 205, 255


@dataclass(frozen=True)
class PlateArt:
    """Print and height of a plate, both of the same size."""

    print_rgb: Image.Image
    """Mode RGB."""
    height: Image.Image
    """Mode L; 128 is the height of the sheet."""


def draw_plate(plate: Plate, seed: int) -> PlateArt:
    """Draws one plate; `seed` is the seed of the dirt."""
    size = (round(plate.size_mm[0] * MM), round(plate.size_mm[1] * MM))
    art, ink = Image.new("RGB", size, SHEET), Image.new("L", size, 0)
    if plate.frame_inset_mm is None:
        _draw_border(ink)
    _draw_text(ink, plate)
    height = Image.new("L", size, FLAT_HEIGHT)
    height.paste(EMBOSSED_HEIGHT, mask=ink)
    art.paste(INK, mask=ink)
    if plate.band:
        _draw_band(art)
    _draw_screws(art, height)
    return PlateArt(_soil(art, seed), height.filter(ImageFilter.GaussianBlur(0.5 * MM)))


def _draw_border(ink: Image.Image) -> None:
    w, h = ink.size
    box = (2 * MM, 2 * MM, w - 2 * MM, h - 2 * MM)
    ImageDraw.Draw(ink).rounded_rectangle(box, 8 * MM, outline=255, width=round(2.5 * MM))


def _draw_text(ink: Image.Image, plate: Plate) -> None:
    """Stretches each letter to its cell: plate letters are equally wide, with few exceptions."""
    left, right = plate.text_span_mm
    pitch = (right - left) * MM / len(plate.text)
    tall = round(plate.letter_mm * MM)
    font = ImageFont.truetype(FONT_FILE, 400)
    for i, letter in enumerate(plate.text):
        width = round(pitch * LETTER_SHARE * LETTER_WIDTHS.get(letter, 1.0))
        glyph = _glyph(letter, font).resize((width, tall), Image.Resampling.LANCZOS)
        corner = round(left * MM + (i + 0.5) * pitch - width / 2), (ink.size[1] - tall) // 2
        ink.paste(255, corner, glyph)


def _glyph(letter: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    left, top, right, bottom = font.getbbox(letter)
    glyph = Image.new("L", (int(right - left), int(bottom - top)))
    ImageDraw.Draw(glyph).text((-left, -top), letter, font=font, fill=255)
    return glyph


def _draw_band(art: Image.Image) -> None:
    """Draws the chakra hologram above a hot-stamped IND."""
    draw = ImageDraw.Draw(art)
    cx, cy, r = 25 * MM, 42 * MM, 9 * MM
    box = (cx - r, cy - r, cx + r, cy + r)
    draw.ellipse(box, fill=(176, 186, 200), outline=(110, 125, 160), width=MM)
    for spoke in range(24):
        angle = spoke * np.pi / 12
        tip = (cx + 0.85 * r * np.cos(angle), cy + 0.85 * r * np.sin(angle))
        draw.line((cx, cy, *tip), fill=(90, 110, 165), width=MM // 2)
    font = ImageFont.truetype(FONT_FILE, 16 * MM)
    draw.text((cx, 72 * MM), "IND", font=font, fill=BAND_BLUE, anchor="mm")


def _draw_screws(art: Image.Image, height: Image.Image) -> None:
    (w, h), r = art.size, 3 * MM
    for cx in (w // 4, 3 * w // 4):
        for cy in (9 * MM, h - 9 * MM):
            box = (cx - r, cy - r, cx + r, cy + r)
            ImageDraw.Draw(art).ellipse(box, fill=(120, 118, 112), outline=(60, 58, 55), width=2)
            ImageDraw.Draw(art).line((cx - r, cy, cx + r, cy + 2), fill=(50, 48, 46), width=3)
            ImageDraw.Draw(height).ellipse(box, fill=SCREW_HEIGHT)


def _soil(art: Image.Image, seed: int) -> Image.Image:
    """Adds road dust in blotches, thicker towards the lower edge."""
    rng = np.random.default_rng(seed)
    w, h = art.size
    cloud = np.zeros((h, w))
    for cells, weight in ((8, 0.5), (32, 0.3), (160, 0.2)):
        small = Image.fromarray(rng.uniform(0, 255, (max(cells // 4, 2), cells)).astype(np.uint8))
        cloud += weight * np.asarray(small.resize((w, h), Image.Resampling.BICUBIC)) / 255
    edge = np.linspace(0.3, 1.0, h)[:, None] ** 2
    dust = np.clip(cloud * 1.6 - 0.55, 0, 1) * (0.12 + 0.25 * edge)
    colour = np.array([120.0, 104.0, 84.0])
    mixed = np.asarray(art) * (1 - dust[..., None]) + colour * dust[..., None]
    return Image.fromarray(np.clip(mixed, 0, 255).astype(np.uint8))
