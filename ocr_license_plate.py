"""Reads the number plates in photographs: `python ocr_license_plate.py --input DIR`."""

import sys

from anpr.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
