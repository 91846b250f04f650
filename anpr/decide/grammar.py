"""Which texts fit the formats of which regions, how probable they are there, and regions' names."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache
from types import MappingProxyType

from anpr.decide.formats import Format, Slot, shape_of, world
from anpr.errors import RegionError

SUGGESTIONS = 3  # regions named in the error about an unknown one
TEXTS_KEPT = 1 << 14
"""Number of texts whose formats are remembered; the candidates for a plate are some hundred."""

Layout = tuple[tuple[int, int, frozenset[str]], ...]
"""For parts of a text where they begin and end, and the words that may stand there.

Parts that may be any digits are left out, since the shape of the text says so already."""


# Texts


def country_probabilities(text: str) -> Mapping[str, float]:
    """Returns how probable exactly this text is on a plate of each country.

    For a federation it is the mean over all its states. Countries are left out if the text fits
    none of their formats. The sum over all texts is 1 for each country.
    """
    return _probabilities(text)[0]


def region_probabilities(text: str) -> Mapping[str, float]:
    """Returns how probable exactly this text is on a plate of each region, states apart.

    Regions are left out if the text fits none of their formats.
    """
    return _probabilities(text)[1]


# Regions


def countries() -> tuple[str, ...]:
    """Returns the codes of all countries."""
    return tuple(world().states)


def is_partial(code: str) -> bool:
    """Returns whether Latin letters and digits alone do not identify the plates of a region."""
    region = world().regions.get(code)
    return region is not None and region.is_partial


def known_regions() -> list[str]:
    """Returns the codes of regions, federations and unions, each of which has other names too."""
    return list(world().named)


def region_names(code: str) -> tuple[str, ...]:
    """Returns the names of a code of `known_regions`, the English one first."""
    return world().named[code].names


def region_code(name: str) -> str:
    """Returns the code of a region, federation or union by one of its names.

    Raises:
        RegionError: The name is not known; the message suggests the nearest ones.
    """
    code = _codes().get(_plain(name))
    if code is None:
        nearest = [f"{code} ({region_names(code)[0]})" for code in _nearest(name)]
        raise RegionError(f"{name!r} is not a known region; the nearest are {', '.join(nearest)}")
    return code


def resolve_regions(names: Sequence[str]) -> tuple[str, ...]:
    """Returns the codes of regions by their names, each code once.

    Args:
        names: Codes and names of any case, e.g. `uk`, `DE`, `California`. A federation stands
            for all its states, and `eu` for all its members.

    Raises:
        RegionError: A name is not known; the message suggests the nearest ones.
    """
    codes = [code for name in names for code in _members(region_code(name))]
    return tuple(dict.fromkeys(codes))


def _members(code: str) -> tuple[str, ...]:
    group = world().groups.get(code)
    if group is None:
        return (code,)
    return group.members or world().states[code]


def _plain(name: str) -> str:
    """Returns a name without the differences that do not matter: case and surplus spaces."""
    return " ".join(name.lower().split())


@cache
def _codes() -> dict[str, str]:
    """Returns the code of each plain name; a code is a name too, and the better claim to it."""
    named = world().named
    names = {_plain(name): code for code in named for name in region_names(code)}
    return names | {code: code for code in named}


def _nearest(name: str) -> list[str]:
    """Returns the codes of the regions one of whose names is most like a text."""
    matches = get_close_matches(_plain(name), _codes(), n=8 * SUGGESTIONS, cutoff=0.0)
    return list(dict.fromkeys(_codes()[match] for match in matches))[:SUGGESTIONS]


# Formats


@lru_cache(maxsize=TEXTS_KEPT)
def _probabilities(text: str) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Returns the probability of a text by country, and by region."""
    by_region: dict[str, float] = {}
    for form in _formats_of(text):
        by_region[form.region] = by_region.get(form.region, 0.0) + form.text_probability
    by_country: dict[str, float] = {}
    for region, probability in by_region.items():
        country = region.partition("-")[0]
        share = probability / len(world().states[country])
        by_country[country] = by_country.get(country, 0.0) + share
    return MappingProxyType(by_country), MappingProxyType(by_region)


def _formats_of(text: str) -> tuple[Format, ...]:
    """Returns all formats that a text fits."""
    return tuple(
        form
        for layout, forms in _layouts(shape_of(text)).items()
        if all(text[start:stop] in words for start, stop, words in layout)
        for form in forms
    )


@lru_cache(maxsize=TEXTS_KEPT)
def _layouts(shape: str) -> dict[Layout, list[Format]]:
    """Returns the formats of a shape by their layout, which many formats share."""
    found: dict[Layout, list[Format]] = {}
    for form in world().by_shape.get(shape, ()):
        for layout in _placed(form.slots, shape):
            found.setdefault(layout, []).append(form)
    return found


def _placed(slots: tuple[Slot, ...], shape: str, start: int = 0) -> Iterator[Layout]:
    """Yields each way in which the slots of a format fill a shape; nearly always one."""
    if not slots:
        if start == len(shape):
            yield ()
        return
    for part, words in slots[0].by_shape.items():
        if shape.startswith(part, start):
            stop = start + len(part)
            is_any_number = not part.strip("9") and len(words) == 10 ** len(part)
            place = () if is_any_number else ((start, stop, words),)
            for rest in _placed(slots[1:], shape, stop):
                yield (*place, *rest)
