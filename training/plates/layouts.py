"""What is written on the plates of the world and how it is laid out, as data for drawing them.

`anpr/decide/formats.py` is another table: the formats that a text read may have.

Source of the patterns, colours and sizes: the countries' entries in Wikipedia's "Vehicle
registration plates of ..." articles, simplified. A wrong detail costs little; a missing kind of
plate costs all its readings.

The pattern language: one string for each plate, its lines separated by `|`. If there are three
lines, the first two stand small beside the third, and are read before it.

======== ==========================================================================
`A`      a letter                    `9`  a digit               `8`  a digit from 1
`<x>`    one word of `WORDS[x]`      `=X` the character X itself
` `      a gap between groups        `-`  a dash                `.`  a dot
`*`      a seal, emblem or sticker   `~`  begins or ends a small raised part
`[]`     letters stacked in a narrow column             `()` brackets, round or square
======== ==========================================================================
"""

from __future__ import annotations

from dataclasses import dataclass

Range = tuple[float, float]
DARK: Range = (0.02, 0.25)
MID: Range = (0.2, 0.45)  # blue, green or red ink, as a camera's gray shows it
GREY: Range = (0.5, 0.8)
WHITE: Range = (0.75, 1.0)
YELLOW: Range = (0.55, 0.85)
BLACK: Range = (0.02, 0.18)
COLOUR: Range = (0.2, 0.5)
PALE: Range = (0.6, 0.95)
# Letters in use: most countries leave out those that look like digits, each its own selection.
ANY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CLEAR_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
GB_LETTERS = "ABCDEFGHJKLMNOPRSTUVWXYZ"  # no I, no Q
IN_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I, no O
# Lettering: `stroke` is drawn from skeletons, the others are font families of `fonts.py`.
EU_TEXT = ("stroke", "stroke", "narrow", "road")
GB_TEXT = ("stroke", "narrow", "sans", "road")
IN_TEXT = ("stroke", "stroke", "sans", "narrow", "road", "mono", "wide", "painted")


@dataclass(frozen=True)
class Style:
    """One kind of plate."""

    name: str
    """Title on contact sheets."""
    share: float
    """Relative frequency in the mixture."""
    aspects: Range
    """Width over height of the sheet of metal, minimum and maximum."""
    patterns: str
    """Texts, separated by ", "; see the module's docstring."""
    colours: tuple[tuple[Range, Range], ...]
    """Pairs of gray ranges, ink and ground, 0 black to 1 white; one pair is chosen at random."""
    families: tuple[str, ...]
    """Lettering: `stroke` for drawn skeletons, or a family of `fonts.py`."""
    heights: Range
    """Height of all lines together, as a share of the plate's height."""
    widths: Range
    """Width of the text, as a share of the room there is."""
    letters: str = ""
    """Letters in use; empty means `ANY_LETTERS` or `CLEAR_LETTERS`, chosen at random."""
    left: str = ""
    """Left end: `eu` (band with country letters), `picture`, `kanji`, `ind` or empty."""
    right: str = ""
    """Right end: a band if it is not empty."""
    top: str = ""
    """Kind of small words above the text, a key of `SMALL_WORDS`, or empty."""
    bottom: str = ""
    """Kind of small words below the text, as for `top`."""
    art: float = 0.0
    """Probability of a picture behind the letters."""
    border: float = 0.5
    """Probability of a line around the plate."""
