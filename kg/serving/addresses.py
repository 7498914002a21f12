"""IRIs of the graph and their places on the served site, one to one.

``https://w3id.org/dangjian/id/county/370832/梁山县`` is described at ``/id/county/370832/梁山县``.  The address on
this machine names the description, not the thing, whose IRI stays the one above; so it answers directly, with
Content-Location and a link to the IRI, where the site behind the IRI itself would redirect with 303 (W3C, Cool URIs
for the Semantic Web, section 4.2).
"""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes

from kg.graph.iri import to_segment
from kg.graph.vocab import DJ, PRACTICE, RULE, SOFTWARE, THEME

FOLDERS = {
    "/practice/": PRACTICE,
    "/theme/": THEME,
    "/rule/": RULE,
    "/software/": SOFTWARE,
    "/ontology/": DJ.iri,
}
"""What the graph names outside its own base: path on the site → beginning of the IRIs."""
SUFFIXES = (".html", ".ttl", ".jsonld", ".nt")
"""The suffixes by which a description is asked for in one format."""


class Addresses:
    """The addresses of one graph.

    :param base: the base of the data's IRIs.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self._folders = (("/id/", base), *FOLDERS.items())
        self._roots = {folder.rstrip("/"): iri.rstrip("/#") for folder, iri in FOLDERS.items()}

    def to_path(self, iri: str) -> str | None:
        """Return the path at which ``iri`` is described, percent-encoded; None where it is not of this graph."""
        for path, root in self._roots.items():
            if iri in (root, root + "#"):
                return path
        for folder, prefix in self._folders:
            if iri.startswith(prefix) and iri != prefix:
                return folder + quote(iri[len(prefix) :], safe="/%-._~:@!$&'()*+,;=")
        return None

    def to_iri(self, path: str) -> str | None:
        """Return the IRI that ``path`` describes; None where it is no such path.

        Each segment is decoded to the name it stands for and encoded as the graph does: however a browser spells
        the address, it is the same one.

        :param path: percent-encoded, as in the request line.
        """
        if path in self._roots:
            return self._roots[path]
        for folder, prefix in self._folders:
            if path.startswith(folder) and path != folder:
                try:
                    names = [unquote_to_bytes(name).decode("utf-8") for name in path[len(folder) :].split("/")]
                except UnicodeDecodeError:
                    return None
                return prefix + "/".join(to_segment(name) if name else "" for name in names)
        return None


def split_suffix(path: str) -> tuple[str, str]:
    """Return ``path`` without the suffix of a format, and the suffix, empty where it has none."""
    for suffix in SUFFIXES:
        if path.endswith(suffix) and not path.endswith("/" + suffix):
            return path.removesuffix(suffix), suffix
    return path, ""
