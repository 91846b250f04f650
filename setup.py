"""Packaging for tools that call `setup.py`. Everything but the licence is in pyproject.toml."""

from setuptools import setup

# In pyproject.toml an SPDX licence makes setuptools before 77 refuse the whole file, and Debian 12
# and Ubuntu 24.04 have such versions. They take `license` and warn of the other, newer name.
setup(license="MIT", license_expression="MIT")
