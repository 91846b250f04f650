"""Letters from free fonts, as masks of one height.

All fonts are in Debian packages; `training/README.md` lists the packages and licences. Fonts that
are not installed are skipped, so the factory runs with any subset.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from anpr.types import Image
from training.plates.strokes import GLYPH_HEIGHT

FONT_ROOT = Path("/usr/share/fonts")
RENDER_SIZE = 140  # em in px; makes the capitals of most fonts about GLYPH_HEIGHT high
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
MIN_TAIL = 0.04  # of the letter height: less is the overshoot of a round letter, not a tail
WORD_SIZE = 28  # em in px of small words (state names, dealers)

# Files under FONT_ROOT by family; the styles of `layouts.py` name families.
FAMILIES: dict[str, tuple[str, ...]] = {
    "narrow": (
        "opentype/bebas-neue/BebasNeue-Regular.otf",
        "opentype/bebas-neue/BebasNeue-Bold.otf",
        "opentype/bebas-neue/BebasNeue-Book.otf",
        "opentype/urw-base35/NimbusSansNarrow-Bold.otf",
        "opentype/urw-base35/NimbusSansNarrow-Regular.otf",
        "truetype/liberation/LiberationSansNarrow-Bold.ttf",
        "truetype/liberation/LiberationSansNarrow-Regular.ttf",
        "truetype/open-sans/OpenSans-CondBold.ttf",
        "truetype/roboto/unhinted/RobotoCondensed-Bold.ttf",
        "truetype/roboto/unhinted/RobotoCondensed-Medium.ttf",
        "truetype/roboto/unhinted/RobotoCondensed-Regular.ttf",
        "truetype/dejavu/DejaVuSansCondensed-Bold.ttf",
        "truetype/dejavu/DejaVuSansCondensed.ttf",
        "opentype/dosis/Dosis-SemiBold.otf",
        "opentype/dosis/Dosis-Bold.otf",
    ),
    "road": (
        "truetype/roadgeek/RG2014B.ttf",
        "truetype/roadgeek/RG2014C.ttf",
        "truetype/roadgeek/RG2014D.ttf",
        "truetype/roadgeek/RG2014E.ttf",
        "opentype/national-park/NationalPark-Regular.otf",
        "opentype/national-park/NationalPark-Heavy.otf",
        "opentype/b612/B612-Bold.otf",
        "opentype/b612/B612Mono-Bold.otf",
        "opentype/b612/B612-Regular.otf",
        "opentype/b612/B612Mono-Regular.otf",
    ),
    "sans": (
        "truetype/dejavu/DejaVuSans-Bold.ttf",
        "truetype/dejavu/DejaVuSans.ttf",
        "truetype/liberation/LiberationSans-Bold.ttf",
        "truetype/liberation/LiberationSans-Regular.ttf",
        "opentype/urw-base35/NimbusSans-Bold.otf",
        "opentype/urw-base35/NimbusSans-Regular.otf",
        "truetype/lato/Lato-Bold.ttf",
        "truetype/lato/Lato-Regular.ttf",
        "truetype/lato/Lato-Black.ttf",
        "truetype/open-sans/OpenSans-Bold.ttf",
        "truetype/open-sans/OpenSans-Regular.ttf",
        "opentype/inter/Inter-Medium.otf",
        "opentype/inter/Inter-Bold.otf",
        "opentype/cantarell/Cantarell-Bold.otf",
        "opentype/cabin/Cabin-Bold.otf",
        "truetype/roboto/unhinted/RobotoTTF/Roboto-Bold.ttf",
        "truetype/roboto/unhinted/RobotoTTF/Roboto-Medium.ttf",
        "truetype/oxygen/Oxygen-Sans-Bold.ttf",
        "truetype/noto/NotoSans-Bold.ttf",
        "truetype/noto/NotoSansDisplay-Bold.ttf",
        "opentype/mplus/Mplus1-Bold.otf",
        "opentype/mplus/Mplus1-Medium.otf",
        "truetype/karla/Karla-Bold.otf",
        "truetype/manrope/Manrope-Bold.ttf",
        "truetype/arkpandora/VerandaBd.ttf",
    ),
    "mono": (
        "truetype/dejavu/DejaVuSansMono-Bold.ttf",
        "truetype/dejavu/DejaVuSansMono.ttf",
        "truetype/liberation/LiberationMono-Bold.ttf",
        "truetype/noto/NotoSansMono-Bold.ttf",
        "truetype/jetbrains-mono/JetBrainsMono-Bold.ttf",
        "opentype/mplus/MplusCode50-Bold.otf",
        "opentype/mplus/Mplus1Code-Bold.otf",
        "opentype/urw-base35/NimbusMonoPS-Bold.otf",
        "truetype/oxygen/OxygenMono-Regular.ttf",
    ),
    "wide": (
        "opentype/jura/Jura-Bold.otf",
        "opentype/jura/Jura-SemiBold.otf",
        "truetype/play/Play-Bold.ttf",
        "truetype/play/Play-Regular.ttf",
        "opentype/sora/Sora-SemiBold.otf",
        "opentype/sora/Sora-Bold.otf",
        "opentype/league-spartan/LeagueSpartan-Bold.otf",
        "opentype/league-spartan/LeagueSpartan-SemiBold.otf",
        "opentype/urw-base35/URWGothic-Demi.otf",
        "opentype/urw-base35/URWGothic-Book.otf",
        "truetype/quicksand/Quicksand-Bold.ttf",
        "truetype/comfortaa/Comfortaa-Bold.ttf",
        "truetype/roadgeek/RG2014F.ttf",
        "truetype/roadgeek/RG2014EM.ttf",
    ),
    "painted": (
        "truetype/dejavu/DejaVuSerif-Bold.ttf",
        "truetype/dejavu/DejaVuSerifCondensed-Bold.ttf",
        "truetype/liberation/LiberationSerif-Bold.ttf",
        "truetype/liberation/LiberationSerif-BoldItalic.ttf",
        "opentype/urw-base35/NimbusRoman-Bold.otf",
        "opentype/urw-base35/URWBookman-Demi.otf",
        "opentype/urw-base35/URWBookman-DemiItalic.otf",
        "opentype/urw-base35/C059-Bold.otf",
        "opentype/urw-base35/P052-Bold.otf",
        "opentype/urw-base35/C059-BdIta.otf",
        "opentype/urw-base35/P052-BoldItalic.otf",
        "truetype/noto/NotoSerif-Bold.ttf",
        "truetype/dejavu/DejaVuSans-BoldOblique.ttf",
        "truetype/lato/Lato-BoldItalic.ttf",
        "truetype/liberation/LiberationSans-BoldItalic.ttf",
        "opentype/courier-prime/Courier Prime Bold.otf",
        "truetype/freefont/FreeSerifBold.ttf",
    ),
}
SCRIPT = (
    "truetype/liberation/LiberationSerif-BoldItalic.ttf",
    "opentype/urw-base35/Z003-MediumItalic.otf",
    "truetype/isabella/Isabella.ttf",
)


@cache
def installed(family: str) -> tuple[Path, ...]:
    """Returns the installed fonts of a family.

    Raises:
        FileNotFoundError: None of them is installed.
    """
    found = tuple(FONT_ROOT / name for name in FAMILIES[family] if (FONT_ROOT / name).exists())
    if not found:
        raise FileNotFoundError(
            f"{FONT_ROOT}: no font of family {family!r}; install those of training/README.md"
        )
    return found


@cache
def font_glyphs(path: Path) -> dict[str, Image]:
    """Draws A-Z and 0-9 in one font.

    Returns:
        A mask for each character: uint8, (GLYPH_HEIGHT, width), cut to the ink. Capitals span the
        whole height; a letter with a tail below the baseline (Q, J) is squeezed to fit.
    """
    font = ImageFont.truetype(str(path), RENDER_SIZE)
    top, bottom = font.getbbox("H", anchor="ls")[1], 0
    size = round(RENDER_SIZE * GLYPH_HEIGHT / (bottom - top))
    font = ImageFont.truetype(str(path), size)
    return {letter: _letter_mask(letter, font) for letter in LETTERS}


def _letter_mask(letter: str, font: ImageFont.FreeTypeFont) -> Image:
    """Draws one letter; see `font_glyphs`."""
    left, _, right, bottom = (int(v) for v in font.getbbox(letter, anchor="ls"))
    tail = bottom if bottom > MIN_TAIL * GLYPH_HEIGHT else 0
    width = max(4, right - left + 2)
    image = PillowImage.new("L", (width, GLYPH_HEIGHT + tail), 0)
    ImageDraw.Draw(image).text((1 - left, GLYPH_HEIGHT - 1), letter, 255, font, anchor="ls")
    if tail:
        image = image.resize((width, GLYPH_HEIGHT))
    return np.asarray(image)


@lru_cache(maxsize=256)
def _word_font(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), WORD_SIZE)


@lru_cache(maxsize=20000)
def word_mask(word: str, path: Path) -> Image:
    """Draws a small word as a mask: uint8, (height, width), cut to the ink."""
    font = _word_font(path)
    left, top, right, bottom = font.getbbox(word, anchor="ls")
    image = PillowImage.new("L", (max(2, int(right - left)), max(2, int(bottom - top))), 0)
    ImageDraw.Draw(image).text((-left, -top), word, 255, font, anchor="ls")
    return np.asarray(image)


@cache
def word_fonts() -> tuple[Path, ...]:
    """Returns the fonts for small words: three families, and script fonts more often."""
    script = tuple(FONT_ROOT / name for name in SCRIPT if (FONT_ROOT / name).exists())
    return installed("sans") + installed("narrow") + installed("painted") + script * 3
