"""Writes the tables of docs/options.md from the code: `python -m docs.options`.

The page has a pair of comments around each table; only what stands between them is replaced.
"""

import argparse
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from anpr.cli.arguments import build_parser, default_worker_count
from anpr.decide.grammar import known_regions, region_names
from anpr.errors import ExitCode

PAGE = Path(__file__).with_name("options.md")
CODE = re.compile(r"--[a-z-]+|\w+://[\w./:]*\w|\w+://\.+")
"""Options and URLs in a help text."""
BLOCK = re.compile(r"(<!-- begin (\w+):.*-->\n).*?(<!-- end \2 -->)", re.DOTALL)


def main() -> None:
    """Brings the page up to date."""
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def updated(page: str) -> str:
    """Returns the page with its tables as the code has them."""
    tables = {"options": _options, "codes": _exit_codes, "regions": _regions}
    return BLOCK.sub(lambda found: found[1] + "\n".join(tables[found[2]]()) + "\n" + found[3], page)


def _options() -> Iterator[str]:
    """A table for each group of options, in the order of `--help`."""
    parser = build_parser()
    positional, general, *others = parser._action_groups
    # argparse shows paths apart from options, and options about the command before all others
    first, last = positional._group_actions, general._group_actions
    about_command = [action for action in last if action.dest in ("help", "version")]
    yield from _group(parser, "what is read", [a for a in first + last if a not in about_command])
    for group in others:
        yield from _group(parser, group.title or "", group._group_actions)
    yield from _group(parser, "about the command", about_command)
    yield ""


def _group(
    parser: argparse.ArgumentParser, title: str, actions: Iterable[argparse.Action]
) -> Iterator[str]:
    yield from ("", f"### {title[0].upper()}{title[1:]}", "")
    yield from _table(
        ("option", "meaning"), ((_name(action), _meaning(parser, action)) for action in actions)
    )


def _name(action: argparse.Action) -> str:
    """The option as it is typed, such as `-o`, `--output FILE`."""
    value = _value(action)
    if not action.option_strings:
        return f"`{value}`"
    *short, long = action.option_strings
    return ", ".join(f"`{text}`" for text in (*short, f"{long} {value}".rstrip()))


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    choices = "{" + ",".join(map(str, action.choices or ())) + "}"
    value = str(action.metavar or choices)
    return f"{value} ..." if action.nargs in ("+", "*") else value


def _meaning(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    """The help text, without the number of cores of this machine."""
    text = (action.help or "") % {**vars(action), "prog": parser.prog}
    text = text.replace(f"number of cores, {default_worker_count()},", "number of cores")
    return CODE.sub(r"`\g<0>`", text)


def _exit_codes() -> Iterator[str]:
    rows = ((str(code.value), code.meaning) for code in ExitCode)
    return _table(("exit code", "meaning"), rows)


def _regions() -> Iterator[str]:
    """A row for each region, federation and union; the first name is the English one."""
    names = ((code, *region_names(code)) for code in known_regions())
    rows = ((f"`{code}`", name, ", ".join(others)) for code, name, *others in names)
    return _table(("code", "region", "other names"), rows)


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield _row(header)
    yield _row("---" for _ in header)
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
