"""Settings become a batch: which locator, which readers, in how many processes."""

from collections.abc import Iterable
from functools import partial
from itertools import chain, islice

from anpr.arguments import MORPHOLOGY, NETWORK, PHOTO_TIMEOUTS, TESSERACT, TUTORIAL
from anpr.batch import Photo, PhotoReader, Read, Results, read_files
from anpr.images import quieten_decoders
from anpr.locate import Locator
from anpr.locate.morphology import AtWorkingWidth, MorphologyLocator
from anpr.locate.network import NetworkLocator
from anpr.output.opening import photo_extras
from anpr.pipeline import PlateReader, TutorialPipeline
from anpr.read import tesseract
from anpr.read.network import NetworkReader
from anpr.read.opinion import TesseractOpinion, open_prepared
from anpr.read.tesseract import TesseractReader
from anpr.types import Settings, Show
from anpr.windows import HiddenWindows, Windows
from anpr.workers import read_in_workers

ENOUGH_FOR_WORKERS = 2  # photos; a worker takes 1 s to start, which is more than one photo takes


def open_batch(settings: Settings, windows: Windows) -> Read:
    """Makes ready what reads photos: here, or in several processes.

    Raises:
        OutputError: A folder for copies would be written over its own photos.
    """
    photo_extras(settings)  # so that what is wrong with its folders shows before the first photo
    return partial(_read_batch, settings, windows)


def set_up(settings: Settings) -> None:
    """Sets what is set once in a process."""
    quieten_decoders()
    if settings.tesseract_cmd:
        tesseract.use_command(settings.tesseract_cmd)


def _read_batch(settings: Settings, windows: Windows, photos: Iterable[Photo]) -> Results:
    upcoming = iter(photos)
    first = tuple(islice(upcoming, ENOUGH_FOR_WORKERS))
    photos = chain(first, upcoming)
    if settings.debug or settings.workers == 1 or len(first) < ENOUGH_FOR_WORKERS:
        return _open_here(settings, windows)(photos)
    limit_s = settings.timeout_s * PHOTO_TIMEOUTS
    return read_in_workers(photos, partial(_open_in_worker, settings), settings.workers, limit_s)


def _open_in_worker(settings: Settings) -> Read:
    set_up(settings)
    return _open_here(settings, HiddenWindows())


def _open_here(settings: Settings, windows: Windows) -> Read:
    return partial(
        read_files,
        reader=open_pipeline(settings, windows.show),
        windows=windows,
        max_pixels=settings.max_pixels,
        extras=photo_extras(settings),
    )


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
    morphology = AtWorkingWidth(MorphologyLocator(show))
    locator: Locator = morphology
    if settings.locator != MORPHOLOGY:
        locator = _open_networks(settings, show)
    is_tesseract, is_network = settings.reader == TESSERACT, settings.reader == NETWORK
    return PlateReader(
        locator,
        open_prepared(settings.clear_border, settings.timeout_s)
        if is_tesseract
        else NetworkReader(),
        morphology if settings.locator not in (NETWORK, MORPHOLOGY) else None,
        None
        if is_tesseract or is_network
        else TesseractOpinion(settings.clear_border, settings.timeout_s),
        settings.regions,
        settings.one,
        show,
    )


def _open_networks(settings: Settings, show: Show) -> NetworkLocator:
    return NetworkLocator(show if settings.debug else None)
