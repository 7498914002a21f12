"""Build the graph: the same door as ``kg build``."""

import sys

from kg.cli import main

if __name__ == "__main__":
    sys.argv.insert(1, "build")
    main()
