"""The formats of the world's number plates: the files of `world/` as values.

`world/README.md` has the syntax of the files and where the formats come from. Nothing is checked
here, since the files come with the package: the tests find what is wrong in them.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

FOLDER = Path(__file__).parent / "world"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜ"
DIGITS = "0123456789"
SLOT = re.compile(r"<(\w+)>|\[(\w+)\]|\{(\w+)\}|(\w)")
NUMBERS = re.compile(r"(\d+)-(\d+)")
SHAPES = str.maketrans(LETTERS + DIGITS, "A" * len(LETTERS) + "9" * len(DIGITS), "[]")


@dataclass(frozen=True)
class Slot:
    """The words that may stand at one place of a format, most of them single characters."""

    words: tuple[str, ...]

    @cached_property
    def by_shape(self) -> dict[str, frozenset[str]]:
        """The words of each shape."""
        found: dict[str, set[str]] = {}
        for word in self.words:
            found.setdefault(shape_of(word), set()).add(word)
        return {shape: frozenset(words) for shape, words in found.items()}


@dataclass(eq=False)
class Format:
    """One format of one region. It is taken to pieces when they are needed: most never are."""

    region: str
    written: str
    share: float
    """Share of the region's plates that have this format, 0 to 1."""
    examples: tuple[str, ...]
    """Published plates of this format."""
    letters: str
    word_lists: dict[str, str]

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """What stands at each place, from the left."""
        return tuple(self._slots())

    def _slots(self) -> Iterator[Slot]:
        for name, literal, choice, kind in SLOT.findall(self.written):
            if name:
                yield _listed(self.word_lists[name])
            elif literal:
                yield Slot((literal,))
            else:
                yield _one_of(choice or (self.letters if kind == "A" else DIGITS))

    @cached_property
    def log_size(self) -> float:
        """Natural logarithm of how many texts have this format."""
        return sum(math.log(len(slot.words)) for slot in self.slots)

    @cached_property
    def text_probability(self) -> float:
        """Probability of each text of this format among all plates of the region."""
        return self.share * math.exp(-self.log_size)

    @property
    def shapes(self) -> set[str]:
        """The shapes of its texts."""
        if "<" not in self.written and "{" not in self.written:
            return {shape_of(self.written)}
        found = {""}
        for name, literal, choice, kind in SLOT.findall(self.written):
            if name:
                endings = _shapes_of(self.word_lists[name])
            else:
                endings = {shape_of(ending) for ending in choice or (literal or kind,)}
            found = {shape + ending for shape in found for ending in endings}
        return found


@dataclass(frozen=True)
class Region:
    """A country, or a state of a federation whose states have formats of their own."""

    code: str
    """ISO 3166 in lower case; for a state after a dash, e.g. `us-ca`."""
    names: tuple[str, ...]
    """English name first."""
    source: str
    is_partial: bool
    """Whether Latin letters and digits alone do not identify a plate."""
    formats: tuple[Format, ...]

    @property
    def country(self) -> str:
        """The code without the state."""
        return self.code.partition("-")[0]


@dataclass(frozen=True)
class Group:
    """A name for several regions: a federation of states, or a union of countries."""

    code: str
    names: tuple[str, ...]
    """English name first."""
    members: tuple[str, ...]
    """Codes of its regions; for a federation empty, since they follow from its code."""


@dataclass(frozen=True)
class World:
    """All regions, and the groups that have names of their own."""

    regions: dict[str, Region] = field(default_factory=dict)
    """By their codes."""
    groups: dict[str, Group] = field(default_factory=dict)
    """By their codes."""

    @cached_property
    def by_shape(self) -> dict[str, list[Format]]:
        """Every format under the shapes that its texts have."""
        found: dict[str, list[Format]] = {}
        for region in self.regions.values():
            for form in region.formats:
                for shape in form.shapes:
                    found.setdefault(shape, []).append(form)
        return found

    @cached_property
    def states(self) -> dict[str, tuple[str, ...]]:
        """The regions of each country: itself, or its states."""
        found: dict[str, tuple[str, ...]] = {}
        for region in self.regions.values():
            found[region.country] = (*found.get(region.country, ()), region.code)
        return found

    @cached_property
    def named(self) -> dict[str, Region | Group]:
        """Regions and groups by their codes, in alphabetical order."""
        found: dict[str, Region | Group] = {**self.regions, **self.groups}
        return {code: found[code] for code in sorted(found)}


def shape_of(text: str) -> str:
    """Returns a text with `A` for each letter and `9` for each digit; others stay as they are."""
    return text.translate(SHAPES)


@cache
def world() -> World:
    """Reads all files; takes some milliseconds, once in a process."""
    found = World()
    for file in sorted(FOLDER.glob("*.txt")):
        for block in file.read_text("utf-8").split("\n\n"):
            lines = [line.strip() for line in block.splitlines()]
            _add(found, [line for line in lines if line and line[0] != "#"])
    return found


def _add(found: World, lines: list[str]) -> None:
    """Adds what a block describes; a block of comments alone describes nothing."""
    kind = lines[0].partition(" ")[0] if lines else ""
    if kind in ("federation", "group"):
        group = _group(lines[0].removeprefix(kind))
        found.groups[group.code] = group
    elif lines:
        region = _region(lines)
        found.regions[region.code] = region


def _heading(line: str) -> tuple[str, tuple[str, ...]]:
    """Returns a code and the names behind it."""
    code, _, names = line.strip().partition(" ")
    return code, tuple(map(str.strip, names.split(",")))


def _group(line: str) -> Group:
    heading, _, members = line.partition(":")
    return Group(*_heading(heading), tuple(members.split()))


def _region(lines: list[str]) -> Region:
    code, names = _heading(lines[0])
    letters, source, is_partial = "", "", False
    word_lists: dict[str, str] = {}
    formats: list[Format] = []
    for line in lines[1:]:
        if line[0] in DIGITS:
            share, written, *examples = line.split()
            published = () if examples == ["-"] else tuple(examples)
            formats.append(Format(code, written, float(share), published, letters, word_lists))
            continue
        key, _, value = line.partition(": ")
        if key == "source":
            source = value
        elif key == "letters":
            letters = value
        elif key == "partial":
            is_partial = value == "yes"
        else:
            word_lists[key.removeprefix("words ")] = value
    return Region(code, names, source, is_partial, tuple(formats))


@cache
def _one_of(characters: str) -> Slot:
    return Slot(tuple(characters))


@cache
def _listed(words: str) -> Slot:
    """Returns the words of a list; `01-99` is all numbers of that range."""
    return Slot(tuple(written for word in words.split() for written in _written_out(word)))


def _written_out(word: str) -> Iterator[str]:
    numbers = NUMBERS.fullmatch(word)
    if numbers is None:
        yield word
    else:
        first, last = numbers.groups()
        yield from (f"{n:0{len(first)}d}" for n in range(int(first), int(last) + 1))


@cache
def _shapes_of(words: str) -> set[str]:
    """Returns the shapes of the words of a list, without writing them out."""
    found = set()
    for shape in set(shape_of(words).split()):
        first, dash, last = shape.partition("-")
        lengths = range(len(first), len(last) + 1) if dash else ()
        found |= {"9" * length for length in lengths} or {shape}
    return found
