"""Renders the sample photos: the rear of a car, modelled and path traced, then "photographed"."""
