"""The files of the ontology folder: knowledge that both the extraction and the graph read."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path


def ontology_file(name: str) -> Traversable:
    """Return the file ``name`` of the ontology folder, from the installed package or from a checkout.

    :raises FileNotFoundError: if neither holds the file.
    """
    installed = resources.files("kg") / "ontology" / name
    checkout = Path(__file__).parents[1] / "ontology" / name
    for file in (installed, checkout):
        if file.is_file():
            return file
    raise FileNotFoundError(f"The ontology file {name} is missing; install the package again.")
