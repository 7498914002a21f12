"""What can be wrong with an input."""

from __future__ import annotations


class PageError(ValueError):
    """A path that cannot be read as a newspaper page; the message says why and the way out."""
