"""The one door of the stage: evidence becomes a reading, with its reason, or is no plate."""

from collections.abc import Mapping

import numpy as np
import pytest

from anpr.decide import ROUNDS, Prior, decide
from anpr.types import Candidate, Plate, Reading, Status
from tests.builders import CORNERS
from tests.fakes.stages import FixedEvidence, FixedObservation

ANYWHERE, INDIA = Prior(), Prior.of(("in",))
PHOTO_WH = 640, 480
SURE = {"KL07BF5000": 0.999, "KL07BF5008": 0.001}
UNSURE = {"KL07BF5000": 0.5, "KL07BF5008": 0.5}


def plate(score: float | None = 0.9, corners: np.ndarray = CORNERS) -> Plate:
    gray = np.arange(3200, dtype=np.uint16).reshape(40, 80).astype(np.uint8)
    gray.flags.writeable = False
    return Plate(Candidate.with_corners(corners, score), gray, photo_wh=PHOTO_WH)


def evidence(*seen: Mapping[str, float], margin: float = 0.0) -> FixedEvidence:
    return FixedEvidence(*(FixedObservation(one, margin) for one in seen))


def decided(*seen: Mapping[str, float], prior: Prior = ANYWHERE, on: Plate | None = None):
    """The reading of a plate on which this was seen."""
    return decide(on or plate(), evidence(*seen), prior)


def why(reading: Reading) -> str:
    return reading.why.code if reading.why else ""


# How much evidence it takes


def test_a_sure_first_observation_takes_no_other():
    seen = evidence(SURE, UNSURE, UNSURE)
    assert decide(plate(), seen, ANYWHERE).text == "KL07BF5000"
    assert seen.taken == 1


def test_beside_a_wide_margin_there_may_be_characters_so_it_takes_others():
    seen = evidence(SURE, SURE, SURE, margin=0.5)
    assert decide(plate(), seen, ANYWHERE).status is Status.READ
    assert seen.taken > 1


def test_an_unsure_observation_is_followed_by_others_until_one_text_is_sure():
    seen = evidence(UNSURE, *[SURE] * 9)
    assert decide(plate(), seen, ANYWHERE).status is Status.READ
    assert 1 < seen.taken < ROUNDS[-1][0]


def test_there_is_a_maximum_of_observations():
    seen = evidence(*[UNSURE] * 20)
    assert decide(plate(), seen, ANYWHERE).status is Status.CHECK
    assert seen.taken == ROUNDS[-1][0]


def test_evidence_may_have_fewer_observations_than_it_would_take():
    assert decided(UNSURE, UNSURE).status is Status.CHECK


@pytest.mark.parametrize(
    ("seen", "score"),
    [
        ({"": 0.999, "7": 0.001}, 0.99),
        ({"": 0.6, "7": 0.4}, 0.99),
        ({"37": 0.6, "31": 0.4}, 0.99),
        ({"37": 0.999}, 0.99),
        ({"TERRANO": 0.6, "TERRAND": 0.4}, 0.5),
        ({"TERRANO": 0.999}, 0.5),
    ],
)
def test_a_hopeless_place_is_no_plate_after_one_observation(seen, score):
    observations = evidence(seen, SURE, SURE)
    assert decide(plate(score), observations, ANYWHERE) is None
    assert observations.taken == 1


def test_a_word_is_looked_at_again_if_the_locator_is_sure():
    observations = evidence({"TERRANO": 0.6, "TERRAND": 0.4}, SURE, SURE, SURE)
    assert decide(plate(0.99), observations, ANYWHERE).text == "KL07BF5000"


# What is a plate


@pytest.mark.parametrize(
    ("text", "score", "is_plate"),
    [
        ("KL07BF5000", 0.3, True),
        ("KL07BF5000", 0.05, False),
        ("TERRANO", 0.3, False),
        ("TERRANO", 0.95, True),
        ("15VX", 0.3, False),
        ("ZH19", 0.95, True),
        ("ZH19", None, True),  # by a locator that reports no scores
    ],
)
def test_badges_and_signs_have_to_be_more_probable_to_be_plates(text, score, is_plate):
    assert (decided({text: 0.999}, on=plate(score)) is not None) == is_plate


def test_where_nothing_is_seen_after_all_is_no_plate():
    nothing = {"": 0.95}
    assert decided({"KL07BF5000": 0.3, "": 0.3}, *[nothing] * 8, prior=Prior.of(("se",))) is None


# The answer


def test_a_certain_answer_is_read_and_has_no_reason():
    reading = decided(SURE)
    assert (reading.text, reading.status, reading.why) == ("KL07BF5000", Status.READ, None)
    assert reading.confidence > 0.99


def test_the_confidence_is_the_posterior_and_alternatives_share_the_rest():
    reading = decided({"KL07BF5000": 0.5, "KL07BF5008": 0.3, "KL07BF5003": 0.2})
    assert [other.text for other in reading.alternatives] == ["KL07BF5008", "KL07BF5003"]
    confidences = [reading.confidence, *(other.confidence for other in reading.alternatives)]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1)


def test_a_recognizer_that_shows_one_text_alone_is_no_surer_than_it_says():
    for ceiling in (0.3, 0.6):
        seen = FixedEvidence(FixedObservation({"KL07BF5000": ceiling}, ceiling=ceiling))
        reading = decide(plate(), seen, ANYWHERE)
        assert reading.confidence == pytest.approx(ceiling)
        assert reading.status is Status.CHECK


def test_no_more_than_five_alternatives_and_none_that_is_no_text():
    seen = {f"KL07BF501{digit}": 0.06 for digit in range(8)}
    reading = decided({"KL07BF5000": 0.3, "": 0.2} | seen)
    assert len(reading.alternatives) == 5
    assert all(other.text for other in reading.alternatives)
    assert decided(SURE | {"KL07BF5003": 1e-9}).alternatives == ()


def test_a_plate_that_may_not_be_whole_is_less_certain_and_so_are_its_alternatives():
    at_the_edge = plate(corners=CORNERS - [98, 0])
    whole, cut = decided(UNSURE), decided(UNSURE, on=at_the_edge)
    share = cut.confidence / whole.confidence
    assert share < 0.5
    assert cut.alternatives[0].confidence == pytest.approx(share * whole.alternatives[0].confidence)


def test_the_formats_correct_a_character_and_what_was_seen_is_kept():
    reading = decided({"KLO7BF5000": 0.6, "KL07BF5000": 0.4}, prior=INDIA)
    assert (reading.text, reading.as_read) == ("KL07BF5000", "KLO7BF5000")
    assert decided(SURE).as_read == "", "nothing was corrected"


def test_an_answer_has_its_region():
    reading = decided(SURE)
    assert reading.region == "in"
    assert 0.9 < reading.region_probability <= 1
    unexplained = decided({"XQ9Z7": 0.999})
    assert (unexplained.region, unexplained.region_probability) == ("", None)


def test_an_answer_of_a_federation_may_be_from_any_of_its_states():
    reading = decided({"ABC1234": 0.999}, prior=Prior({"us": 1.0}))
    assert (reading.region, reading.status) == ("us", Status.READ)


def test_a_characters_confidence_is_that_of_all_texts_that_have_it():
    reading = decided(*[{"KL07BF5000": 0.6, "KL07BF5008": 0.4}] * 3)
    assert "".join(character.value for character in reading.characters) == reading.text
    *others, last = (character.confidence for character in reading.characters)
    assert others == pytest.approx([1.0] * len(others))
    assert last == pytest.approx(reading.confidence)


def test_a_missing_character_leaves_the_others_as_certain():
    reading = decided(*[{"KL07BF5000": 0.6, "KL7BF5000": 0.4}] * 3, prior=INDIA)
    confidences = [character.confidence for character in reading.characters]
    assert confidences[2] == min(confidences) < 1
    assert confidences[:2] + confidences[3:] == pytest.approx([1.0] * 9)


def test_a_reading_has_the_lines_of_its_likeliest_spelling():
    assert decided({"KL07/BF5000": 0.7, "KL07BF5000": 0.2}).line_count == 2
    assert decided({"KL07/BF5000": 0.2, "KL07BF5000": 0.7}).line_count == 1


def test_the_answer_carries_its_candidate_and_the_crop_it_was_read_from():
    one = plate()
    reading = decided(SURE, on=one)
    assert reading.crop is one.gray
    assert reading.candidate is one.candidate


# Why a person should look


def test_two_texts_that_are_nearly_as_likely_are_a_reason():
    reading = decided(UNSURE)
    assert (reading.status, why(reading)) == (Status.CHECK, "rival")
    assert reading.why.phrase == f"{reading.alternatives[0].text} is nearly as likely"


def test_without_a_rival_the_characters_are_the_reason():
    reading = decided({"KL07BF5000": 0.3} | {f"KL07BF501{n}": 0.07 for n in range(10)})
    assert (reading.status, why(reading)) == (Status.CHECK, "unclear")


@pytest.mark.parametrize(
    ("seen", "on", "reason"),
    [
        (SURE, plate(corners=CORNERS - [98, 0]), "cut_off"),
        ({"XQ9Z7": 0.999}, plate(), "no_format"),
        ({"20200522": 0.999}, plate(), "date_or_time"),
        (
            {"KL07/BF5000": 0.999},
            Plate(plate().candidate, np.zeros((12, 24), np.uint8)),
            "too_small",
        ),
    ],
)
def test_a_plate_that_is_not_whole_is_checked_however_clear_it_is(seen, on, reason):
    reading = decided(seen, on=on)
    assert (reading.status, why(reading)) == (Status.CHECK, reason)


def test_a_plate_with_another_script_beside_is_checked():
    reading = decided({"1234": 0.999}, prior=Prior.of(("jp",)))
    assert (reading.status, reading.region, why(reading)) == (Status.CHECK, "jp", "other_script")


def test_readings_have_a_reason_if_and_only_if_they_are_to_be_checked():
    for certainty in np.linspace(0.5, 1, 26):
        reading = decided({"KL07BF5000": certainty, "KL07BF5008": 1 - certainty})
        assert (reading.status is Status.CHECK) == (reading.why is not None)


def test_deciding_leaves_the_plate_alone():
    one = plate()
    before = one.gray.copy()
    decided(UNSURE, SURE, on=one)
    assert np.array_equal(one.gray, before)
