"""File → page text → articles: the first floor of the house.

``find_pages`` lists the page files, ``read_page`` turns one into a ``kg.model.Page``
whose articles carry text, headline, bylines and their place in the file; facts are
the extraction floor's work.
"""

from kg.reading.files import PageError, find_pages, read_metadata, read_page

__all__ = ["PageError", "find_pages", "read_metadata", "read_page"]
