"""Packaging: `pip install .` installs the library and the command `ocr-license-plate`."""

import runpy
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
VERSION = runpy.run_path(str(HERE / "anpr" / "_version.py"))["__version__"]

SAMPLES = ["pooch>=1.8"]  # fetches the tutorial's own photos
PARQUET = ["pyarrow>=15"]  # tables for pandas, DuckDB and Spark
CLOUD = ["aiohttp>=3.9", "fsspec>=2024.2", "gcsfs>=2024.2", "s3fs>=2024.2"]  # photos by URL
CLUSTER = ["ray[client,data]>=2.30", *PARQUET]  # photos by the million
PROGRESS = ["tqdm>=4.66"]
BENCHMARKS = ["rapidfuzz>=3.9", *PROGRESS]
# Up to 4.12 OpenCV runs our networks in half the time of what came after; before 4.12 a crafted
# JPEG could write where it should not (CVE-2025-53644). Python 3.14 has no NumPy that 4.12 takes.
OPENCV = [
    "opencv-contrib-python>=4.12,<4.13; python_version < '3.14'",
    "opencv-contrib-python>=4.13; python_version >= '3.14'",
]
# What we measure ourselves against. It brings another build of OpenCV into the same folder: that
# has to be of the same version.
PEERS = ["rapidocr_onnxruntime>=1.4", *(need.replace("-contrib", "") for need in OPENCV)]
IN_PROCESS = ["tesserocr>=2.7"]  # Tesseract without a process for each plate
REPORT = ["jinja2>=3.1"]  # the page that --report writes
WATCH = ["watchdog>=4"]  # tells at once what arrives in a folder
EVERYTHING = [*IN_PROCESS, *PARQUET, *REPORT, *PROGRESS, *WATCH]  # for one machine
TRAINING = [*BENCHMARKS, "onnx>=1.16", "pillow>=10.1", "torch>=2.4"]
DEV = [
    "build>=1.2",
    "flask>=3",  # with moto, an S3 server on this machine
    "flask-cors>=5",
    "hypothesis>=6",  # damages photos in every way
    "moto[s3]>=5",
    "mypy>=1.13",
    "pytest>=8",
    "python-xlib>=0.33",
    "ruff>=0.8",
    "selenium>=4.20",  # leafs through the report in a browser
]

setup(
    name="anpr",
    version=VERSION,
    description="Reads the number plates in a folder of photographs, from one command",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    packages=find_packages(include=["anpr", "anpr.*"]),
    package_data={"anpr": ["py.typed", "models/*", "output/*.j2", "output/*.css", "output/*.js"]},
    python_requires=">=3.10",
    install_requires=[
        *OPENCV,
        "imutils>=0.5.4",
        "numpy>=1.26",
        "pytesseract>=0.3.13",
        "scikit-image>=0.24",
    ],
    extras_require={
        "samples": SAMPLES,
        "in-process": IN_PROCESS,
        "parquet": PARQUET,
        "report": REPORT,
        "progress": PROGRESS,
        "watch": WATCH,
        "cloud": CLOUD,
        "cluster": CLUSTER,
        "all": EVERYTHING,
        "benchmarks": BENCHMARKS,
        "peers": PEERS,
        "training": TRAINING,
        "dev": [*SAMPLES, *EVERYTHING, *CLOUD, *CLUSTER, *BENCHMARKS, *DEV],
    },
    entry_points={"console_scripts": ["ocr-license-plate = anpr.cli.main:main"]},
    classifiers=[
        "Environment :: Console",
        "Intended Audience :: Science/Research",
        "Programming Language :: Python :: 3 :: Only",
        "Topic :: Scientific/Engineering :: Image Recognition",
        "Typing :: Typed",
    ],
)
