"""The readers on plates cut from the sample photos, which none of them was made for."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from anpr.debug import HiddenWindows
from anpr.locate.morphology import MorphologyLocator
from anpr.locate.network import NetworkLocator
from anpr.models import weights
from anpr.photo import load, load_draft
from anpr.pixels import fit_width, to_gray
from anpr.read.ctc import ALPHABET, BLANK, encode
from anpr.read.in_process import open_in_process
from anpr.read.network import (
    Framing,
    NetworkReader,
    Prediction,
    above_below,
    agree,
    frame,
    in_reading_order,
    is_agreed,
    line_by_line,
)
from anpr.read.prepared import (
    BY_COMMAND,
    MARGIN_PX,
    TEXT_HEIGHT_PX,
    PreparedTesseractReader,
    prepare,
)
from anpr.read.reader_input import reader_input, stretch
from anpr.read.two_lines import split_lines
from anpr.rectify import MAX_ASPECT_RATIO, MIN_ASPECT_RATIO, cut_out, plate_shaped, upright
from anpr.types import Character, Plate
from tests.conftest import REPOSITORY
from tests.test_readme import GROUP1

GROUP1_PHOTOS = REPOSITORY / "license_plates" / "group1"
TEXTS = [line.removeprefix("[INFO] ") for line in GROUP1]


@pytest.fixture(scope="module")
def plates() -> list[Plate]:
    """The five plates of group1, located as the tutorial does."""
    photos = sorted(GROUP1_PHOTOS.glob("*.jpg"))
    return [_plate(to_gray(fit_width(load(path)))) for path in photos]


def _plate(gray: np.ndarray) -> Plate:
    candidates = MorphologyLocator(HiddenWindows().show).candidates(gray)
    candidate = next(plate_shaped(candidates, MIN_ASPECT_RATIO, MAX_ASPECT_RATIO))
    assert candidate is not None
    return cut_out(gray, candidate)


def changed(plate: Plate, gray: np.ndarray) -> Plate:
    return Plate(plate.candidate, gray)


@pytest.fixture(scope="module")
def network() -> NetworkReader:
    return NetworkReader()


def test_the_network_reads_every_plate(network, plates):
    assert [reading.text for reading in network.read_all(plates)] == TEXTS


def test_one_by_one_is_the_same_as_all_at_once(network, plates):
    together = network.read_all(plates)
    for plate, one_of_many in zip(plates, together, strict=True):
        alone = network.read(plate)
        assert alone.text == one_of_many.text
        assert alone.confidence == pytest.approx(one_of_many.confidence, abs=1e-4)
    assert network.read_all([]) == []


class Counted:
    """A network that counts what it is asked."""

    def __init__(self, name: str) -> None:
        self.net, self.calls = weights.load(name), 0

    def setInput(self, pixels: np.ndarray) -> None:  # noqa: N802, as OpenCV has it
        self.net.setInput(pixels)

    def forward(self) -> np.ndarray:
        self.calls += 1
        return self.net.forward()


@pytest.fixture
def counted() -> NetworkReader:
    return NetworkReader(Counted("reader"), Counted("line"), Counted("fast"))


def test_most_plates_take_a_glance_and_no_more(counted):
    """As the networks find them, upright and from the whole photo."""
    locator, closely = NetworkLocator(), 0
    for path, text in zip(sorted(GROUP1_PHOTOS.glob("*.jpg")), TEXTS, strict=True):
        gray, before = load_draft(path).whole, counted.net.calls
        assert counted.read(upright(gray, locator.candidates(gray)[0])).text == text
        closely += counted.net.calls > before
    assert closely < len(TEXTS) / 2
    assert counted.fast_net.calls == len(TEXTS)


def test_a_plate_that_a_glance_is_unsure_of_is_looked_at_closely(counted, plates):
    coarse = cv2.resize(plates[2].gray, None, fx=0.32, fy=0.32, interpolation=cv2.INTER_AREA)
    assert counted.read(changed(plates[2], coarse)).text
    assert counted.net.calls > 0


def test_where_a_glance_shows_nothing_there_is_no_second(counted, plates):
    assert counted.read(changed(plates[0], np.full((40, 160), 90, np.uint8))).text == ""
    assert counted.net.calls == 0


@pytest.mark.parametrize(("score", "is_looked_at"), [(0.5, False), (0.9, True), (None, True)])
def test_what_a_glance_cannot_read_is_looked_at_where_it_is_surely_a_plate(
    counted, plates, score, is_looked_at
):
    blurred = cv2.resize(plates[3].gray, None, fx=0.18, fy=0.18, interpolation=cv2.INTER_AREA)
    counted.read(Plate(replace(plates[3].candidate, score=score), blurred))
    assert (counted.net.calls > 0) == is_looked_at


@pytest.mark.parametrize(("score", "is_looked_at"), [(0.5, False), (0.9, True), (None, True)])
def test_a_word_is_looked_at_where_it_is_surely_a_plate(counted, plates, score, is_looked_at):
    badge = np.full((60, 256), 200, np.uint8)
    cv2.putText(badge, "STRADIA", (20, 45), cv2.FONT_HERSHEY_TRIPLEX, 1.2, 30, 2)
    counted.read(Plate(replace(plates[3].candidate, score=score), badge))
    assert (counted.net.calls > 0) == is_looked_at


def test_every_character_has_its_confidence_and_its_runner_up(network, plates):
    for reading in network.read_all(plates):
        assert "".join(character.value for character in reading.characters) == reading.text
        for character in reading.characters:
            assert 0 <= character.runner_up_confidence <= character.confidence <= 1
            assert character.runner_up != character.value
        assert 0 < reading.confidence <= 1
        assert reading.line_count == 1


def test_two_lines_are_read_top_line_first(network, plates):
    """A plate cut in two between its characters, and the parts set one above the other."""
    gray = plates[2].gray
    ink = cv2.resize(gray, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    middle = ink.shape[1] // 2
    gap = middle - 20 + int(ink[:, middle - 20 : middle + 20].min(axis=0).argmax())
    width = max(gap, ink.shape[1] - gap)
    ground = int(np.percentile(ink, 90))
    halves = [
        cv2.copyMakeBorder(
            half, 8, 8, 8, width - half.shape[1] + 8, cv2.BORDER_CONSTANT, value=ground
        )
        for half in (ink[:, :gap], ink[:, gap:])
    ]
    reading = network.read(changed(plates[2], np.vstack(halves)))
    assert reading.text == TEXTS[2]
    assert reading.line_count == 2


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (30, 2), (900, 2000), (16, 60)])
@pytest.mark.parametrize("value", [0, 127, 255])
def test_a_crop_without_a_plate_is_no_reading(network, plates, shape, value):
    reading = network.read(changed(plates[0], np.full(shape, value, np.uint8)))
    assert (reading.text, reading.confidence) == ("", 0)


def test_a_look_that_saw_nothing_has_no_vote():
    nothing = Prediction(((), ()), 0.95)
    text = Prediction(((Character("7", 0.5),), ()), 0.3)
    assert agree([nothing, nothing, text]).text == "7"
    assert agree([nothing, nothing]).text == ""


def test_noise_is_not_believed(network, plates):
    rng = np.random.default_rng(0)
    noises = [rng.integers(0, 256, (40, 160), np.uint8) for _ in range(20)]
    readings = network.read_all([changed(plates[0], noise) for noise in noises])
    assert max(reading.confidence for reading in readings) < 0.5


def test_framing_shears_and_adds_margins(plates):
    gray = np.zeros((40, 80), np.uint8)
    gray[20] = 255  # a level line
    plate = changed(plates[0], gray)
    sheared = frame(plate, Framing(shear=0.5))
    rows = sheared.argmax(axis=0)
    assert rows[0] - rows[-1] == pytest.approx(20, abs=1)  # half the height, from end to end
    wider = frame(plate, Framing(margin_y=0.5))
    assert wider.shape == gray.shape
    assert (wider[:, 40] > 0).sum() < 3
    assert np.array_equal(frame(plate, Framing()), gray)


def test_framing_shows_the_surroundings_where_they_are_known(plates):
    wide = np.full((60, 120), 200, np.uint8)
    wide[10:50, 20:100] = np.arange(80, dtype=np.uint8)
    plate = replace(changed(plates[0], wide[10:50, 20:100]), surroundings=wide)
    assert np.array_equal(frame(plate, Framing()), plate.gray)
    wider = frame(plate, Framing(margin_x=0.25, margin_y=0.25))
    assert wider.shape == plate.gray.shape
    assert (wider[:5] == 200).all() and (wider[:, -12:] == 200).all()
    bare = frame(changed(plates[0], plate.gray), Framing(margin_x=0.25, margin_y=0.25))
    assert bare.max() < 80


@pytest.mark.parametrize("slope", [0.0, 0.2, -0.35])
def test_two_lines_are_parted_however_they_slope(slope):
    plate = np.full((100, 160), 200, np.uint8)
    plate[15:40, 30:130:12] = plate[15:40, 31:130:12] = plate[15:40, 32:130:12] = 0
    plate[52:88, 20:140:14] = plate[52:88, 21:140:14] = plate[52:88, 22:140:14] = 90
    matrix = np.array([[1, 0, 0], [slope * 100 / 160, 1, -slope * 50]], np.float32)
    sloping = cv2.warpAffine(plate, matrix, (160, 100), borderMode=cv2.BORDER_REPLICATE)
    above, below = split_lines(sloping)
    assert above.min() < 30
    assert 80 < below.min() < 120
    assert ((above > 80) & (above < 100)).mean() < 0.05, "nothing of the other line"
    assert abs(above.shape[0] - 1.24 * 25) < 8
    assert abs(below.shape[0] - 1.24 * 36) < 8


@pytest.mark.parametrize("shape", [(1, 1), (1, 60), (60, 1), (3, 2), (500, 7)])
def test_parting_lines_of_next_to_nothing_leaves_something(shape):
    assert all(line.size for line in split_lines(np.full(shape, 7, np.uint8)))


@pytest.mark.parametrize(
    ("above", "below", "lines"),
    [
        ("MH14____9239", "_GN_", ("MH14", "GN9239")),
        ("LEF____17", "_2544_", ("LEF17", "2544")),
        ("KA_01_AB___", "__7", ("KA01AB", "7")),
        ("L734", "_WNJ", ("L734", "WNJ")),
        ("9239", "", ("9239", "")),
        ("MH12", "DE1433", ("MH12", "DE1433")),
    ],
)
def test_a_big_number_beside_two_small_lines_is_read_last(above, below, lines):
    seen = [
        [(step, Character(value, 0.9)) for step, value in enumerate(line) if value != "_"]
        for line in (above, below)
    ]
    read = in_reading_order(*seen)
    assert tuple("".join(character.value for character in line) for line in read) == lines


def test_two_lines_seen_one_by_one_are_one_sight():
    above, below = (Prediction(((Character(value, 0.9),), ()), 0.5) for value in "A7")
    both = above_below(above, below)
    assert (both.text, both.probability) == ("A7", 0.25)
    assert [len(line) for line in both.lines if line] == [1, 1]


def looked_at(above: str, below: str, chance: float) -> Prediction:
    """One look: each character of both lines as likely as said, and a certain blank after it."""
    rows = np.zeros((2, 20, len(ALPHABET) + 1))
    rows[:, :, BLANK] = 1
    for row, text in zip(rows, (above, below), strict=True):
        steps = 2 * np.arange(len(text))
        row[steps] = (1 - chance) / len(ALPHABET)
        row[steps, encode(text)] = chance
    lines = tuple(tuple(Character(value, chance) for value in text) for text in (above, below))
    return Prediction(lines, chance ** len(above + below), seen=(rows,))


def test_each_line_is_read_as_the_plate_or_the_line_alone_shows_it_more_clearly():
    whole = looked_at("WB07", "06", 0.7)
    settled = line_by_line(whole, looked_at("WBO7", "", 0.95), looked_at("00", "", 0.6))
    assert settled.text == "WBO706"
    assert settled.probability == pytest.approx(0.95**4 * 0.7**2)
    assert [other.text for other in settled.others] == ["WB0706", "WBO700"]


def test_a_line_both_show_alike_is_as_likely_as_the_clearer_look_says():
    whole = looked_at("WB07", "06", 0.7)
    settled = line_by_line(whole, looked_at("WB07", "", 0.95), looked_at("06", "", 0.5))
    assert settled.text == whole.text
    assert settled.probability == pytest.approx(0.95**4 * 0.7**2)
    assert settled.others == ()


def test_what_looks_saw_is_kept_for_the_lines():
    looks = [looked_at("WB07", "06", 0.7), looked_at("WB07", "00", 0.4)]
    assert agree(looks).seen == looks[0].seen + looks[1].seen


def sight(text: str, probability: float) -> Prediction:
    return Prediction((tuple(Character(value, 0.9) for value in text), ()), probability)


def test_looks_that_agree_outweigh_one_that_is_sure():
    agreed = agree([sight("AB1", 0.8), sight("A81", 0.5), sight("A81", 0.6)])
    assert agreed.text == "A81"
    assert agreed.probability == pytest.approx(1.1 / 3)


def test_looks_agree_where_they_believe_in_one_text_and_in_no_other():
    three = [sight("AB1", 0.8), sight("AB1", 0.9), sight("AB1", 0.6)]
    assert is_agreed(three)
    assert not is_agreed([*three, sight("AB1", 0.1)])
    assert not is_agreed([*three, sight("AB1", 0.9), sight("A81", 0.6)])


def test_a_tilted_plate_is_read_at_a_second_look(network, plates):
    """Sheared as if seen from the side, further than the network reads at a first look."""
    tilted = frame(plates[2], Framing(shear=0.9, margin_y=0.4))
    assert network.read(changed(plates[2], tilted)).text == TEXTS[2]


def test_the_canvas_is_standardised_and_the_crop_left_alone(plates):
    gray = plates[0].gray.copy()
    canvas = reader_input(np.stack([stretch(gray)]))[0, 0]
    assert (canvas.shape, canvas.dtype) == ((48, 144), np.float32)
    assert canvas.mean() == pytest.approx(0, abs=1e-3)
    assert 0.5 < canvas.std() <= 1
    assert np.array_equal(gray, plates[0].gray)


def test_preparing_levels_scales_and_pads(plates):
    height, width = plates[0].gray.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 6, 1)
    tilted = cv2.warpAffine(plates[0].gray, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    images = prepare(tilted)
    assert len(images) == 4
    for image in images:
        assert image.shape[0] == TEXT_HEIGHT_PX + 2 * MARGIN_PX
    level, bent = (np.abs(np.diff(x.mean(axis=1))).sum() for x in (images[0], tilted))
    assert level > bent  # rows of text and rows of ground stand apart again


def test_prepared_tesseract_reads_both_polarities(plates):
    reader = PreparedTesseractReader()
    right = [reader.read(plate).text == text for plate, text in zip(plates, TEXTS, strict=True)]
    assert sum(right) >= 3  # of five; stock Tesseract is no better than that on tight crops
    negative = changed(plates[2], 255 - plates[2].gray)
    assert reader.read(negative).text == reader.read(plates[2]).text


def test_tesseract_in_process_gives_the_same_answer_as_the_command(plates):
    in_process = open_in_process("tesseract")
    if in_process is None:
        pytest.skip("tesserocr is not installed, or of another version than the Tesseract here")
    for plate in plates:
        for image in prepare(plate.gray):
            ours, theirs = in_process(image), BY_COMMAND(image)
            assert [c.value for c in ours] == [c.value for c in theirs]
            for one, other in zip(ours, theirs, strict=True):
                assert one.confidence == pytest.approx(other.confidence, abs=1e-3)


def test_without_a_matching_tesserocr_there_is_no_in_process_engine(engine):
    assert open_in_process("/nowhere/tesseract") is None
    assert open_in_process(engine("echo 'tesseract 9.9.9'")) is None
