"""anpr: reads the number plates in a folder of photographs."""

from anpr._version import __version__
from anpr.anpr import PyImageSearchANPR
from anpr.errors import AnprError
from anpr.locate.network import NetworkLocator
from anpr.pipeline import PlateReader
from anpr.read.network import NetworkReader
from anpr.types import Reading, Status

__all__ = [
    "AnprError",
    "NetworkLocator",
    "NetworkReader",
    "PlateReader",
    "PyImageSearchANPR",
    "Reading",
    "Status",
    "__version__",
]
