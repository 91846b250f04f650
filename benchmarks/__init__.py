"""Benchmarks: the share of labelled plates that are read correctly, and what reading costs."""
