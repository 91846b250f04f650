"""The documentation, and the modules that make the parts of it that come from code."""
