"""The report: a web page to browse and correct."""
