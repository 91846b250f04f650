"""Measurements: how many plates are read right, and what that costs."""
