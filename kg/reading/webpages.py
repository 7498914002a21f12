"""Web pages of digital newspapers: the article, its headline, and what the page says of newspaper, date and page.

Every visible line of the page is kept in order; the article is some of these lines, and the others (menus, lists of
links, footers) are what is left over.  The body is looked for where such pages usually have it
(``lexicon/webpages.tsv``), else it is the element with the most sentences outside links.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg.model import Part
from kg.reading.errors import PageError
from kg.reading.lexicon_files import read_rows

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_SILENT = "script, style, noscript, template, textarea, select, iframe, svg, object, form, button"
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code del dfn em font i img ins kbd label mark q rp rt ruby s samp small span strike"
    " strong sub sup time tt u var wbr".split()
)
_PARAGRAPH = frozenset("p h1 h2 h3 h4 h5 h6 li dd dt blockquote pre figcaption".split())
_HAN = re.compile(r"[\u3400-\u9fff]")
_SENTENCE_MARK = re.compile(r"[，。；！？、]")
_WIDE = r"\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
_BREAK = re.compile(rf"(?<=[{_WIDE}])[ \t]*\r?\n\s*(?=[{_WIDE}])")
_DATE = re.compile(r"(?:19|20)\d\d\s*[年/.-]\s*\d{1,2}\s*[月/.-]\s*\d{1,2}\s*日?")
_PAGE = re.compile(r"第\s*([A-Z]?\s*\d{1,3})\s*版(?:\s*[：:]\s*([\u4e00-\u9fff]{2,12}))?")
_SOURCE = re.compile(r"(?:来源|稿源|文章来源)\s*[：:]\s*([\u4e00-\u9fff]{2,20})")
_TITLE_END = re.compile(r"\s*[_|]|\s+[-—–]+\s|-(?=[^-]*$)|$")
_FEWEST = 30  # Han characters of a body
_DEEPEST = 40  # elements above a line that may be the body
_MOST_LINES = 100_000


@dataclass(frozen=True, slots=True)
class _Line:
    """A visible line; ``elements`` are the numbers of the elements that it stands in, the nearest first."""

    text: str
    elements: tuple[int, ...]
    paragraph: bool
    linked: int  # characters in links


def read_webpage(html: str) -> tuple[str, tuple[Part, ...], dict[str, str]]:
    """Return the visible text of a page, the parts of it that are the article, and what the page says of it.

    Raises PageError where the page holds no article.
    """
    tree = _parsed(html)
    metadata = _find_meta(tree)
    title = tree.css_first("title")
    named = _tidy(title.text()) if title is not None else ""
    lines = ([_Line(named, (), False, 0)] if named else []) + list(_find_lines(tree))
    body = _find_body(tree, lines)
    if not body:
        raise PageError("a web page without an article; save the page of the article itself, as it shows in a browser")
    headline = _find_headline(tree, lines, body, metadata.pop("headline", named))
    starts = _starts(lines)
    parts = [Part(role="body", start=starts[n], end=starts[n] + len(lines[n].text)) for n in body]
    parts += [Part(role="headline", start=starts[n], end=starts[n] + _length(lines[n])) for n in headline]
    inside = set(body)
    around = "\n".join(line.text for n, line in enumerate(lines) if n not in inside and not _is_linked(line))
    return "\n".join(line.text for line in lines), tuple(parts), {**_find_imprint(around), **metadata}


def _parsed(html: str) -> LexborHTMLParser:
    try:
        from selectolax.lexbor import LexborHTMLParser
    except ImportError as error:
        raise PageError("reading HTML needs selectolax; run pip install 'dangjian-kg[html]'") from error
    tree = LexborHTMLParser(html)
    for node in tree.css(_SILENT):
        node.decompose()
    return tree


def _find_meta(tree: LexborHTMLParser) -> dict[str, str]:
    """Return what the <meta> tags say, under this program's own names."""
    said: dict[str, str] = {}
    for tag in tree.css("meta[content]"):
        name = tag.attributes.get("name") or tag.attributes.get("property") or tag.attributes.get("itemprop") or ""
        said.setdefault(name.lower(), _tidy(tag.attributes.get("content") or ""))
    found: dict[str, str] = {}
    for kind, *row in read_rows("webpages.tsv"):
        if kind == "meta" and said.get(row[1].lower()):
            found.setdefault(row[0], said[row[1].lower()])
    return found


def _find_imprint(around: str) -> dict[str, str]:
    """Return the date, page and newspaper that stand around the article."""
    found = {}
    if date := _DATE.search(around):
        found["date"] = date.group()
    if page := _PAGE.search(around):
        found["page"] = page[1].replace(" ", "")
        if page[2]:
            found["section"] = page[2]
    if source := _SOURCE.search(around):
        found["newspaper"] = source[1]
    return found


def _find_lines(tree: LexborHTMLParser) -> Iterator[_Line]:
    """Yield the visible lines of the page in order."""
    root = tree.body or tree.root
    if root is None:
        return
    texts: list[str] = []
    linked, count, block = 0, 0, root
    for node in root.traverse(include_text=True):
        above, in_link = _block_of(node) if node.tag == "-text" else (None, False)
        if texts and (above is None and node.tag not in _INLINE or above is not None and above.mem_id != block.mem_id):
            yield from _to_line(texts, linked, block)
            texts, linked = [], 0
        if above is not None:
            block, text = above, node.text_content or ""
            texts.append(text)
            linked += len(text.strip()) * in_link
            count += 1
        if count > _MOST_LINES:
            raise PageError(f"more than {_MOST_LINES} pieces of text; no page of one article")
    if texts:
        yield from _to_line(texts, linked, block)


def _to_line(texts: list[str], linked: int, block: LexborNode) -> Iterator[_Line]:
    """Yield the line that the texts of one element make, if any of it shows."""
    text = _tidy("".join(texts))
    if text:
        elements: list[int] = []
        node: LexborNode | None = block
        while node is not None and len(elements) < _DEEPEST:
            elements.append(node.mem_id)
            node = node.parent
        yield _Line(text, tuple(elements), block.tag in _PARAGRAPH, linked)


def _block_of(node: LexborNode) -> tuple[LexborNode | None, bool]:
    """Return the element whose line a text is in, and whether it is in a link."""
    above, linked, steps = node.parent, False, 0
    while above is not None and above.tag in _INLINE and above.parent is not None and steps < _DEEPEST:
        linked = linked or above.tag == "a"
        above, steps = above.parent, steps + 1
    return above, linked


def _tidy(text: str) -> str:
    """Return a text with one space for white space, none where a line breaks between Chinese characters."""
    return " ".join(_BREAK.sub("", text).split())


def _find_body(tree: LexborHTMLParser, lines: list[_Line]) -> list[int]:
    """Return the numbers of the lines that are the article's text."""
    by_element: dict[int, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        for element in line.elements:
            by_element[element].append(number)
    for kind, *row in read_rows("webpages.tsv"):
        if kind == "body":
            found = [_prose(by_element[node.mem_id], lines) for node in tree.css(row[0])[:50]]
            best = max(found, key=lambda numbers: _count_han(numbers, lines), default=[])
            if _count_han(best, lines) >= _FEWEST:
                return best
    scores: dict[int, float] = defaultdict(float)
    for line in lines:
        if not _is_linked(line) and _SENTENCE_MARK.search(line.text):
            weight = len(_HAN.findall(line.text)) + 5 * len(_SENTENCE_MARK.findall(line.text))
            above = line.elements[1:] if line.paragraph else line.elements
            for share, element in zip((1.0, 0.4), above):
                scores[element] += share * weight
    if not scores:
        return []
    best = _prose(by_element[max(scores, key=lambda element: scores[element])], lines)
    return best if _count_han(best, lines) >= _FEWEST else []


def _prose(numbers: list[int], lines: list[_Line]) -> list[int]:
    """Return the lines without those that are links for the most part, and page furniture."""
    return [n for n in numbers if not _is_linked(lines[n]) and not _is_furniture(lines[n].text)]


def _is_linked(line: _Line) -> bool:
    return line.linked * 2 > len(line.text)


def _count_han(numbers: list[int], lines: list[_Line]) -> int:
    return sum(len(_HAN.findall(lines[number].text)) for number in numbers)


@cache
def _furniture() -> tuple[re.Pattern[str], ...]:
    kinds = ("imprint", "guide", "jump line")
    return tuple(re.compile(pattern) for kind, pattern in read_rows("furniture.tsv") if kind in kinds)


def _is_furniture(text: str) -> bool:
    return len(text) < 60 and any(pattern.fullmatch(text) for pattern in _furniture())


def _find_headline(tree: LexborHTMLParser, lines: list[_Line], body: list[int], named: str) -> list[int]:
    """Return the numbers of the headline's lines: where such pages have it, or what the page's title names."""
    inside = set(body)
    plain = _plain(named)
    by_element: dict[int, list[int]] = defaultdict(list)
    for number, line in enumerate(lines[: body[-1]]):
        for element in line.elements:
            by_element[element].append(number)
    for kind, *row in read_rows("webpages.tsv"):
        for node in tree.css(row[0])[:50] if kind == "headline" else ():
            numbers = [number for number in by_element[node.mem_id] if not _is_linked(lines[number])]
            text = "".join(lines[number].text for number in numbers)
            if 0 < len(text) <= 120 and not inside & set(numbers) and _HAN.search(text) and _fits(text, plain):
                return numbers
    visible = [n for n in range(body[0]) if lines[n].elements and n not in inside and _fits(lines[n].text, plain)]
    return visible[-1:] or ([0] if plain and not lines[0].elements else [])


def _fits(text: str, named: str) -> bool:
    """Whether a line may be the headline that the page's title names (梁山建起联盟_样报)."""
    own = _plain(text)
    return len(own) >= 4 and (own in named or not named)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def _length(line: _Line) -> int:
    """Return the length of a headline's line; what follows it in the page's own title is the name of the paper."""
    return len(line.text) if line.elements else len(_TITLE_END.split(line.text, maxsplit=1)[0])


def _starts(lines: list[_Line]) -> list[int]:
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line.text) + 1
    return starts
