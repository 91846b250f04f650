"""Options that contradict each other, need what is missing, or have no effect beside others."""

from argparse import Namespace
from collections.abc import Iterator
from importlib.util import find_spec

from anpr._version import install_hint
from anpr.cli.settings import BORDER_AS_PIPELINE, NETWORK, TESSERACT, TEXT, TUTORIAL
from anpr.errors import FormatError, UrlError
from anpr.output.tables.open import PARQUET, TABLE_FORMATS, kind_of
from anpr.sources import urls

COPIES = ("annotate", "crops", "redact")
NOT_ON_A_CLUSTER = (*COPIES, "report", "debug_dir", "workers")
"""Options for the machine that the command runs on."""


def contradictions(arguments: Namespace) -> Iterator[str]:
    """Yields what is wrong with arguments that are right one by one, before any work begins."""
    if not arguments.inputs:
        yield "nothing to read: name folders or photos, e.g. photos/"
    if arguments.resume and arguments.output is None:
        yield "--resume needs the table to continue: --output FILE"
    yield from _about_tables(arguments)
    yield from _about_urls(arguments)
    if arguments.watch:
        yield from _about_watching(arguments)
    if arguments.cluster is not None:
        yield from _about_clusters(arguments)


def without_effect(arguments: Namespace) -> Iterator[str]:
    """Yields a warning for each option that was given and has no effect.

    `--clear-border` alone is no mistake: the tutorial's command has it, and still works.
    """
    is_tutorial = arguments.pipeline == TUTORIAL
    tutorial, network = "--pipeline tutorial", "--reader network"
    if is_tutorial and arguments.regions:
        yield _ignored("--region", tutorial)
    if is_tutorial and arguments.one:
        yield _ignored("--one", f"{tutorial}, which reads one plate a photo")
    if not is_tutorial and arguments.psm is not None:
        yield "--psm has no effect without --pipeline tutorial"
    if arguments.reader == NETWORK and arguments.clear_border != BORDER_AS_PIPELINE:
        yield _ignored("--clear-border", network)
    if arguments.tesseract_cmd is not None:
        if arguments.reader == NETWORK:
            yield _ignored("--tesseract-cmd", network)
        elif not is_tutorial and arguments.reader != TESSERACT:
            yield f"--tesseract-cmd has no effect without {tutorial} or --reader tesseract"
    if arguments.output is not None and arguments.format == TEXT:
        yield _ignored("--format text", "--output")


def _ignored(option: str, other: str) -> str:
    return f"{option} has no effect with {other}"


def _about_tables(arguments: Namespace) -> Iterator[str]:
    if arguments.format == PARQUET and arguments.output is None:
        yield "--format parquet needs a file: --output FILE"
    if arguments.output is not None and arguments.cluster is None:
        try:
            kind_of(arguments.output, None if arguments.format == TEXT else arguments.format)
        except FormatError as error:
            yield str(error)


def _about_urls(arguments: Namespace) -> Iterator[str]:
    given = list(filter(urls.is_url, arguments.inputs))
    for option in _given(arguments, COPIES):
        if given:
            yield f"{option} takes photos of this machine alone; got {given[0]}: copy them here"
    for url in given:
        try:
            urls.check_supported(url)
        except UrlError as error:
            yield str(error)


def _about_watching(arguments: Namespace) -> Iterator[str]:
    for path in arguments.inputs:
        if isinstance(path, str) or not path.is_dir():
            yield f"--watch takes folders, and {path} is not one; create it, or leave out --watch"


def _about_clusters(arguments: Namespace) -> Iterator[str]:
    if arguments.output is None:
        yield "--cluster needs a folder for the shards of the table: --output FOLDER"
    elif arguments.output.suffix.lower().removeprefix(".") in TABLE_FORMATS:
        yield (
            f"--cluster writes a folder of Parquet files; got --output {arguments.output}, the "
            "name of one table: name a folder"
        )
    if arguments.format not in (None, PARQUET):
        yield f"--cluster writes Parquet; got --format {arguments.format}: leave it out"
    for option in _given(arguments, NOT_ON_A_CLUSTER):
        yield f"{option} works on this machine alone; leave out it or --cluster"
    if arguments.watch:
        yield "--watch works on this machine alone; leave out it or --cluster"
    if arguments.debug > 0:
        yield "--debug works on this machine alone; leave out it or --cluster"
    for package in ("ray", "pyarrow"):
        if find_spec(package) is None:
            yield f"--cluster needs {package}, which is missing; {install_hint('cluster')}"


def _given(arguments: Namespace, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if getattr(arguments, name) is not None:
            yield "--" + name.replace("_", "-")
