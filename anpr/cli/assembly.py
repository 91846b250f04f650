"""Settings become a batch: which locator, which readers, in how many processes, and where."""

import os
from contextlib import suppress
from functools import partial
from itertools import chain, islice
from pathlib import Path

import cv2

from anpr.arguments import AUTO, MORPHOLOGY, NETWORK, PHOTO_TIMEOUTS, TESSERACT, TUTORIAL
from anpr.batch import PhotoReader, Photos, Read, Results, read_files
from anpr.images import quieten_decoders
from anpr.locate import Locator
from anpr.locate.morphology import AtWorkingWidth, MorphologyLocator
from anpr.locate.network import NetworkLocator
from anpr.output.annotate import annotate
from anpr.output.opening import check_folders, photo_extras
from anpr.output.parts import PartsFolder
from anpr.pipeline import PlateReader, TutorialPipeline, in_turn
from anpr.read import Reader, tesseract
from anpr.read.network import NetworkReader
from anpr.read.opinion import TesseractOpinion, open_prepared
from anpr.read.tesseract import TesseractReader
from anpr.types import FileResult, Image, Settings, Show
from anpr.windows import HiddenWindows, Windows
from anpr.workers import default_count, read_in_workers

# Photos, unless workers are asked for: one takes as long to start as to read so many.
ENOUGH_FOR_WORKERS = 40


def open_batch(settings: Settings, windows: Windows) -> Read:
    """Makes ready what reads photos: here, or in several processes.

    Raises:
        OutputError: A folder for copies would be written over its own photos, or that for the
            parts of a table has some.
    """
    if settings.cluster is not None and settings.output is not None:
        folder = PartsFolder(settings.output, settings.resume)
        return partial(_read_in_cluster, settings, settings.cluster, folder)
    check_folders(settings)
    return partial(_read_batch, settings, windows)


def set_up(settings: Settings) -> None:
    """Sets what is set once in a process."""
    quieten_decoders()
    if settings.workers == 1:
        cv2.setNumThreads(1)  # as in every worker: one worker is one core, and threads waste some
    if settings.tesseract_cmd:
        tesseract.use_command(settings.tesseract_cmd)


def _read_batch(settings: Settings, windows: Windows, photos: Photos) -> Results:
    count, photos = _worker_count(settings, photos)
    if count == 1:
        return _open_here(settings, windows)(photos)
    return read_in_workers(photos, partial(_open_in_worker, settings), count, _limit_s(settings))


def _read_in_cluster(
    settings: Settings, address: str, folder: PartsFolder, photos: Photos
) -> Results:
    from anpr.cluster import read_in_cluster

    open_read = partial(_open_in_node, settings, Path.cwd())
    known = (photo for photo in photos if photo is not None)
    return read_in_cluster(known, address, folder, open_read, _limit_s(settings))


def _limit_s(settings: Settings) -> float:
    """How long a photo may take."""
    return settings.timeout_s * PHOTO_TIMEOUTS


def _open_in_node(settings: Settings, folder: Path) -> Read:
    """As `_open_in_worker`, in the folder that relative paths start from."""
    with suppress(OSError):  # a node that has no such folder reads URLs and absolute paths
        os.chdir(folder)
    return _open_in_worker(settings)


def _worker_count(settings: Settings, photos: Photos) -> tuple[int, Photos]:
    """How many processes to read in, 1 for none beside this one; and the photos, all of them."""
    if settings.debug:
        return 1, photos
    if settings.watch:  # photos come one by one, and none is to wait for others
        return settings.workers or 1, photos
    enough = ENOUGH_FOR_WORKERS if settings.workers is None else 2
    upcoming = iter(photos)
    first = tuple(islice(upcoming, enough))
    count = settings.workers or default_count() if len(first) == enough else 1
    return count, chain(first, upcoming)


def _open_in_worker(settings: Settings) -> Read:
    set_up(settings)
    return _open_here(settings, HiddenWindows())


def _open_here(settings: Settings, windows: Windows) -> Read:
    extras = photo_extras(settings)
    if windows.is_visible:
        extras = (partial(_show_annotated, windows), *extras)
    return partial(
        read_files,
        reader=open_pipeline(settings, windows.show),
        windows=windows,
        max_pixels=settings.max_pixels,
        extras=extras,
        fetch_limit_s=settings.timeout_s,
        in_colour=settings.pipeline == TUTORIAL or bool(extras),
    )


def _show_annotated(windows: Windows, result: FileResult, image: Image) -> FileResult:
    """Shows the photo with its plates outlined, as the tutorial ends."""
    if result.readings:
        windows.show("Output ANPR", annotate(image, result.readings), True)
    return result


def open_pipeline(settings: Settings, show: Show) -> PhotoReader:
    """Puts together what reads a photo."""
    if settings.pipeline == TUTORIAL:
        return _open_tutorial(settings, show)
    return _open_panel(settings, show)


def needs_tesseract(settings: Settings) -> bool:
    """Whether there is no reading without Tesseract; else it is asked for its opinion at most."""
    if settings.pipeline == TUTORIAL:
        return settings.reader != NETWORK
    return settings.reader == TESSERACT


def _open_tutorial(settings: Settings, show: Show) -> TutorialPipeline:
    is_network = settings.locator == NETWORK
    by_tesseract = TesseractReader(settings.psm, settings.timeout_s, settings.clear_border > 0)
    return TutorialPipeline(
        _open_networks(settings, show) if is_network else MorphologyLocator(show),
        NetworkReader() if settings.reader == NETWORK else by_tesseract,
        show,
        settings.clear_border > 0,
    )


def _open_panel(settings: Settings, show: Show) -> PlateReader:
    opinion, readers = None, settings.reader
    if readers == TESSERACT:
        reader: Reader = open_prepared(settings.clear_border, settings.timeout_s)
    else:
        reader = NetworkReader()
    if readers not in (TESSERACT, NETWORK):
        opinion = TesseractOpinion(settings.clear_border, settings.timeout_s)
    locators = _open_locators(settings, show)
    return PlateReader(locators, reader, opinion, settings.regions, settings.one, show)


def _open_locators(settings: Settings, show: Show) -> list[Locator]:
    if settings.locator == MORPHOLOGY:
        return [AtWorkingWidth(MorphologyLocator(show))]
    locators = in_turn(_open_networks(settings, show), show)
    return locators if settings.locator == AUTO else locators[:-1]


def _open_networks(settings: Settings, show: Show) -> NetworkLocator:
    return NetworkLocator(show if settings.debug else None)
