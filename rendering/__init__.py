"""Scenes for the sample photos: a modelled car rear, path traced, then "photographed"."""
