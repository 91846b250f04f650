"""Is this a whole plate? What no probability of characters can tell, but where it stands can.

Each check returns how likely the plate is whole, and why it may not be.
"""

import re
from collections.abc import Iterator

from anpr.decide.grammar import is_partial
from anpr.types import Box, Plate, Why, has_digit

EDGE_PX, EDGE_SHARE = 2, 0.02  # px, and of the box's width: corners are found no more exactly
ROOM_SHARE = 0.1  # of the box's width, at the other edge: less is the frame of a picture of a plate
CUT_OFF_PROBABILITY = 0.3  # that a plate at the edge shows all of its characters
MIN_HEIGHT_PX = 10  # of a line of characters; lower ones are guesses
TOO_SMALL_PROBABILITY = 0.8
WORD_PROBABILITY = 0.8  # that a text without a digit is a plate
PARTIAL_PROBABILITY = 0.5  # that Latin characters alone are the plate, where another script is

CAMERA_TEXT_PROBABILITY = 0.2  # that digits which make a date or a time are a plate
NO_FORMAT_PROBABILITY = 0.85  # that a text which fits no format is a plate: a vanity plate, say
SIGN_PROBABILITY = 0.5  # that a word of signs with a number is a plate
MAX_DIGITS = 8  # without a letter; plates with more are unknown, dates with a time are common
SIGN = re.compile(r"(CAM|CAMERA|CH|EXIT|STOP|GATE|LANE|LEVEL|ROUTE|ZONE)\d{1,3}|\d{2,3}(KMH|MPH)")
TIME_OF_DAY = re.compile(r"(0?\d|1[0-2])([0-5]\d){1,2}[AP]M")
YEAR, MONTH, DAY = r"(19|20)\d\d", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
CLOCK = r"([01]\d|2[0-3])?([0-5]\d){0,2}"
DATE = re.compile(f"{YEAR}{MONTH}{DAY}{CLOCK}|{DAY}{MONTH}{YEAR}{CLOCK}|{MONTH}{DAY}{YEAR}{CLOCK}")

CUT_OFF = Why("cut_off", "cut off by the edge of the photo")


def check_whole(
    plate: Plate, text: str, line_count: int, region: str, fits: bool
) -> tuple[float, Why | None]:
    """Returns how likely this is a whole plate, and why it may not be.

    Args:
        plate: The upright plate.
        text: Its text.
        line_count: The lines of the text.
        region: Code of the region that explains the text; may be empty.
        fits: Whether the text fits a format of the regions that are possible.

    Returns:
        A probability, 0 to 1, and the strongest doubt; 1 and `None` without any.
    """
    doubts = (*_doubts_about_place(plate, line_count), *_doubts_about_text(text, region, fits))
    return min(doubts, key=lambda doubt: doubt[0], default=(1.0, None))


def _doubts_about_place(plate: Plate, line_count: int) -> Iterator[tuple[float, Why]]:
    if plate.photo_wh is not None and is_cut_off(plate.candidate.box, plate.photo_wh):
        yield CUT_OFF_PROBABILITY, CUT_OFF
    height, width = plate.gray.shape
    if height / max(1, line_count) < MIN_HEIGHT_PX:
        yield TOO_SMALL_PROBABILITY, Why("too_small", f"too small ({width} px wide)")


def _doubts_about_text(text: str, region: str, fits: bool) -> Iterator[tuple[float, Why]]:
    if is_date_or_time(text):
        yield CAMERA_TEXT_PROBABILITY, Why("date_or_time", "reads like a date or a time of day")
    if SIGN.fullmatch(text):
        yield SIGN_PROBABILITY, Why("sign", "reads like a sign or the name of a camera")
    if not fits:
        yield NO_FORMAT_PROBABILITY, Why("no_format", "fits no format of the regions")
    if region and is_partial(region):
        phrase = f"plates of {region} also have characters of another script"
        yield PARTIAL_PROBABILITY, Why("other_script", phrase)
    if not has_digit(text):
        yield WORD_PROBABILITY, Why("no_digit", "a word without a digit")


def is_date_or_time(text: str) -> bool:
    """Returns whether a text is what cameras write into their pictures.

    >>> is_date_or_time("20200522"), is_date_or_time("600PM"), is_date_or_time("20991522")
    (True, True, False)
    """
    is_long_number = text.isdigit() and len(text) > MAX_DIGITS
    return is_long_number or bool(DATE.fullmatch(text) or TIME_OF_DAY.fullmatch(text))


def is_cut_off(box: Box, photo_wh: tuple[int, int]) -> bool:
    """Returns whether a box touches the left or right edge of its photo, and that edge alone.

    With little room at the other edge, too, the photo is a picture of the plate and nothing else.
    """
    left, right = box.x, photo_wh[0] - box.x - box.width
    nearer, farther = sorted((left, right))
    return nearer < max(EDGE_PX, EDGE_SHARE * box.width) and farther > ROOM_SHARE * box.width
