"""Run the command `pagemill` (also `python -m pagemill`)."""

import sys

from pagemill.cli import main

sys.exit(main())
