"""What does the plate say, how sure is that, and if it is not, why?

`decide` is the one door of this stage; `resolve_regions` names what it accepts.
"""

from dataclasses import replace
from difflib import SequenceMatcher

from anpr.decide.grammar import region_code, resolve_regions
from anpr.decide.posterior import Posterior, Prior, Ranked, explained_by
from anpr.decide.wholeness import check_whole
from anpr.types import Alternative, Character, Evidence, Plate, Reading, Status, Why, has_digit

__all__ = ["Prior", "decide", "region_code", "resolve_regions"]

SURE_AT_ONCE = 0.99  # posterior after the fast network alone that needs no further observation
MAX_MARGIN = 0.2  # of a text that is sure at once: beside it may be characters too faint for it
ROUNDS = ((2, SURE_AT_ONCE), (3, 0.95), (7, 1.0))
"""Observations taken so far, and the posterior that is enough then.

Hardly a plate that three leave open is settled by the next one or two. More than seven mended as
many texts as they broke."""

MIN_PLATE_PROBABILITY = 0.15  # of detector and posterior together, that this is a plate
USUAL_LENGTH = 5  # minimum number of characters; shorter texts are far more often badges and signs
MIN_PLATE_PROBABILITY_UNUSUAL = 0.6  # for shorter texts, and for words without a digit
MIN_CHARACTERS = 3  # with fewer after the first observation, others almost never find a plate
SURE_PLATE_SCORE = 0.8  # detector score below which a text without digits was never a plate

RIVAL_SHARE = 0.3  # of the answer's probability: a text this probable is the reason to look
READ_FROM = 0.9  # confidence of a reading that needs no person
MAX_ALTERNATIVES = 5  # a person picks from five at once
MIN_ALTERNATIVE = 0.001  # less probable texts are no help


def decide(plate: Plate, evidence: Evidence, prior: Prior) -> Reading | None:
    """Decides what a plate says, and whether a person should check it.

    Args:
        plate: The upright plate.
        evidence: What is seen on it; as much is taken as it takes to be sure.
        prior: What plates may say.

    Returns:
        The reading with its confidence, alternatives, status and reason; `None` if this is no
        plate but a badge, a sign or nothing at all.
    """
    posterior = Posterior(prior)
    first = evidence.take(1)[0]
    if _is_hopeless(plate, first.text):
        return None
    posterior.add(first)
    ranked = posterior.ranked()
    is_sure = ranked[0].probability >= SURE_AT_ONCE and first.margin <= MAX_MARGIN
    if not is_sure or not ranked[0].text:
        ranked = _observe_further(posterior, evidence)
    ranked = [replace(one, probability=first.ceiling * one.probability) for one in ranked]
    if not ranked[0].text or not _is_plausible(plate, ranked[0]):
        return None
    return _reading(plate, ranked, prior)


def _observe_further(posterior: Posterior, evidence: Evidence) -> list[Ranked]:
    """Takes observations, in rounds, until one text is sure or there are no more."""
    taken, ranked = 1, list[Ranked]()
    for count, enough in ROUNDS:
        observations = evidence.take(count)
        if len(observations) > taken:
            posterior.add(*observations[taken:])
            taken = len(observations)
        ranked = posterior.ranked()
        if ranked[0].probability >= enough:
            break
    return ranked


def _is_hopeless(plate: Plate, text: str) -> bool:
    """Returns whether a first text is hardly a plate's, so that no observation would read one."""
    is_doubtful = plate.candidate.probability < SURE_PLATE_SCORE
    return len(text) < MIN_CHARACTERS or (is_doubtful and not has_digit(text))


def _is_plausible(plate: Plate, best: Ranked) -> bool:
    is_usual = has_digit(best.text) and len(best.text) >= USUAL_LENGTH
    minimum = MIN_PLATE_PROBABILITY if is_usual else MIN_PLATE_PROBABILITY_UNUSUAL
    return plate.candidate.probability * best.probability > minimum


def _reading(plate: Plate, ranked: list[Ranked], prior: Prior) -> Reading:
    best = ranked[0]
    text = best.text
    region, region_probability = explained_by(text, prior)
    whole, why = check_whole(
        plate, text, best.spelling.line_count, region, fits=prior.odds(text) > 0
    )
    confidence = whole * best.probability
    as_seen = max(ranked, key=lambda one: one.seen).text
    reading = Reading(
        text=text,
        candidate=plate.candidate,
        confidence=confidence,
        characters=_characters(text, ranked),
        line_count=best.spelling.line_count,
        alternatives=tuple(
            Alternative(other.text, whole * other.probability)
            for other in ranked[1 : 1 + MAX_ALTERNATIVES]
            if other.text and whole * other.probability >= MIN_ALTERNATIVE
        ),
        as_read=as_seen if as_seen != text else "",
        region=region,
        region_probability=region_probability if region else None,
        crop=plate.gray,
    )
    if confidence >= READ_FROM:
        return reading
    return replace(reading, status=Status.CHECK, why=why or _why_unsure(ranked))


def _why_unsure(ranked: list[Ranked]) -> Why:
    if len(ranked) > 1 and ranked[1].probability > RIVAL_SHARE * ranked[0].probability:
        return Why("rival", f"{ranked[1].text or 'no text'} is nearly as likely")
    return Why("unclear", "the characters are not clear")


def _characters(text: str, ranked: list[Ranked]) -> tuple[Character, ...]:
    """Returns the characters of a text, each with its marginal probability.

    That is the probability of all texts together that have this character in its place.
    """
    marginals = [0.0] * len(text)
    for other in ranked[: 1 + MAX_ALTERNATIVES]:
        matcher = SequenceMatcher(None, text, other.text, autojunk=False)
        for begin, _, length in matcher.get_matching_blocks():
            for index in range(begin, begin + length):
                marginals[index] += other.probability
    return tuple(Character(value, min(1.0, p)) for value, p in zip(text, marginals, strict=True))
