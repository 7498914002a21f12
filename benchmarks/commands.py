"""The commands of this tree, run as processes of their own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
KG = (sys.executable, "-c", "from kg.cli import main; main()")
"""The command ``kg``, before its arguments."""
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPATH": str(ROOT),
}
"""What they are run in: this tree before any installed package, its byte code kept as that of a package is."""
