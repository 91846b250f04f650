"""Synthetic plates, training of the networks, export to ONNX: all that makes ``anpr/models``."""
