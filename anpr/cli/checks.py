"""Options that do not go together, or need what is not there: found before any work begins."""

from argparse import Namespace
from collections.abc import Iterator
from importlib.util import find_spec

from anpr import remote
from anpr.errors import UrlError
from anpr.watching import why_not

PARQUET = "parquet"
COPIES = ("annotate", "crops", "redact")
NOT_IN_A_CLUSTER = (*COPIES, "report", "debug_dir", "workers")
"""Options for the machine that the command runs on."""


def contradiction(arguments: Namespace) -> str | None:
    """What is wrong with arguments that are right one by one; None where nothing is."""
    return next(_contradictions(arguments), None)


def _contradictions(arguments: Namespace) -> Iterator[str]:
    if arguments.format == PARQUET and arguments.output is None:
        yield "--format parquet needs a file: --output FILE"
    if arguments.resume and arguments.output is None:
        yield "--resume needs the table to go on with: --output FILE"
    yield from _about_urls(arguments)
    if arguments.watch:
        yield from filter(None, [why_not(arguments.input)])
    if arguments.cluster is not None:
        yield from _about_clusters(arguments)


def _about_urls(arguments: Namespace) -> Iterator[str]:
    urls = list(filter(remote.is_url, arguments.input))
    for option in _given(arguments, COPIES):
        if urls:
            yield f"{option} takes photos of this machine alone; got {urls[0]}: copy them here"
    for url in urls:
        try:
            remote.check(url)
        except UrlError as error:
            yield str(error)


def _about_clusters(arguments: Namespace) -> Iterator[str]:
    if arguments.output is None:
        yield "--cluster needs a folder for the parts of the table: --output FOLDER"
    elif arguments.output.suffix.lower() in (".csv", ".jsonl", ".parquet"):
        yield (
            f"--cluster writes a folder of Parquet files; got --output {arguments.output}, the "
            "name of one table: name a folder"
        )
    if arguments.format not in (None, PARQUET):
        yield f"--cluster writes Parquet; got --format {arguments.format}: leave it out"
    for option in _given(arguments, NOT_IN_A_CLUSTER):
        yield f"{option} works on this machine alone; leave out it or --cluster"
    if arguments.watch:
        yield "--watch works on this machine alone; leave out it or --cluster"
    if arguments.debug > 0:
        yield "--debug works on this machine alone; leave out it or --cluster"
    for package in ("ray", "pyarrow"):
        if find_spec(package) is None:
            yield f"--cluster needs {package}, which is missing; pip install 'anpr[cluster]'"


def _given(arguments: Namespace, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if getattr(arguments, name) is not None:
            yield "--" + name.replace("_", "-")
