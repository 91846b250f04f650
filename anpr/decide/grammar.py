"""Which texts fit the formats of which regions, and how many texts each format holds."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache

from anpr.decide.formats import REGIONS, WORDS, Region
from anpr.errors import RegionError

COMMON = 3  # regions with a format: fewer, and anything fits some format of the world
TOKEN = re.compile(r"<(\w+)>|\[(\w+)\]|(.)")


@dataclass(frozen=True)
class Format:
    """One format of one region."""

    region: str
    pattern: re.Pattern[str]
    log_size: float
    """The logarithm of how many texts fit it: the fewer, the more it says that one does."""


def fits(text: str, regions: Sequence[str] = ()) -> bool:
    """Whether a text fits a format of the regions; of any region where none is given."""
    return any(_is_of(form.region, regions) for form in _formats_of(text))


def region_of(text: str, regions: Sequence[str] = ()) -> str:
    """The region of the narrowest format that a text fits; empty where it fits none.

    Of several regions with the same format none is named: a guess would be no better than chance.
    """
    forms = [form for form in _formats_of(text) if _is_of(form.region, regions)]
    narrowest = min((form.log_size for form in forms), default=0.0)
    best = {form.region for form in forms if math.isclose(form.log_size, narrowest)}
    countries = {region.partition("-")[0] for region in best}
    if len(best) == 1:
        return best.pop()
    return countries.pop() if len(countries) == 1 else ""


def known_regions() -> list[str]:
    """Names that `--region` takes: of regions, and of the federations that some are states of."""
    names = {region.name for region in REGIONS}
    return sorted(names | {name.partition("-")[0] for name in names})


def check_regions(names: Sequence[str]) -> None:
    """Makes sure that regions are known.

    Raises:
        RegionError: One is not; the message suggests the nearest names.
    """
    known = known_regions()
    for name in names:
        if name not in known:
            nearest = get_close_matches(name.lower(), known, n=3, cutoff=0.0)
            raise RegionError(
                f"{name!r} is not a known region; the nearest are {', '.join(nearest)}"
            )


def log_size(text: str, regions: Sequence[str]) -> float:
    """The logarithm of how many texts the largest format has that a text fits."""
    return max(form.log_size for form in _formats_of(text) if _is_of(form.region, regions))


def is_common(text: str) -> bool:
    """Whether at least COMMON regions have a format that a text fits."""
    return len({form.region for form in _formats_of(text)}) >= COMMON


def _is_of(region: str, regions: Sequence[str]) -> bool:
    return not regions or region in regions or region.partition("-")[0] in regions


@lru_cache(maxsize=4096)
def _formats_of(text: str) -> tuple[Format, ...]:
    """All formats that a text fits."""
    forms = _by_shape().get(_shape(text), ())
    return tuple(form for form in forms if form.pattern.fullmatch(text))


@cache
def _by_shape() -> dict[str, list[Format]]:
    """Every format under the shapes, such as AA99AA9999, that texts of it have."""
    shapes: dict[str, list[Format]] = {}
    for region in REGIONS:
        for written in region.formats:
            for shape in _shapes(written):
                shapes.setdefault(shape, []).append(_compiled(region, written))
    return shapes


def _compiled(region: Region, written: str) -> Format:
    parts, log_size = [], 0.0
    for word, literal, kind in TOKEN.findall(written):
        if word:
            parts.append(f"(?:{'|'.join(WORDS[word])})")
            log_size += math.log(len(WORDS[word]))
        elif literal:
            parts.append(literal)
        else:
            characters = region.letters if kind == "A" else "0123456789"
            parts.append(f"[{characters}]")
            log_size += math.log(len(characters))
    return Format(region.name, re.compile("".join(parts)), log_size)


def _shapes(written: str) -> set[str]:
    shapes = {""}
    for word, literal, kind in TOKEN.findall(written):
        endings = {_shape(ending) for ending in (WORDS[word] if word else (literal or kind,))}
        shapes = {shape + ending for shape in shapes for ending in endings}
    return shapes


def _shape(text: str) -> str:
    return "".join("9" if character.isdigit() else "A" for character in text)
