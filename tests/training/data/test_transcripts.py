"""Transcripts of training plates, and the guard that keeps validation and test plates out."""

import pytest

pytest.importorskip("rapidfuzz", reason="the guard needs rapidfuzz")

from training.data.photos import read_rows, withheld_photos
from training.data.real_crops import TRANSCRIPTS
from training.data.transcripts import (
    folded,
    is_legible,
    is_protected,
    merge,
    protected_texts,
)

WITHHELD = frozenset({"train_2.jpg", "train_89.jpg"})
PROTECTED = frozenset({folded("MH20EE7601")})


def label(number: int, text: str) -> dict[str, str]:
    return {"id": str(number), "text": text, "lines": "1", "sure": "1"}


def item(number: int, photo: str, name: str = "openlpr") -> dict[str, str]:
    box = {"xmin": "1", "ymin": "2", "xmax": "30", "ymax": "9"}
    return {"id": str(number), "set": name, "photo": photo, **box}


@pytest.fixture(scope="module")
def transcripts() -> list[dict[str, str]]:
    return read_rows(TRANSCRIPTS)


@pytest.mark.parametrize(
    ("text", "is_near"),
    [
        ("MH20EE7601", True),
        ("MH20EE760", True),
        ("MH20EF7601", True),
        ("MH2OEE76O1", True),  # look-alikes are no difference
        ("MH20EF7602", False),
        ("MH20EE76", False),
    ],
)
def test_a_text_one_slip_away_from_a_held_out_plate_is_protected(text, is_near):
    assert is_protected(text, PROTECTED) == is_near


def test_a_short_text_is_protected_only_if_it_is_the_same():
    assert is_protected("AB12", ["AB12"])
    assert not is_protected("AB13", ["AB12"])


def test_legible_transcripts_are_kept_in_the_order_of_their_ids():
    items = {"7": item(7, "train_1.jpg"), "3": item(3, "train_a.jpg", "romanian")}
    labels = [label(7, "ab12cd"), label(3, "B99XYZ")]
    merged = merge(labels, items, WITHHELD, PROTECTED)
    assert [(row["id"], row["text"]) for row in merged.rows] == [("3", "B99XYZ"), ("7", "AB12CD")]
    assert (merged.illegible, merged.protected) == (0, 0)


def test_incomplete_and_protected_transcripts_are_dropped_and_counted():
    items = {"1": item(1, "train_1.jpg"), "2": item(2, "train_1.jpg")}
    merged = merge([label(1, "AB?2"), label(2, "MH20EE7602")], items, WITHHELD, PROTECTED)
    assert (merged.rows, merged.illegible, merged.protected) == ([], 1, 1)


def test_a_plate_in_a_photo_that_is_also_in_nanonets_is_dropped_whatever_its_text():
    items = {"1": item(1, "train_89.jpg")}
    merged = merge([label(1, "XY99ZZZ")], items, WITHHELD, PROTECTED)
    assert (merged.rows, merged.protected) == ([], 1)


def test_a_transcript_of_a_held_out_photo_is_an_error():
    with pytest.raises(ValueError, match=r"id 1: train_2\.jpg is not marked for training"):
        merge([label(1, "XY99ZZZ")], {"1": item(1, "train_2.jpg")}, WITHHELD, PROTECTED)


def test_no_transcript_is_of_a_held_out_photo_or_plate(transcripts, nanonets):
    data = nanonets.parent
    withheld, protected = withheld_photos(data), protected_texts(data)
    for row in transcripts:
        assert row["set"] in {"openlpr", "romanian"}
        assert row["set"] != "openlpr" or row["photo"] not in withheld
        assert row["set"] != "romanian" or row["photo"].startswith("train_")
        assert not is_protected(row["text"], protected)


def test_transcripts_are_complete(transcripts):
    assert len(transcripts) > 1500
    for row in transcripts:
        assert is_legible(row["text"]), row
        assert row["lines"] in {"1", "2"}
        assert float(row["xmin"]) < float(row["xmax"])
        assert float(row["ymin"]) < float(row["ymax"])
