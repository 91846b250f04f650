"""Photo in, readings out, with the networks that are shipped and with stages of our own."""

import logging
from dataclasses import replace

import cv2
import numpy as np
import pytest

from anpr import PlateReader
from anpr.cli.main import main
from anpr.debug import HIDDEN, HiddenWindows
from anpr.errors import ImageError, PhotoError, RegionError
from anpr.locate.morphology import AtWorkingWidth, MorphologyLocator
from anpr.locate.network import NetworkLocator
from anpr.photo import Photo
from anpr.pipeline import default_locators
from anpr.read.prepared import PreparedTesseractReader
from anpr.types import Candidate, Reading, Status
from tests.builders import PLATE_TEXT, PLATE_XYWH, SAMPLE_TEXTS, SAMPLES, rectangle, write_photo
from tests.fakes.stages import FixedLocator, FixedRecognizer

X, Y, WIDTH, HEIGHT = PLATE_XYWH


@pytest.fixture(scope="module")
def reader() -> PlateReader:
    return PlateReader()


def texts(readings: list[Reading]) -> list[str]:
    return [reading.text for reading in readings]


def exactly(readings: list[Reading]) -> list[tuple]:
    """All that a caller can see of readings, without any rounding."""
    return [
        (repr(reading.to_dict()), reading.confidence, reading.candidate.outline.tolist())
        for reading in readings
    ]


# Photos and arrays


def test_reads_a_plate_where_it_is(reader, photo):
    (reading,) = reader.read(photo)
    assert reading.text == PLATE_TEXT
    x, y, width, height = reading.candidate.box
    assert abs(x - X) < 12 and abs(y - Y) < 12
    assert abs(width - WIDTH) < 20 and abs(height - HEIGHT) < 20
    assert "".join(character.value for character in reading.characters) == PLATE_TEXT


def test_leaves_the_photo_alone(reader, photo):
    image = photo.copy()
    reader.read(image)
    assert np.array_equal(image, photo)


@pytest.mark.parametrize("name", SAMPLE_TEXTS)
def test_a_path_its_bytes_and_its_photo_are_read_the_same(reader, name):
    path = SAMPLES / name
    expected = reader.read(path)
    assert texts(expected) == [SAMPLE_TEXTS[name]]
    for same in (str(path), path.read_bytes(), Photo.open(path)):
        assert exactly(reader.read(same)) == exactly(expected)


@pytest.mark.parametrize("name", SAMPLE_TEXTS)
def test_the_gray_of_a_photo_that_is_not_reduced_is_read_as_the_photo(reader, name):
    """An array is read as it is: the luma of a JPEG cannot be had back from its colours."""
    photo = Photo.open(SAMPLES / name)
    assert photo.factor == 1
    assert exactly(reader.read(photo.whole)) == exactly(reader.read(SAMPLES / name))


def test_a_photo_is_read_the_same_after_its_colours_were_asked_for(reader):
    for name in SAMPLE_TEXTS:
        photo = Photo.open(SAMPLES / name)
        assert photo.bgr.ndim == 3
        assert exactly(reader.read(photo)) == exactly(reader.read(SAMPLES / name))


def test_the_name_of_a_photo_says_nothing_about_its_format(reader, tmp_path, photo):
    path = write_photo(tmp_path / "car.png", photo).rename(tmp_path / "car")
    assert texts(reader.read(path)) == [PLATE_TEXT]


@pytest.mark.parametrize("to", [cv2.COLOR_BGR2GRAY, cv2.COLOR_BGR2BGRA])
def test_reads_gray_and_transparent_photos(reader, photo, to):
    assert texts(reader.read(cv2.cvtColor(photo, to))) == [PLATE_TEXT]


def test_reads_every_plate(reader, photo):
    assert texts(reader.read(np.vstack([photo, photo]))) == [PLATE_TEXT] * 2


@pytest.mark.parametrize("angle", [-15, 15])
def test_reads_a_turned_plate_as_if_it_stood_upright(reader, photo, angle):
    turn = cv2.getRotationMatrix2D((X + WIDTH / 2, Y + HEIGHT / 2), angle, 1)
    turned = cv2.warpAffine(photo, turn, (600, 400), borderValue=(60, 60, 60))
    assert texts(reader.read(turned)) == [PLATE_TEXT]


def test_a_distant_plate_is_found_at_twice_the_resolution(reader, photo):
    """It is 69 px wide in a photo 1800 wide: the detector's first input has it 18 px wide."""
    wide = np.full((1200, 1800, 3), 60, np.uint8)
    wide[700:853, 1000:1230] = cv2.resize(photo, (230, 153), interpolation=cv2.INTER_AREA)
    assert texts(reader.read(wide)) == [PLATE_TEXT]
    first, finer, _ = default_locators(NetworkLocator())
    assert PlateReader([first]).read(wide) == []
    assert finer.candidates(photo[:, :, 0][:200, :300]) == [], "the first one saw it whole"


def test_a_photo_without_a_plate_has_no_reading(reader):
    assert reader.read(np.full((400, 600, 3), 90, np.uint8)) == []


def test_what_is_no_image_is_refused(reader):
    with pytest.raises(ImageError, match="got int"):
        reader.read(7)
    with pytest.raises(ImageError, match=r"got None, which cv2\.imread returns"):
        reader.read(None)
    with pytest.raises(PhotoError, match="no such file"):
        reader.read("car.jpg")
    with pytest.raises(PhotoError, match="cannot decode"):
        reader.read(b"no photo")


# Options


@pytest.mark.parametrize("regions", [("atlantis",), ("in", "atlantis"), ("i n",), ("",)])
def test_an_unknown_region_is_refused_as_the_command_refuses_it(regions, capsys):
    with pytest.raises(RegionError) as error:
        PlateReader(regions=regions)
    told = str(error.value)
    assert told.startswith(f"{regions[-1]!r} is not a known region; the nearest are ")
    with pytest.raises(SystemExit) as stop:
        main(["--region", *regions, "-i", "car.jpg"])
    assert stop.value.code == error.value.exit_code == 2
    assert told in capsys.readouterr().err


def test_regions_are_given_by_any_name_and_kept_as_codes():
    reader = PlateReader(regions=("UK", "gb", "Germany"))
    assert reader.regions == ("gb", "de")
    assert replace(reader, one=True).regions == reader.regions
    assert {"fr", "ie"} < set(PlateReader(regions=("eu",)).regions)


BLANK = np.full((400, 600, 3), 90, np.uint8)


def fixed(*answers: dict[str, float], scores: tuple[float, ...] = (), **options) -> PlateReader:
    """A reader of plates on which known texts are seen; without scores, each of 0.5."""
    locator = FixedLocator(*(scores or (0.5,) * len(answers)))
    return PlateReader([locator], FixedRecognizer(*answers), **options)


def test_regions_decide_what_can_be_acted_on():
    """The letter O and the digit 0 are seen nearly alike."""
    seen = {"KLO7BF5000": 0.5, "KL07BF5000": 0.45}
    (in_india,) = fixed(seen, regions=("in",)).read(BLANK)
    assert (in_india.status, in_india.text, in_india.region) == (Status.READ, "KL07BF5000", "in")
    (in_sweden,) = fixed(seen, regions=("se",)).read(BLANK)
    assert (in_sweden.status, in_sweden.text, in_sweden.region) == (Status.CHECK, "KLO7BF5000", "")


def test_the_most_probable_comes_first_and_the_improbable_not_at_all():
    reader = fixed({"FAINT1": 0.5, "FAINT7": 0.4}, {"SURE22": 0.9}, {"": 0.9, "NOISE3": 0.01})
    readings = reader.read(BLANK)
    assert texts(readings) == ["SURE22", "FAINT1"]
    assert readings[0].plate_probability == pytest.approx(0.5 * readings[0].confidence)


def test_the_locator_has_a_say_in_what_is_most_probable():
    reader = fixed({"AB12CDE": 0.9}, {"GX53XYZ": 0.6, "GX53XYY": 0.3}, scores=(0.5, 0.9))
    assert texts(reader.read(BLANK)) == ["GX53XYZ", "AB12CDE"]


def test_one_is_the_most_probable():
    answers = [{"FAINT1": 0.5, "FAINT7": 0.4}, {"SURE22": 0.9}]
    assert texts(fixed(*answers, one=True).read(BLANK)) == ["SURE22"]
    assert fixed(one=True).read(BLANK) == []


def test_a_shape_no_plate_has_is_not_read():
    assert fixed({"THIN12": 0.9}, max_ar=4.0).read(BLANK) == []
    assert texts(fixed({"WIDE12": 0.9}, max_ar=5.0).read(BLANK)) == ["WIDE12"]
    assert fixed({"HIGH12": 0.9}, min_ar=5.0).read(BLANK) == []


def test_locators_are_tried_until_a_plate_is_read():
    recognizer = FixedRecognizer({"": 0.9}, {"AB12CDE": 0.9})
    locators = [FixedLocator(), FixedLocator(0.5), FixedLocator(0.6), NeverAsked()]
    (reading,) = PlateReader(locators, recognizer).read(BLANK)
    assert (reading.text, reading.candidate.score) == ("AB12CDE", pytest.approx(0.6))
    assert recognizer.calls == 2


class NeverAsked:
    """A locator that the pipeline has no reason to call."""

    def candidates(self, gray: np.ndarray) -> list:
        pytest.fail("a plate had been read already")


def test_a_plate_cut_off_by_the_edge_of_its_photo_is_checked_in_a_reduced_photo_too():
    edge = np.array([[0, 100], [300, 100], [300, 170], [0, 170]], np.float32)

    class AtTheEdge:
        def candidates(self, gray):
            return [Candidate.with_corners(edge, 0.9)]

    for photo in (Photo.from_array(BLANK), Photo.from_array(np.tile(BLANK, (6, 6, 1)))):
        (reading,) = PlateReader([AtTheEdge()], FixedRecognizer({"AB12CDE": 0.99})).read(photo)
        assert (reading.status, reading.why.code) == (Status.CHECK, "cut_off")


def test_a_candidate_without_corners_is_cut_out_by_its_box(photo):
    shapes = []

    class Noted(FixedRecognizer):
        def observe(self, plate):
            shapes.append(plate.gray.shape)
            return super().observe(plate)

    reader = PlateReader([Everywhere()], Noted({"BOXED1": 0.9}))
    assert texts(reader.read(photo)) == ["BOXED1"]
    assert shapes == [(HEIGHT, WIDTH)]


def test_the_crop_is_the_plate_as_it_was_read(photo):
    (reading,) = PlateReader([Everywhere()], FixedRecognizer({"AB12CDE": 0.9})).read(photo)
    assert np.array_equal(reading.crop, photo[Y : Y + HEIGHT, X : X + WIDTH, 0])


class Everywhere:
    """A locator that knows where the plate of the drawn scene is."""

    def candidates(self, gray: np.ndarray) -> list:
        return [rectangle(*PLATE_XYWH)]


def test_tesseract_may_take_the_place_of_the_networks(photo):
    (reading,) = PlateReader([Everywhere()], PreparedTesseractReader()).read(photo)
    assert reading.text == PLATE_TEXT


def test_morphology_locates_for_the_networks_reader(photo):
    locator = AtWorkingWidth(MorphologyLocator(HIDDEN))
    assert PLATE_TEXT in texts(PlateReader([locator]).read(photo))


def test_the_steps_are_shown_while_debugging(photo):
    shown = []

    class Noted(HiddenWindows):
        def show(self, title, image, wait=False):
            shown.append((title, wait))

    PlateReader(debug=Noted()).read(photo)
    assert shown == [("Upright", True)]


def test_every_stage_reports_what_it_did_and_how_long_it_took(reader, photo, caplog):
    with caplog.at_level(logging.DEBUG, "anpr.pipeline"):
        reader.read(photo)
    stages = [record.message.partition(" 1 ")[0] for record in caplog.records]
    assert stages == ["NetworkLocator found", "decided on"]
    assert all(record.message.endswith(" ms") for record in caplog.records)


# The command


@pytest.mark.parametrize("locator", ["auto", "network", "morphology"])
@pytest.mark.parametrize("pipeline", ["auto", "tutorial"])
def test_each_pipeline_with_each_locator(photo_file, capsys, pipeline, locator):
    assert main([str(photo_file), "--pipeline", pipeline, "--locator", locator]) == 0
    text = capsys.readouterr().out
    if (pipeline, locator) == ("tutorial", "network"):  # its box is not what Tesseract needs
        assert text.startswith("[INFO] ")
    else:
        assert text == f"[INFO] {PLATE_TEXT}\n"
