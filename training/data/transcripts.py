r"""Merges texts read by eye into `transcripts.csv`, and keeps validation and test plates out.

    python -m training.data.transcripts --items items.csv --labels labels/ --data DATA \
        --out training/data/transcripts.csv

`items.csv` lists the boxes (columns id, set, photo, xmin, ymin, xmax, ymax); each CSV file in
`labels/` holds texts of them (columns id, text, lines, sure). A plate is dropped if it was not
fully legible, if its photo is also in NanoNets, or if its text equals a validation or test plate
up to look-alikes and one character: the same car may stand in two photos, and a network that was
trained on one of them would be measured on its memory.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from training.data.photos import NANONETS_DUPLICATES, may_train, read_rows, withheld_photos

FOLD = str.maketrans("OQI", "001")
NEAR_EDITS = 1  # allows for one slip, by whoever transcribed the plate or labelled the other one
NEAR_FROM_LENGTH = 5  # almost every shorter text is within one character of some other
MAX_LENGTH = 12  # characters; a longer text than any plate has is a slip
COLUMNS = ("id", "set", "photo", "xmin", "ymin", "xmax", "ymax", "text", "lines", "sure")


@dataclass
class Merged:
    """Result of merging transcripts."""

    rows: list[dict[str, str]] = field(default_factory=list)
    """The rows to write, with all of `COLUMNS`."""
    illegible: int = 0
    """Number of plates dropped because their text was incomplete."""
    protected: int = 0
    """Number of plates dropped because they may be a validation or test plate."""


def folded(text: str) -> str:
    """Returns a text without the difference between look-alikes: O and Q become 0, I becomes 1."""
    return text.translate(FOLD)


def protected_texts(data: Path) -> frozenset[str]:
    """Returns the folded texts of all NanoNets plates and of OpenLPR's validation and test plates.

    Second accepted readings are included.
    """
    texts: set[str] = set()
    for name in ("openlpr", "nanonets"):
        for row in read_rows(data / name / "plates.csv"):
            texts.update(folded(row[key]) for key in ("text", "also") if row.get(key))
    return frozenset(texts)


def is_protected(text: str, protected: Iterable[str]) -> bool:
    """Returns whether a text could be the plate of a car that is kept for validation or test."""
    plain = folded(text)
    if len(plain) < NEAR_FROM_LENGTH:
        return plain in set(protected)
    return any(
        Levenshtein.distance(plain, other, score_cutoff=NEAR_EDITS) <= NEAR_EDITS
        for other in protected
    )


def is_legible(text: str) -> bool:
    """Returns whether a transcript is complete: only letters and digits, no longer than a plate."""
    return text.isascii() and text.isalnum() and len(text) <= MAX_LENGTH


def merge(
    labels: Iterable[Mapping[str, str]],
    items: Mapping[str, Mapping[str, str]],
    withheld: frozenset[str],
    protected: frozenset[str],
) -> Merged:
    """Selects the transcripts that may be trained on.

    Args:
        labels: The transcripts, with the columns id, text, lines and sure.
        items: The labelled boxes by id.
        withheld: See `training.data.photos.withheld_photos`.
        protected: See `protected_texts`.

    Raises:
        ValueError: A photo is for validation or test, and should not have been transcribed.
    """
    merged = Merged()
    for label in labels:
        item, text = items[label["id"]], label["text"].upper()
        is_duplicate = item["set"] == "openlpr" and item["photo"] in NANONETS_DUPLICATES
        if not is_duplicate and not may_train(item["set"], item["photo"], withheld):
            raise ValueError(f"id {label['id']}: {item['photo']} is not marked for training")
        if not is_legible(text):
            merged.illegible += 1
        elif is_duplicate or is_protected(text, protected):
            merged.protected += 1
        else:
            row = {"text": text, "lines": label["lines"], "sure": label["sure"]}
            merged.rows.append({**item, **row})
    merged.rows.sort(key=lambda row: int(row["id"]))
    return merged


def main() -> None:
    """Merges the transcripts, writes them and prints how many were kept and dropped."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--items", "--labels", "--data", "--out"):
        parser.add_argument(name, type=Path, required=True)
    arguments = parser.parse_args()
    files = sorted(arguments.labels.glob("*.csv"))
    merged = merge(
        (row for path in files for row in read_rows(path)),
        {row["id"]: row for row in read_rows(arguments.items)},
        withheld_photos(arguments.data),
        protected_texts(arguments.data),
    )
    with arguments.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(merged.rows)
    print(
        f"{len(merged.rows)} kept, {merged.illegible} illegible, "
        f"{merged.protected} too similar to validation or test"
    )


if __name__ == "__main__":
    main()
