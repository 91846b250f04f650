"""anpr: reads the number plates in a folder of photographs."""

from anpr._version import __version__
from anpr.anpr import PyImageSearchANPR
from anpr.errors import AnprError
from anpr.pipeline import PlateReader

__all__ = ["AnprError", "PlateReader", "PyImageSearchANPR", "__version__"]
