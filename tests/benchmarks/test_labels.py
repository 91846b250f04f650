"""Label files: which plates they hold, and which of them are scored."""

import pytest

from anpr.types import Box
from benchmarks.labels import InputError, Rectangle, load_boxes, load_labels, select
from tests.benchmarks.builders import write_labels


def test_use_also_and_ambiguous_are_respected(tmp_path):
    labels = load_labels(
        write_labels(
            tmp_path / "plates.csv",
            "a.jpg,0,0,10,10,AB12,AB1207,1,yes,,validation",
            "b.jpg,0,0,10,10,CD34,,1,no: unreadable,,validation",
            "c.jpg,0,0,10,10,EF56,,1,yes,yes,test",
        )
    )
    assert [label.is_scored for label in labels] == [True, False, False]
    assert labels[0].texts == ("AB12", "AB1207")
    assert [label.split for label in labels] == ["validation", "validation", "test"]


def test_a_label_file_without_its_columns_is_named(tmp_path):
    (tmp_path / "boxes.csv").write_text("photo,xmin\n")
    with pytest.raises(InputError, match=r"boxes\.csv: columns are missing: ymin, xmax"):
        load_labels(tmp_path / "boxes.csv")


def test_boxes_need_neither_texts_nor_splits(tmp_path):
    path = tmp_path / "boxes.csv"
    path.write_text("photo,xmin,ymin,xmax,ymax\nvalid_1.jpg,1,2,3.5,4\ntrain_2.jpg,0,0,9,9\n")
    first, second = load_boxes(path)
    assert (first.box, first.split, first.texts) == (Rectangle(1, 2, 3.5, 4), "valid", ())
    assert (second.split, second.is_scored, second.corners) == ("train", True, None)


def test_corners_are_read_if_they_are_labelled(tmp_path):
    path = tmp_path / "boxes.csv"
    path.write_text(
        "photo,xmin,ymin,xmax,ymax,x0,y0,x1,y1,x2,y2,x3,y3\na_1.jpg,0,0,9,9,0,1,9,0,9,8,0,9\n"
    )
    assert load_boxes(path)[0].corners == ((0, 1), (9, 0), (9, 8), (0, 9))


def test_labels_are_selected_by_split_and_number_of_lines(tmp_path):
    labels = load_labels(
        write_labels(
            tmp_path / "plates.csv",
            "a.jpg,0,0,10,10,AB12,,1,yes,,validation",
            "b.jpg,0,0,10,10,CD34,,2,yes,,validation",
        )
    )
    assert [label.photo for label in select(labels, "validation", lines=2)] == ["b.jpg"]
    assert len(select(labels, None)) == 2
    with pytest.raises(InputError, match="there are: validation"):
        select(labels, "test")


def test_a_rectangle_covers_its_box_and_contains_its_edge():
    rectangle = Rectangle.of_box(Box(1, 2, 30, 10))
    assert rectangle == Rectangle(1, 2, 31, 12)
    assert rectangle.contains(*rectangle.centre)
    assert rectangle.contains(31, 2)
    assert not rectangle.contains(32, 2)
