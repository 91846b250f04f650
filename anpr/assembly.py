"""Settings become a pipeline: which locator, which readers."""

from anpr.arguments import MORPHOLOGY, NETWORK, TESSERACT, TUTORIAL
from anpr.batch import PhotoReader
from anpr.locate import Locator
from anpr.locate.morphology import AtWorkingWidth, MorphologyLocator
from anpr.locate.network import NetworkLocator
from anpr.pipeline import PlateReader, TutorialPipeline
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
