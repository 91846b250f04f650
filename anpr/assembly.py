"""Settings become a pipeline: which locator, which readers."""

from anpr.arguments import AUTO, MORPHOLOGY, NETWORK, TESSERACT, TUTORIAL
from anpr.batch import PhotoReader
from anpr.locate import Locator
from anpr.locate.morphology import AtWorkingWidth, MorphologyLocator
from anpr.locate.network import NetworkLocator
from anpr.pipeline import PlateReader, TutorialPipeline, in_turn
from anpr.read import Reader
from anpr.read.network import NetworkReader
from anpr.read.opinion import TesseractOpinion, open_prepared
from anpr.read.tesseract import TesseractReader
from anpr.types import Settings, Show


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
    tesseract = TesseractReader(settings.psm, settings.timeout_s, settings.clear_border > 0)
    return TutorialPipeline(
        _open_networks(settings, show) if is_network else MorphologyLocator(show),
        NetworkReader() if settings.reader == NETWORK else tesseract,
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
