"""Labelled plates: the CSV files beside folders of photos."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from anpr.types import Box, Image

BOX_COLUMNS = ("photo", "xmin", "ymin", "xmax", "ymax")
PLATE_COLUMNS = (*BOX_COLUMNS, "text", "split")
CORNER_COLUMNS = tuple(f"{axis}{corner}" for corner in range(4) for axis in "xy")


class InputError(ValueError):
    """There is nothing to measure, or the labels cannot be used; the message gives the reason."""


@dataclass(frozen=True)
class Rectangle:
    """An upright rectangle: left, top, right, bottom in pixels of the photo."""

    xmin: float
    ymin: float
    xmax: float
    ymax: float

    @classmethod
    def of_box(cls, box: Box) -> "Rectangle":
        """Returns the rectangle that a box covers."""
        return cls(box.x, box.y, box.x + box.width, box.y + box.height)

    @property
    def height(self) -> float:
        """Height in pixels."""
        return self.ymax - self.ymin

    @property
    def centre(self) -> tuple[float, float]:
        """X and y in pixels of the photo."""
        return (self.xmin + self.xmax) / 2, (self.ymin + self.ymax) / 2

    @property
    def area(self) -> float:
        """Area in square pixels; 0 if the rectangle is empty."""
        return max(0.0, self.xmax - self.xmin) * max(0.0, self.ymax - self.ymin)

    def contains(self, x: float, y: float) -> bool:
        """Returns whether a point lies inside or on the edge."""
        return self.xmin <= x <= self.xmax and self.ymin <= y <= self.ymax


@dataclass(frozen=True)
class LabelledPlate:
    """One plate in one photo, as a person labelled it."""

    photo: str
    """File name of the photo."""
    box: Rectangle
    texts: tuple[str, ...]
    """The readings that count as correct: the label's `text`, then its `also` if there is one."""
    lines: int
    """Number of lines of text on the plate; 1 if the file has no such column."""
    split: str
    is_scored: bool
    """False for an unreadable, ambiguous or duplicate plate; a text read there is no error."""
    corners: tuple[tuple[float, float], ...] | None = None
    """x and y of the four corners, clockwise from the top left; `None` if they are not labelled."""


def load_labels(path: Path) -> list[LabelledPlate]:
    """Reads a `plates.csv`.

    Columns: photo, xmin, ymin, xmax, ymax, text, split. Optional columns: `use` (only `yes` is
    scored), `also` (a second accepted reading), `ambiguous` (not scored if it is filled in) and
    `lines`.

    Raises:
        InputError: A column is missing; the message names the file.
    """
    return _load(path, PLATE_COLUMNS)


def load_boxes(path: Path) -> list[LabelledPlate]:
    """Reads a `plates.csv`, or a `boxes.csv`, which has the position of each plate but no text.

    Columns: photo, xmin, ymin, xmax, ymax. Optional columns: x0, y0, ... x3, y3 (the corners,
    clockwise from the top left) and those of `load_labels`. Without a split column, the split is
    the part of the photo's name before the first `_`, as in `valid_12.jpg`.

    Raises:
        InputError: A column is missing; the message names the file.
    """
    return _load(path, BOX_COLUMNS)


def by_photo(labels: Iterable[LabelledPlate]) -> dict[str, list[LabelledPlate]]:
    """Groups labels by the file name of their photo, in order."""
    photos: dict[str, list[LabelledPlate]] = {}
    for label in labels:
        photos.setdefault(label.photo, []).append(label)
    return photos


def select(
    labels: Sequence[LabelledPlate], split: str | None, lines: int | None = None
) -> list[LabelledPlate]:
    """Returns the labels to score.

    Args:
        labels: All labels of a file.
        split: Only labels of this split; `None` means all.
        lines: Only plates with this number of lines; `None` means all.

    Raises:
        InputError: There is nothing to score; the message lists the splits.
    """
    selected = [
        label
        for label in labels
        if label.is_scored and split in (None, label.split) and lines in (None, label.lines)
    ]
    if not selected:
        splits = ", ".join(sorted({label.split for label in labels}))
        raise InputError(f"nothing to score in split {split!r}; there are: {splits}")
    return selected


def crop(photo: Image, box: Rectangle) -> Image:
    """Cuts a labelled box out of its photo; its edges are rounded to whole pixels."""
    top, bottom = max(0, round(box.ymin)), round(box.ymax)
    left, right = max(0, round(box.xmin)), round(box.xmax)
    return photo[top:bottom, left:right]


def _load(path: Path, columns: Sequence[str]) -> list[LabelledPlate]:
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise InputError(f"{path}: columns are missing: {', '.join(missing)}")
        return [_label(row) for row in reader]


def _label(row: dict[str, str]) -> LabelledPlate:
    box = Rectangle(*(float(row[side]) for side in ("xmin", "ymin", "xmax", "ymax")))
    texts = tuple(text for text in (row.get("text", ""), row.get("also", "")) if text)
    is_scored = row.get("use", "yes") == "yes" and not row.get("ambiguous")
    lines = int(row.get("lines") or 1)
    split = row.get("split") or row["photo"].split("_")[0]
    return LabelledPlate(row["photo"], box, texts, lines, split, is_scored, _corners(row))


def _corners(row: dict[str, str]) -> tuple[tuple[float, float], ...] | None:
    if not all(row.get(column) for column in CORNER_COLUMNS):
        return None
    values = [float(row[column]) for column in CORNER_COLUMNS]
    return tuple(zip(values[::2], values[1::2], strict=True))
