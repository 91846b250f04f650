"""anpr: reads the number plates in a folder of photographs."""

from anpr._version import __version__
from anpr.anpr import PyImageSearchANPR
from anpr.errors import AnprError

__all__ = ["AnprError", "PyImageSearchANPR", "__version__"]
