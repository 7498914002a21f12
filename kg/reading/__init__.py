"""Any input → page text → articles: the first floor of the house.

``find_pages`` lists the pages, ``read_page`` turns one into a ``kg.model.Page`` whose articles carry text, headline,
bylines and their place on the page; facts are the extraction floor's work.
"""

from kg.reading.errors import PageError
from kg.reading.metadata import Metadata, read_metadata
from kg.reading.pages import read_page
from kg.reading.sources import PageSource, duplicates, find_pages, read_bytes

__all__ = [
    "Metadata",
    "PageError",
    "PageSource",
    "duplicates",
    "find_pages",
    "read_bytes",
    "read_metadata",
    "read_page",
]
