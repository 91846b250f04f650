"""What the plates of the world say and how they are laid out, as data.

Source of the patterns, colours and sizes: the countries' entries in Wikipedia's "Vehicle
registration plates of ..." articles, simplified; a wrong detail costs little, a missing kind of
plate costs all its readings.

The pattern language, one string a plate, lines separated by ``|``; of three lines the first two
stand small beside the third, and are read before it:

======== ==========================================================================
``A``    a letter                    ``9``  a digit               ``8``  a digit from 1
``<x>``  one word of ``WORDS[x]``    ``=X`` the character X itself
`` ``    a group gap                 ``-``  a dash                ``.``  a dot
``*``    a seal, emblem or sticker   ``~``  begins a small raised part, ended by another ``~``
``[]``   letters stacked in a narrow column      ``()`` brackets, round or square
======== ==========================================================================
"""

from __future__ import annotations

from dataclasses import dataclass

Range = tuple[float, float]
DARK: Range = (0.02, 0.25)
MID: Range = (0.2, 0.45)  # blue, green or red ink, as a camera's gray sees it
GREY: Range = (0.5, 0.8)
WHITE: Range = (0.75, 1.0)
YELLOW: Range = (0.55, 0.85)
BLACK: Range = (0.02, 0.18)
COLOUR: Range = (0.2, 0.5)
PALE: Range = (0.6, 0.95)
# Letters in use: most countries leave out those that look like digits, each its own.
ANY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CLEAR_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
GB_LETTERS = "ABCDEFGHJKLMNOPRSTUVWXYZ"  # no I, no Q
IN_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I, no O
# Lettering: ``stroke`` is drawn from skeletons, the others are families of ``fonts.py``.
EU_TEXT = ("stroke", "stroke", "narrow", "road")
GB_TEXT = ("stroke", "narrow", "sans", "road")
IN_TEXT = ("stroke", "stroke", "sans", "narrow", "road", "mono", "wide", "painted")


@dataclass(frozen=True)
class Style:
    """One kind of plate.

    Attributes:
        name: for contact sheets.
        share: relative frequency in the mixture.
        aspects: width over height of the sheet of metal, (low, high).
        patterns: texts, separated by ", "; see the module's docstring.
        colours: (ink, ground) pairs of gray ranges, 0 black to 1 white; one pair is drawn.
        families: lettering; ``stroke`` means drawn skeletons, else a family of ``fonts.py``.
        heights: height of the lines together, of the plate's height.
        widths: width of the written part, of the room there is.
        letters: those its texts use; nothing stands for ANY_LETTERS or CLEAR_LETTERS by turns.
        left, right: ``eu`` (band with country letters), ``picture``, ``ind``, or nothing.
        top, bottom: kinds of small words above and below (a key of ``SMALL_WORDS``) or nothing.
        art: chance of a picture behind the letters.
        border: chance of a line around.
    """

    name: str
    share: float
    aspects: Range
    patterns: str
    colours: tuple[tuple[Range, Range], ...]
    families: tuple[str, ...]
    heights: Range
    widths: Range
    letters: str = ""
    left: str = ""
    right: str = ""
    top: str = ""
    bottom: str = ""
    art: float = 0.0
    border: float = 0.5
