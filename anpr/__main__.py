"""`python -m anpr`: the command."""

import sys

from anpr.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
