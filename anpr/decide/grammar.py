"""Which texts fit the formats of which regions, and how many texts each format holds."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache

from anpr.decide.formats import REGIONS, WORDS, Region
from anpr.decide.region_names import NAMES
from anpr.errors import RegionError

MIN_REGIONS = 3  # sharing a format; with fewer, nearly any text fits some format of the world
SUGGESTIONS = 3  # regions named in the error about an unknown one
TOKEN = re.compile(r"<(\w+)>|\[(\w+)\]|(.)")


@dataclass(frozen=True)
class Format:
    """One format of one region."""

    region: str
    pattern: re.Pattern[str]
    log_size: float
    """Natural logarithm of how many texts fit; the fewer, the more a fit means."""


def fits(text: str, regions: Sequence[str] = ()) -> bool:
    """Returns whether a text fits a format of the regions, or of any region if none is given."""
    return any(_is_of(form.region, regions) for form in _formats_of(text))


def region_of(text: str, regions: Sequence[str] = ()) -> str:
    """Returns the region of the narrowest format that a text fits; empty if it fits none.

    Empty as well if several countries share that format, since a guess would be pure chance.
    """
    forms = [form for form in _formats_of(text) if _is_of(form.region, regions)]
    narrowest = min((form.log_size for form in forms), default=0.0)
    best = {form.region for form in forms if math.isclose(form.log_size, narrowest)}
    countries = {region.partition("-")[0] for region in best}
    if len(best) == 1:
        return best.pop()
    return countries.pop() if len(countries) == 1 else ""


def known_regions() -> list[str]:
    """Returns the names that `--region` accepts: regions, and federations of states."""
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
            nearest = [f"{code} ({NAMES[code]})" for code in _nearest(name)]
            raise RegionError(
                f"{name!r} is not a known region; the nearest are {', '.join(nearest)}"
            )


def _nearest(name: str) -> list[str]:
    """Returns the codes of the regions whose code or name is most like a text."""
    codes = {code: code for code in NAMES} | {NAMES[code].lower(): code for code in NAMES}
    matches = get_close_matches(name.lower(), codes, n=2 * SUGGESTIONS, cutoff=0.0)
    return list(dict.fromkeys(codes[match] for match in matches))[:SUGGESTIONS]


def log_size(text: str, regions: Sequence[str]) -> float:
    """Returns the logarithm of how many texts the largest format holds that a text fits."""
    return max(form.log_size for form in _formats_of(text) if _is_of(form.region, regions))


def is_common(text: str) -> bool:
    """Returns whether at least MIN_REGIONS regions have a format that a text fits."""
    return len({form.region for form in _formats_of(text)}) >= MIN_REGIONS


def _is_of(region: str, regions: Sequence[str]) -> bool:
    return not regions or region in regions or region.partition("-")[0] in regions


@lru_cache(maxsize=4096)
def _formats_of(text: str) -> tuple[Format, ...]:
    """Returns all formats that a text fits."""
    forms = _by_shape().get(_shape(text), ())
    return tuple(form for form in forms if form.pattern.fullmatch(text))


@cache
def _by_shape() -> dict[str, list[Format]]:
    """Returns every format by the shapes, e.g. AA99AA9999, that its texts have."""
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
