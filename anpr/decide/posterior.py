"""The posterior: how likely each text is, by what was seen and by what plates may say.

    log P(text) = sharpness * log(seen + floor)
                  + trust * log((1 - other) * prior / even + other)

up to a constant. `seen` is the mean probability of the text over the observations, `prior` its
probability under the formats of the regions, and `even` the one that the reader's training gave all
texts alike: dividing by it keeps short texts from winning. `other` is the share of plates that fit
no format. So one formula answers which text it is, how sure that is, and what else it may be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anpr.decide.grammar import countries, country_probabilities, region_probabilities
from anpr.types import Observation, Spelling

EVEN_LENGTHS = 8  # the reader was trained on texts of so many lengths, all as often
MAX_REMEMBERED = 20_000  # texts whose odds are kept, about 2 MB: those of some hundred photos
EXPLAINED = 0.5  # probability from which a region is named as the one a plate is from
EVEN_CHARACTERS = 33.0  # and on characters as if drawn from so many


@dataclass(frozen=True)
class Fit:
    """The fitted numbers: by `training/reader/fit_posterior.py`, on plates no training saw."""

    sharpness: float = 1.74
    """Exponent of what was seen: observations are not independent, nor calibrated."""
    trust: float = 0.43
    """Exponent of the prior."""
    other: float = 0.12
    """Share of plates that fit no format."""
    floor: float = 8e-4
    """Probability of any text that no observation shows."""
    fast_weight: float = 0.5
    """Weight of the first observation, by the fast network, among the others, which have 1."""


FIT = Fit()


@dataclass(frozen=True)
class Prior:
    """What plates may say: the formats of regions, weighted by how many plates are from each."""

    weights: Mapping[str, float] = field(
        default_factory=lambda: dict.fromkeys(countries(), 1 / len(countries()))
    )
    """Share of each country or region, by its code; they sum to 1."""
    _odds: dict[str, float] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, regions: Sequence[str]) -> "Prior":
        """Returns the prior of some regions, all alike; none means every country."""
        return cls(dict.fromkeys(regions, 1 / len(regions))) if regions else cls()

    def probabilities(self, text: str) -> dict[str, float]:
        """Returns the probability of a text from each region that has it."""
        found = {**region_probabilities(text), **country_probabilities(text)}
        return {
            code: self.weights[code] * probability
            for code, probability in found.items()
            if code in self.weights
        }

    def odds(self, text: str) -> float:
        """Returns how many times as likely the formats make a text as an even choice does."""
        odds = self._odds.get(text)
        if odds is None:
            even = EVEN_CHARACTERS ** -len(text) / EVEN_LENGTHS
            odds = sum(self.probabilities(text).values()) / even
            if len(self._odds) >= MAX_REMEMBERED:  # threads may share this: never read after that
                self._odds.clear()
            self._odds[text] = odds
        return odds


@dataclass(frozen=True)
class Ranked:
    """One text and its probability."""

    spelling: Spelling
    """The likeliest way to write it."""
    probability: float
    """The posterior, 0 to 1."""
    seen: float
    """Mean probability over the observations alone, 0 to 1."""

    @property
    def text(self) -> str:
        """The text."""
        return self.spelling.text


class Posterior:
    """The texts that observations suggest, ranked; observations are added one by one."""

    def __init__(self, prior: Prior, fit: Fit = FIT) -> None:
        self._prior = prior
        self._fit = fit
        self._spellings: list[Spelling] = []
        self._known: set[tuple[str, ...]] = set()
        self._observations: list[Observation] = []
        self._seen: list[NDArray[Any]] = []

    def add(self, *observations: Observation) -> None:
        """Takes observations into account; several at once cost less than one by one."""
        suggested = (s for observation in observations for s in observation.spellings())
        new = list({s.lines: s for s in suggested if s.lines not in self._known}.values())
        if new:
            self._seen = [
                np.concatenate([seen, earlier.probabilities(new)])
                for earlier, seen in zip(self._observations, self._seen, strict=True)
            ]
            self._spellings += new
            self._known.update(spelling.lines for spelling in new)
        self._observations += observations
        self._seen += [one.probabilities(self._spellings) for one in observations]

    def ranked(self) -> list[Ranked]:
        """Returns the texts, the most probable first; their probabilities sum to 1."""
        weights = [self._fit.fast_weight, *[1.0] * (len(self._seen) - 1)]
        seen = np.average(self._seen, axis=0, weights=weights)
        by_text: dict[str, tuple[float, float, Spelling]] = {}
        for spelling, probability in zip(self._spellings, seen.tolist(), strict=True):
            total, best, kept = by_text.get(spelling.text, (0.0, -1.0, spelling))
            if probability > best:
                best, kept = probability, spelling
            by_text[spelling.text] = total + probability, best, kept
        totals = np.array([total for total, _, _ in by_text.values()])
        odds = np.array([self._prior.odds(text) if text else 0.0 for text in by_text])
        scores = scores_of(totals, odds, self._fit)
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        ranked = [
            Ranked(spelling, share, total)
            for share, (total, _, spelling) in zip(shares.tolist(), by_text.values(), strict=True)
        ]
        return sorted(ranked, key=lambda one: -one.probability)


def scores_of(seen: NDArray[Any], odds: NDArray[Any], fit: Fit = FIT) -> NDArray[Any]:
    """Returns the logarithms of the posteriors of texts, up to a constant.

    Args:
        seen: Mean probability of each text over the observations: float, (texts,).
        odds: Prior odds of each text, see `Prior.odds`; 0 for no text.
        fit: The fitted numbers.
    """
    by_format = (1 - fit.other) * odds + fit.other
    scores: NDArray[Any] = fit.sharpness * np.log(seen + fit.floor)
    return scores + fit.trust * np.log(by_format)


def explained_by(text: str, prior: Prior, fit: Fit = FIT) -> tuple[str, float]:
    """Returns the region whose formats explain a text, and how likely the plate is from there.

    Returns:
        Code and probability; an empty code and 0 if no region explains it by half. If only the
        country is that likely, its code.
    """
    found = prior.probabilities(text)
    total = sum(found.values())
    if not total:
        return "", 0.0
    by_format = (1 - fit.other) * prior.odds(text)
    share = by_format / (by_format + fit.other) / total
    by_country: dict[str, float] = {}
    for code, probability in found.items():
        country = code.partition("-")[0]
        by_country[country] = by_country.get(country, 0.0) + probability * share
    by_state = {code: p * share for code, p in _by_state(text, found).items()}
    for options in (by_state, by_country):
        code = max(options, key=lambda name: options[name], default="")
        if code and options[code] >= EXPLAINED:
            return code, options[code]
    return "", 0.0


def _by_state(text: str, found: Mapping[str, float]) -> dict[str, float]:
    """Returns the states' part of `Prior.probabilities`: countries are split among their states."""
    states = {code: p for code, p in region_probabilities(text).items() if "-" in code}
    totals: dict[str, float] = {}
    for code, probability in states.items():
        country = code.partition("-")[0]
        totals[country] = totals.get(country, 0.0) + probability
    by_state: dict[str, float] = {}
    for code, probability in states.items():
        country = code.partition("-")[0]
        of_country = found.get(country, 0.0) * probability / totals[country]
        by_state[code] = found.get(code, 0.0) + of_country
    return by_state
