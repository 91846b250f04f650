r"""Merge plates read by eye into ``transcripts.csv``, keeping validation and test clean.

    python -m training.data.transcripts --items items.csv --labels labels/ --data DATA \
        --out training/transcripts.csv

``items.csv`` says which box an id is (id, set, photo, box); each file of ``labels/`` has
``id,text,lines,sure``. A plate is dropped when it was not fully legible, or when its text comes
within a look-alike or one character of a validation or test plate: the same car may stand in two
photos, and weights that have seen it would be measured on their memory.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from training.data.photos import may_train, read_rows, withheld_photos

FOLD = str.maketrans("OQI", "001")
NEAR_EDITS = 1  # a slip of the pen, of the transcriber or of the one who labelled
NEAR_FROM_LENGTH = 5  # shorter texts are all within one character of some other
MAX_LENGTH = 12  # a text longer than any plate is a slip of the pen
COLUMNS = ("id", "set", "photo", "xmin", "ymin", "xmax", "ymax", "text", "lines", "sure")


def folded(text: str) -> str:
    """The text with look-alikes made one: O, Q -> 0 and I -> 1."""
    return text.translate(FOLD)


def protected_texts(data: Path) -> frozenset[str]:
    """Folded texts of every validation, test and Indian plate, second readings included."""
    texts: set[str] = set()
    for name in ("openlpr", "nanonets"):
        for row in read_rows(data / name / "plates.csv"):
            texts.update(folded(row[key]) for key in ("text", "also") if row.get(key))
    return frozenset(texts)


def is_protected(text: str, protected: Iterable[str]) -> bool:
    """Whether a text could be the plate of a car we are measured on."""
    plain = folded(text)
    if len(plain) < NEAR_FROM_LENGTH:
        return plain in set(protected)
    return any(
        Levenshtein.distance(plain, other, score_cutoff=NEAR_EDITS) <= NEAR_EDITS
        for other in protected
    )


def is_legible(text: str) -> bool:
    """Whether a transcript is complete: letters and digits only, of a plate's length."""
    return text.isascii() and text.isalnum() and len(text) <= MAX_LENGTH


def main() -> None:
    """Merge, drop, write; the counts go to stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--items", "--labels", "--data", "--out"):
        parser.add_argument(name, type=Path, required=True)
    args = parser.parse_args()
    items = {row["id"]: row for row in read_rows(args.items)}
    withheld, protected = withheld_photos(args.data), protected_texts(args.data)
    kept, illegible, guarded = [], 0, 0
    for path in sorted(args.labels.glob("*.csv")):
        for row in read_rows(path):
            item, text = items[row["id"]], row["text"].upper()
            if not may_train(item["set"], item["photo"], withheld):
                raise ValueError(f"{path}: {item['photo']} is not marked for training")
            if not is_legible(text):
                illegible += 1
            elif is_protected(text, protected):
                guarded += 1
            else:
                kept.append(item | {"text": text, "lines": row["lines"], "sure": row["sure"]})
    kept.sort(key=lambda row: int(row["id"]))
    with args.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    print(f"{len(kept)} kept, {illegible} illegible, {guarded} too like validation or test")


if __name__ == "__main__":
    main()
