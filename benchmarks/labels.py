"""Reads labelled plates: the CSV files beside folders of photos."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from anpr.types import Image

BOX_COLUMNS = ("photo", "xmin", "ymin", "xmax", "ymax")
COLUMNS = (*BOX_COLUMNS, "text", "split")
CORNER_COLUMNS = tuple(f"{axis}{corner}" for corner in range(4) for axis in "xy")


@dataclass(frozen=True)
class Rectangle:
    """An upright rectangle: left, top, right, bottom in pixels of the photo."""

    xmin: float
    ymin: float
    xmax: float
    ymax: float

    @property
    def height(self) -> float:
        """In pixels."""
        return self.ymax - self.ymin

    @property
    def centre(self) -> tuple[float, float]:
        """X and y."""
        return (self.xmin + self.xmax) / 2, (self.ymin + self.ymax) / 2

    @property
    def area(self) -> float:
        """Square pixels; 0 when it is empty."""
        return max(0.0, self.xmax - self.xmin) * max(0.0, self.ymax - self.ymin)


@dataclass(frozen=True)
class LabelledPlate:
    """What a person says of one plate in one photo."""

    photo: str
    box: Rectangle
    texts: tuple[str, ...]
    """The readings that count as right; the first is the label's `text`, a second its `also`."""
    lines: int
    """The lines of text on the plate; 1 where the labels do not say."""
    split: str
    is_scored: bool
    """False for what is unreadable, ambiguous or a duplicate: known to be a plate, no more."""
    corners: tuple[tuple[float, float], ...] | None = None
    """x and y of its four corners, clockwise from the top left; None where not labelled."""


def load_labels(path: Path) -> list[LabelledPlate]:
    """Reads a `plates.csv`.

    Columns: photo, xmin, ymin, xmax, ymax, text, split; optional: `use` (scored where it is
    `yes`), `also` (a second accepted reading), `ambiguous` (not scored where it is filled in).

    Raises:
        ValueError: A column is missing; the message names the file.
    """
    return _load(path, COLUMNS)


def load_boxes(path: Path) -> list[LabelledPlate]:
    """Reads a `plates.csv`, or a `boxes.csv` that knows where plates are and not what they say.

    Columns: photo, xmin, ymin, xmax, ymax; optional: x0, y0, ... x3, y3 (the corners, clockwise
    from the top left) and those of `load_labels`. Without a split, a photo's is the part of its
    name before the first `_`, as in `valid_12.jpg`.

    Raises:
        ValueError: A column is missing; the message names the file.
    """
    return _load(path, BOX_COLUMNS)


def by_photo(labels: Iterable[LabelledPlate]) -> dict[str, list[LabelledPlate]]:
    """Groups labels by their photo, in order."""
    photos: dict[str, list[LabelledPlate]] = {}
    for label in labels:
        photos.setdefault(label.photo, []).append(label)
    return photos


def _load(path: Path, columns: Sequence[str]) -> list[LabelledPlate]:
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{path}: columns are missing: {', '.join(missing)}")
        return [_label(row) for row in reader]


def select(
    labels: Iterable[LabelledPlate], split: str | None, lines: int | None = None
) -> list[LabelledPlate]:
    """Returns the labels that are scored, of one split (None: of all) and number of lines.

    Raises:
        ValueError: There is none; the message says which splits there are.
    """
    labels = list(labels)
    selected = [
        label
        for label in labels
        if label.is_scored and split in (None, label.split) and lines in (None, label.lines)
    ]
    if not selected:
        splits = ", ".join(sorted({label.split for label in labels}))
        raise ValueError(f"nothing to score in split {split!r}; there are: {splits}")
    return selected


def crop(photo: Image, box: Rectangle) -> Image:
    """Cuts a labelled box out of its photo, to the nearest whole pixel."""
    top, bottom = max(0, round(box.ymin)), round(box.ymax)
    left, right = max(0, round(box.xmin)), round(box.xmax)
    return photo[top:bottom, left:right]


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
