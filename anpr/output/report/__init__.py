"""The report: a web page for browsing and correcting the readings."""
