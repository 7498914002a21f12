"""Readable IRIs, minted from kind, scope and name under one base.

``https://w3id.org/dangjian/id/alliance/370832/全域产业党建联盟``: the kind, then the scope (the county's
code, its name where it has none), then the name.  Names are encoded one to one, so two wordings never share an
address; the scope keeps 北门村 of two counties apart.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from pyoxigraph import NamedNode

from kg.model import Article, County

BASE = "https://w3id.org/dangjian/id/"

# RFC 3986 unreserved characters and RFC 3987 ucschar, without white space, fillers that show
# nothing, and the bidirectional and other format characters that RFC 3987, section 4.1 forbids.
_KEPT = (
    r"0-9A-Za-z\-._~"
    r"\u00A1-\u00AC\u00AE-\u061B\u061D-\u115E\u1161-\u167F\u1681-\u180D\u180F-\u1FFF\u2010-\u2027\u2030-\u205E"
    r"\u2070-\u2FFF\u3001-\u3163\u3165-\uD7FF\uF900-\uFDCF\uFDF0-\uFEFE\uFF00-\uFF9F\uFFA1-\uFFEF"
    r"\U00010000-\U0001FFFD\U00020000-\U0002FFFD\U00030000-\U0003FFFD"
)
_ENCODED = re.compile(f"[^{_KEPT}]")
_SPACE = re.compile(r"\s+")
_TELLING = 40
"""Characters from which on two articles do not say the same by chance."""
_TITLE = 12
"""Characters of a text without a headline that its address begins with."""
_BASE = re.compile(r"https?://[^\s<>\"{}|\\^`?#]+/")


class EmptyName(ValueError):
    """A name without a character, from which no address can be minted."""


class InvalidBase(ValueError):
    """A base that is no http(s) IRI ending in a slash."""


def check_base(base: str) -> str:
    """Return ``base`` if IRIs can be minted under it.

    :raises InvalidBase: if it is not an ``http(s)://`` IRI that ends in ``/``.
    """
    if not _BASE.fullmatch(base):
        raise InvalidBase(f"The base {base!r} is not usable: give an http(s) IRI that ends in a slash, such as {BASE}")
    return base


@lru_cache(maxsize=4096)
def to_segment(text: str) -> str:
    """Return ``text`` as one path segment: Chinese kept, ASCII punctuation, white space and controls encoded.

    Only the unreserved ``-._~`` stay among ASCII punctuation (RFC 3986, section 2.3); a segment of dots alone
    is encoded whole, as resolvers would swallow it.

    :raises EmptyName: if ``text`` is empty.
    """
    if not text:
        raise EmptyName("A thing without a name cannot get an address.")
    if not text.strip("."):
        return "%2E" * len(text)
    return _ENCODED.sub(lambda match: _percent(match.group()), text)


def mint(base: str, kind: str, *names: str) -> NamedNode:
    """Return the IRI ``base`` + ``kind`` + ``names``, each name one segment."""
    return NamedNode(base + "/".join((kind, *map(to_segment, names))))


def dataset_iri(base: str) -> NamedNode:
    """Return the IRI of the whole of the data."""
    return NamedNode(f"{base}dataset")


def page_iri(base: str, file: str) -> NamedNode:
    """Return the IRI of a page file; its folders stay visible, so equal names in two folders differ."""
    return NamedNode(f"{base}page/{_path(file)}")


def page_graph_iri(base: str, file: str) -> NamedNode:
    """Return the IRI of the named graph that describes the page itself."""
    return NamedNode(f"{base}graph/page/{_path(file)}")


def article_iri(base: str, article: Article) -> NamedNode:
    """Return the IRI of an article: page file and article number."""
    return in_article(base, "article", article)


def graph_iri(base: str, article: Article) -> NamedNode:
    """Return the IRI of the named graph that holds the article's triples."""
    return in_article(base, "graph/article", article)


def in_article(base: str, kind: str, article: Article, *names: str) -> NamedNode:
    """Return the IRI of something that exists only in one article: a mention, a figure, a component."""
    tail = "/".join(map(to_segment, (str(article.article), *names)))
    return NamedNode(f"{base}{kind}/{_path(article.source.file)}/{tail}")


def in_initiative(base: str, kind: str, article: Article, *names: str) -> NamedNode:
    """Return the IRI of the initiative that an article reports, or of something that exists in one only: a figure.

    The same headline and text of a county are the same initiative, on whatever page and in whatever newspaper they
    stand; white space apart.  Where the county is not known, or there is hardly any text, the article is the scope.
    """
    county = article.county
    if county is None or _is_ambiguous(county) or not (told := _told(article.headline, article.text)):
        return in_article(base, kind, article, *names)
    return mint(base, kind, county.code or county.name, told, *names)


@lru_cache(maxsize=1)  # each figure of an article asks
def _told(headline: str | None, text: str) -> str:
    """Return the name of an initiative: its title and a hash of what is said; none where there is hardly any text."""
    said = _SPACE.sub("", unicodedata.normalize("NFKC", f"{headline or ''}\n{text}"))
    if len(said) < _TELLING:
        return ""
    title = _SPACE.sub("", headline or text[:_TITLE])
    return f"{title}-{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def extraction_iri(base: str, file: str) -> NamedNode:
    """Return the IRI of the activity that read a page file."""
    return NamedNode(f"{base}extraction/{_path(file)}")


def county_iri(base: str, county: County) -> NamedNode:
    """Return the IRI of a county: code and name, the name alone for a zone without a code."""
    return mint(base, "county", *filter(None, (county.code, county.name)))


def reported_county_iri(base: str, article: Article) -> NamedNode | None:
    """Return the IRI of the county that an article reports on.

    A name that several counties share, and the article does not tell which, is the article's own: two articles may
    mean two counties.
    """
    if article.county is None:
        return None
    if _is_ambiguous(article.county):
        return in_article(base, "county", article, article.county.name)
    return county_iri(base, article.county)


def entity_iri(base: str, kind: str, article: Article, name: str) -> NamedNode:
    """Return the IRI of a named thing, scoped by its county: one node however many articles name it.

    Where the article has no county, or one of several of that name, the article is the scope, so that strangers never
    merge.
    """
    if article.county is None or _is_ambiguous(article.county):
        return in_article(base, kind, article, name)
    return mint(base, kind, article.county.code or article.county.name, name)


def _is_ambiguous(county: County) -> bool:
    from kg.extraction.gazetteer import is_ambiguous  # loads the gazetteer, which only a build needs

    return is_ambiguous(county)


@lru_cache(maxsize=16)
def _path(file: str) -> str:
    if not file:
        raise EmptyName("A page without a file name cannot get an address.")
    return "/".join(to_segment(part) if part else "" for part in file.split("/"))


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
