"""The posterior, on observations of two or three texts each."""

from itertools import permutations

import pytest

from anpr.decide import posterior, resolve_regions
from anpr.decide.formats import world
from anpr.decide.posterior import Posterior, Prior, Ranked, explained_by
from anpr.types import Spelling
from tests.fakes.stages import FixedObservation

ANYWHERE, INDIA, SWEDEN = Prior(), Prior.of(("in",)), Prior.of(("se",))


def ranked(prior: Prior, *seen: dict[str, float]) -> list[Ranked]:
    posterior = Posterior(prior)
    for one in seen:
        posterior.add(FixedObservation(one))
    return posterior.ranked()


def texts(found: list[Ranked]) -> list[str]:
    return [one.text for one in found]


# What was seen, and what plates may say


def test_the_formats_decide_between_texts_that_were_seen_alike():
    best, other = ranked(INDIA, {"KLO7BF5000": 0.45, "KL07BF5000": 0.45})
    assert (best.text, other.text) == ("KL07BF5000", "KLO7BF5000")
    assert best.probability > 0.95


def test_a_letter_and_a_digit_are_decided_by_the_place_they_stand_in():
    """A Polish district may have the letter O, and the number behind it has a 0."""
    seen = {"PO80A23": 0.25, "P080A23": 0.25, "PO8OA23": 0.25, "P08OA23": 0.25}
    assert texts(ranked(Prior.of(("pl",)), seen))[0] == "PO80A23"


def test_a_text_that_was_clearly_seen_is_not_overruled_by_a_format():
    for prior in (ANYWHERE, INDIA, SWEDEN):
        best, *_ = ranked(prior, {"KLO7BF5000": 0.995, "KL07BF5000": 0.001})
        assert best.text == "KLO7BF5000"


def test_a_text_that_fits_no_format_wins_if_it_was_seen():
    best, _ = ranked(SWEDEN, {"XQ9Z7": 0.9, "XQ9Z1": 0.1})
    assert best.text == "XQ9Z7"
    assert best.probability > 0.9


def test_regions_that_are_told_decide_what_the_world_does_not():
    """The last three of a British plate are letters, the last two of an Italian one."""
    seen = {"AB120DE": 0.5, "AB12ODE": 0.5}
    assert texts(ranked(Prior.of(("gb",)), seen))[0] == "AB12ODE"
    assert texts(ranked(Prior.of(("it",)), seen))[0] == "AB120DE"


def test_a_wrong_region_changes_nothing_if_all_texts_fit_it_as_little():
    seen = {"KL07BF5000": 0.7, "KL07BF5008": 0.2}
    assert texts(ranked(SWEDEN, seen)) == texts(ranked(INDIA, seen))


def test_texts_of_one_format_are_as_likely_as_they_were_seen():
    best, other = ranked(INDIA, {"KL07BF5008": 0.5, "KL07BF5000": 0.5})
    assert best.probability == pytest.approx(other.probability)


def test_no_text_is_a_text_like_others():
    best, other = ranked(ANYWHERE, {"": 0.98, "7": 0.01})
    assert (best.text, other.text) == ("", "7")


# Probabilities


def test_probabilities_sum_to_1_and_none_exceeds_the_first():
    found = ranked(
        ANYWHERE,
        {"MH12DE1433": 0.5, "MH12DE1438": 0.2, "MHI2DE1433": 0.2},
        {"MH12DE1433": 0.4, "MH12OE1433": 0.5},
    )
    assert len(found) == 4
    assert sum(one.probability for one in found) == pytest.approx(1)
    assert found == sorted(found, key=lambda one: -one.probability)
    assert all(0 < one.probability <= 1 for one in found)


def test_one_text_is_certain():
    (only,) = ranked(ANYWHERE, {"MH12DE1433": 0.4})
    assert only.probability == 1


def test_seen_is_a_mean_of_the_observations_without_the_prior():
    best, _ = ranked(INDIA, {"KLO7BF5000": 0.6, "KL07BF5000": 0.4}, {"KL07BF5000": 0.9})
    assert best.text == "KL07BF5000"
    assert 0.4 < best.seen < 0.9, "neither alone"


def test_an_observation_may_raise_what_another_did_not_suggest():
    seen = [{"KL07BF5000": 0.6, "KL07BF5008": 0.3}, {"KL07BF5003": 0.9}, {"KL07BF5003": 0.9}]
    assert texts(ranked(INDIA, *seen))[0] == "KL07BF5003"


class Unasked(FixedObservation):
    """Sees more texts than it suggests."""

    def spellings(self) -> list[Spelling]:
        return super().spellings()[:1]


def test_every_observation_is_asked_about_the_texts_of_all():
    posterior = Posterior(INDIA)
    posterior.add(Unasked({"KL07BF5000": 0.5, "KL07BF5008": 0.4}))
    posterior.add(Unasked({"KL07BF5008": 0.5, "KL07BF5000": 0.1}))
    found = {one.text: one.seen for one in posterior.ranked()}
    assert 0.1 < found["KL07BF5000"] < 0.5
    assert 0.4 < found["KL07BF5008"] < 0.5


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_the_order_of_observations_after_the_first_is_of_no_importance(order):
    first = {"MH12DE1433": 0.5, "MH12DE1438": 0.3}
    others = [
        {"MH12DE1433": 0.2, "MH12OE1433": 0.5},
        {"MHI2DE1433": 0.9},
        {"MH12DE1433": 0.8, "MH/12DE1433": 0.1},
    ]
    expected = ranked(ANYWHERE, first, *others)
    found = ranked(ANYWHERE, first, *(others[index] for index in order))
    assert texts(found) == texts(expected)
    assert [one.probability for one in found] == pytest.approx(
        [one.probability for one in expected]
    )


def test_ranking_between_observations_changes_nothing():
    seen = [{"MH12DE1433": 0.5, "MH12DE1438": 0.3}, {"MH12DE1438": 0.6}]
    posterior = Posterior(ANYWHERE)
    for one in seen:
        posterior.add(FixedObservation(one))
        posterior.ranked()
    assert posterior.ranked() == ranked(ANYWHERE, *seen)


def test_two_ways_to_write_a_text_are_one_text():
    best, other = ranked(INDIA, {"KL07/BF5000": 0.35, "KL07BF/5000": 0.25, "KL07BF5008": 0.4})
    assert (best.text, best.spelling.lines) == ("KL07BF5000", ("KL07", "BF5000"))
    assert best.seen == pytest.approx(0.6)
    assert best.spelling.line_count == 2
    assert (other.text, other.spelling.line_count) == ("KL07BF5008", 1)


# Priors


def test_the_weights_of_a_prior_sum_to_1():
    for prior in (ANYWHERE, INDIA, Prior.of(("in", "se", "us-ca"))):
        assert sum(prior.weights.values()) == pytest.approx(1)
    assert Prior.of(()) == ANYWHERE


def test_a_region_that_weighs_more_makes_its_plates_more_probable():
    often, seldom = (Prior({"in": share, "se": 1 - share}) for share in (0.9, 0.1))
    assert often.odds("KL07BF5000") > seldom.odds("KL07BF5000")
    assert often.odds("ABC123") < seldom.odds("ABC123")


def test_a_text_that_fits_no_format_has_no_odds():
    assert ANYWHERE.odds("KLO7BF5000") == 0 == SWEDEN.odds("KL07BF5000")
    assert INDIA.odds("KL07BF5000") > ANYWHERE.odds("KL07BF5000") > 1


# Regions


@pytest.mark.parametrize(
    ("text", "regions", "region"),
    [
        ("KL07BF5000", (), "in"),
        ("KL07BF5000", ("in", "se"), "in"),
        ("KL07BF5000", ("se",), ""),
        ("ABC123", ("se",), "se"),
        ("ABC123", (), ""),  # many countries have it
        ("XQ9Z7", (), ""),
        ("", (), ""),
        ("7ABC123", ("us",), "us-ca"),
        ("ABC1234", ("us",), "us"),  # many states have it
        ("ABC1234", ("us-ny",), "us-ny"),  # as have others, which are not told
    ],
)
def test_a_text_is_explained_by_the_region_that_is_more_likely_than_all_others(
    text, regions, region
):
    code, probability = explained_by(text, Prior.of(resolve_regions(regions)))
    assert code == region
    assert 0.5 <= probability <= 1 if region else probability == 0


def test_alone_a_region_explains_all_its_published_plates():
    for code, region in world().regions.items():
        prior = Prior.of((code,))
        plates = [plate for form in region.formats for plate in form.examples]
        assert {explained_by(plate, prior)[0] for plate in plates} <= {code}


def test_the_probability_of_a_region_is_its_share_among_those_that_fit():
    _, alone = explained_by("ABC123", SWEDEN)
    _, rarely = explained_by("ABC123", Prior({"se": 0.6, "de": 0.4}))
    code, among_others = explained_by("ABC123", Prior({"se": 0.6, "fi": 0.4}))
    assert (code, explained_by("ABC123", Prior({"se": 0.2, "fi": 0.8}))[0]) == ("se", "fi")
    assert among_others < rarely < alone < 1, "some plates fit no format"


def test_the_prior_remembers_a_bounded_number_of_texts(monkeypatch):
    monkeypatch.setattr(posterior, "MAX_REMEMBERED", 3)
    prior = Prior()
    odds = {f"KL07BF500{digit}": prior.odds(f"KL07BF500{digit}") for digit in range(9)}
    assert len(vars(prior)["_odds"]) <= 3
    assert {text: prior.odds(text) for text in odds} == odds
