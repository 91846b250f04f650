"""The version, where setup.py finds it without importing anything else."""

__version__ = "0.1.0"
