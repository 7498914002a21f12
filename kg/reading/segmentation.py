"""Page text → articles and leftovers.

The page is cut into pieces (furniture, byline lines, datelines with what follows, blocks
of text); the blocks are told apart as body or headline by what stands around them; bodies
become articles and every headline goes to the article before or after it that it fits
better (``kg.reading.headlines``).  Nothing is dropped: what no article takes is a leftover.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from itertools import accumulate
from statistics import median

from kg.model import Article, Byline, Leftover, Part, Source
from kg.reading.bylines import find_byline, find_credit, find_dateline, read_words
from kg.reading.headlines import assign_headlines
from kg.reading.lines import OPENERS, Block, Line, column_width, find_blocks
from kg.reading.unwrapping import find_paragraphs, find_subheadings, rejoin, unwrap

_FRAGMENT_END = re.compile(r"[的得把、，：；“（]$")
_FRAGMENT_BEFORE_QUOTE = re.compile(r"[了在以为由与和及将让使被对向从是]$")
_SECTION = "furniture:section name"
_CAPTION = 400  # characters that no caption exceeds
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
_HEADLINE_MARK = re.compile(r"[\s\u3000]|——|[：:！？!?]")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of lines of one kind: furniture:NAME, byline, start, text, body or headline."""

    kind: str
    lines: Block


@dataclass(slots=True)
class _Draft:
    """An article being put together: its body lines and the byline lines around them.

    ``dated`` says that it opens with a dateline, ``signed`` that a byline line stands above its text.
    """

    lines: list[Line] = field(default_factory=list)
    bylines: list[Block] = field(default_factory=list)
    headings: set[int] = field(default_factory=set)
    dated: bool = False
    signed: bool = False
    finished: bool = False
    width: float = 0

    @property
    def closed(self) -> bool:
        return not self.lines or self.finished or self.lines[-1].closed


@cache
def _furniture() -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = files("kg.reading").joinpath("lexicon", "furniture.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t", 1) for line in table.splitlines() if line and not line.startswith("#"))
    return tuple((name, re.compile(pattern)) for name, pattern in rows)


@cache
def _openings() -> re.Pattern[str]:
    words = "|".join(map(re.escape, read_words("openings.txt")))
    return re.compile(rf"(?:{words}|(?:19|20)\d\d年|\d{{1,2}}月)")


def find_articles(
    text: str, *, file: str, sha256: str, metadata: Mapping[str, str]
) -> tuple[tuple[Article, ...], tuple[Leftover, ...]]:
    """Return the articles of a page in page order, and what belongs to none of them.

    ``file``, ``sha256`` and ``metadata`` go into every article.  Together the parts of
    the articles and the leftovers cover every character of ``text`` that is not white space.
    """
    pieces = _settle(_split(find_blocks(text)))
    drafts, gaps = _draft(pieces)
    bodies = ["".join(line.text for line in draft.lines) for draft in drafts]
    captions = [_is_caption(draft, body) for draft, body in zip(drafts, bodies)]
    headlines = assign_headlines(bodies, captions, gaps)
    articles = tuple(
        _to_article(draft, headline, text, number, file, sha256, metadata)
        for number, (draft, headline) in enumerate(zip(drafts, headlines), 1)
    )
    return articles, _find_leftovers(text, articles, pieces)


def _split(blocks: list[Block]) -> list[_Piece]:
    """Cut blocks where furniture, a byline line or a dateline begins."""
    pieces: list[_Piece] = []
    for block in blocks:
        run: list[Line] = []
        wrapped = 0  # lines that a dateline goes on over
        for number, line in enumerate(block):
            kind = None if wrapped else _kind_of(line, block[number:], not run or run[-1].closed)
            wrapped = max(0, wrapped - 1)
            if kind is None:
                run.append(line)
                continue
            pieces.extend(_to_pieces(run, kind == "start" or kind == "byline" and not _is_closing(line.text)))
            run = []
            if kind == "start":
                run, wrapped = [line], _wraps(block[number:])
            else:
                pieces.append(_Piece(kind, (line,)))
        pieces.extend(_to_pieces(run, False))
    return pieces


def _wraps(block: Block) -> int:
    """Return over how many line ends the dateline that opens ``block`` goes on."""
    dateline = find_dateline(_joined(block[:5]))
    lengths = accumulate(len(line.text) for line in block[:5])
    return sum(length < dateline.end for length in lengths) if dateline else 0


def _to_pieces(run: list[Line], opening: bool) -> list[_Piece]:
    """Return the piece that ``run`` is; where an article opens below it, the headline at its end as another."""
    last = next((number for number in reversed(range(len(run))) if run[number].closed), -1)
    headline = run[last + 1 :]
    if opening and 0 <= last and 0 < len(headline) <= 5 and headline[-1].text[-1] not in "，、；：":
        return [_Piece(_kind_of_run(run[: last + 1]), tuple(run[: last + 1])), _Piece("text", tuple(headline))]
    return [_Piece(_kind_of_run(run), tuple(run))] if run else []


def _is_closing(text: str) -> bool:
    """Whether a byline line closes what stands above it: a photographer's credit or names in brackets."""
    attribution = find_byline(text)
    return attribution is not None and (attribution.photo or text.startswith(("（", "(")))


def _kind_of_run(run: list[Line]) -> str:
    return "start" if find_dateline(_joined(run[:5])) else "text"


def _kind_of(line: Line, rest: Block, free: bool) -> str | None:
    """Return what begins at ``line`` (furniture:NAME, byline, start), or None for running text.

    ``free`` says that no unfinished sentence stands right above; there bare names with 摄
    are the second line of a wrapped credit.
    """
    if "。" not in line.text and "，" not in line.text and not find_byline(line.text):
        for name, pattern in _furniture():
            if pattern.fullmatch(line.text.translate(_WIDE)):
                return f"furniture:{name}"
    if find_dateline(_joined(rest[:5])):
        return "start"
    byline = find_byline(line.text)
    return "byline" if byline and (free or byline.marked) else None


def _joined(lines: list[Line] | Block) -> str:
    return "".join(line.text for line in lines)


def _settle(pieces: list[_Piece]) -> list[_Piece]:
    """Tell the pieces of plain text apart: body or headline."""
    settled: list[_Piece] = []
    for number, piece in enumerate(pieces):
        if piece.kind == "text":
            following = next((p for p in pieces[number + 1 :] if not p.kind.startswith("furniture")), None)
            kind = "headline" if _is_headline(piece.lines, settled, following) else "body"
            piece = replace(piece, kind=kind)
        settled.append(piece)
    return settled


def _is_headline(lines: Block, before: list[_Piece], following: _Piece | None) -> bool:
    if len(lines) > 5 or any("。" in line.text.rstrip("”") for line in lines) or _joined(lines)[-1] in "。，、；：":
        return False
    previous = next((p for p in reversed(before) if not p.kind.startswith("furniture")), None)
    if previous is not None and previous.kind in ("body", "start") and not previous.lines[-1].closed:
        if not find_credit(_joined(previous.lines[-3:])):
            return False  # the column was broken in mid-sentence
    if following is None or following.kind in ("start", "byline"):
        return True
    if following.kind == "text" and _looks_like_headline(following.lines):
        return True
    return not _is_fragment(lines, following)


def _looks_like_headline(lines: Block) -> bool:
    return len(lines) <= 3 and not any(mark in _joined(lines) for mark in "。；") and not lines[-1].closed


def _is_fragment(lines: Block, following: _Piece) -> bool:
    """Whether ``lines`` are the first words of a paragraph that a column break tore from ``following``."""
    text = _joined(lines)
    if following.lines[0].indent:
        return False  # what follows begins a paragraph of its own
    opens = following.lines[0].text[0] in OPENERS
    if _FRAGMENT_END.search(text) or (opens and _FRAGMENT_BEFORE_QUOTE.search(text)):
        return True
    width = column_width(following.lines)
    if lines[-1].width > width + 1 or any(abs(line.width - width) > 3 for line in lines[:-1]):
        return False
    if len(lines) > 1 and "，" in text:
        return True
    return opens and not _HEADLINE_MARK.search(text)


def _draft(pieces: list[_Piece]) -> tuple[list[_Draft], list[list[Block | None]]]:
    """Group pieces into articles; return them with the headlines of each gap (None marks furniture there)."""
    drafts: list[_Draft] = []
    gaps: list[list[Block | None]] = [[]]
    fresh = True  # whether the next body begins a new article

    def begin() -> _Draft:
        drafts.append(_Draft())
        gaps.append([])
        return drafts[-1]

    for number, piece in enumerate(pieces):
        following = next((p for p in pieces[number + 1 :] if p.kind != "byline"), None)
        heading = piece.kind in ("headline", _SECTION) and drafts and not fresh
        if heading and _is_subheading(piece, drafts[-1], gaps[-2], following):
            drafts[-1].headings.add(len(drafts[-1].lines))
            drafts[-1].lines.extend(piece.lines)
        elif piece.kind.startswith("furniture"):
            gaps[-1].append(None)
        elif piece.kind == "headline":
            gaps[-1].append(piece.lines)
            fresh = True
        elif piece.kind == "byline":
            closes = drafts and not fresh and _is_closing(_joined(piece.lines))
            if following is not None and following.kind == "body" and not closes:
                draft = drafts[-1] if drafts and not drafts[-1].lines else begin()
                draft.bylines.append(piece.lines)
                draft.signed = True
                fresh = False
            elif drafts:
                drafts[-1].bylines.append(piece.lines)
                drafts[-1].finished = fresh = True
        else:
            above = drafts[-1] if drafts else begin()
            apart = _changes_column(piece, above) or _is_caption_of_its_own(pieces, number, above)
            if piece.kind == "start" or fresh or apart:
                if not (drafts and not drafts[-1].lines and not drafts[-1].finished):
                    begin()
            _add(drafts[-1], piece)
            fresh = drafts[-1].finished
    return drafts, gaps


def _is_caption_of_its_own(pieces: list[_Piece], number: int, draft: _Draft) -> bool:
    """Whether a piece with a photographer's credit stands below a report that has its byline and its end."""
    text = _joined(pieces[number].lines)
    if not draft.closed or not (draft.dated or draft.signed) or len(text) > _CAPTION // 2:
        return False
    credit = find_credit(text)
    following = pieces[number + 1] if number + 1 < len(pieces) else None
    if credit is None and following is not None and following.kind == "byline":
        credit = find_byline(_joined(following.lines))
    return credit is not None and credit.photo and not any("文" in byline.role for byline in credit.bylines)


def _add(draft: _Draft, piece: _Piece) -> None:
    draft.dated = draft.dated or piece.kind == "start"
    draft.lines.extend(piece.lines)
    if len(piece.lines) > 2:
        draft.width = draft.width or _usual_width(piece.lines)
    text = _joined(piece.lines)
    dateline = find_dateline(text) if piece.kind == "start" else None
    draft.finished = find_credit(text[dateline.end if dateline else 0 :]) is not None


def _changes_column(piece: _Piece, draft: _Draft) -> bool:
    """Whether a body piece is set in another column width than the article above, which has ended."""
    if not draft.closed or not draft.width:
        return False
    if piece.lines[0].indent and len(draft.lines) > 4 and not any(line.indent for line in draft.lines):
        return _openings().match(_joined(piece.lines)) is not None  # paragraphs are indented from here on
    if len(piece.lines) < 4:  # the ragged lines of a short piece say little
        return column_width(piece.lines) > draft.width + 6
    return abs(_usual_width(piece.lines) - draft.width) > max(5, 0.12 * draft.width)


def _usual_width(lines: Block) -> float:
    """Return the median width of the lines that a paragraph's end does not cut short."""
    return median(line.width for line in lines[:-1]) if len(lines) > 1 else lines[0].width


def _is_subheading(piece: _Piece, draft: _Draft, before: list[Block | None], following: _Piece | None) -> bool:
    """Whether a short line between two bodies heads a section of the article above."""
    if following is None or following.kind != "body" or not draft.dated or len(piece.lines) > 1:
        return False
    if _HEADLINE_MARK.search(piece.lines[0].text) or piece.lines[0].width > 32:
        return False
    headed = any(before)
    return headed and not _openings().match(_joined(following.lines)) and not _changes_column(following, draft)


def _is_caption(draft: _Draft, body: str) -> bool:
    credits = [find_byline(_joined(lines)) for lines in draft.bylines]
    credits.append(find_credit(body))
    photo = any(credit is not None and credit.photo for credit in credits)
    return (photo or "图为" in body) and not draft.dated and not draft.signed and len(body) < _CAPTION


def _to_article(
    draft: _Draft,
    headline: tuple[Block, ...],
    page: str,
    number: int,
    file: str,
    sha256: str,
    metadata: Mapping[str, str],
) -> Article:
    text, runs = unwrap(draft.lines, draft.headings | find_subheadings(draft.lines))
    whole = Source(file=file, sha256=sha256, start=0, end=0, runs=runs)
    dateline, credit = find_dateline(text), find_credit(text)
    first = dateline.end if dateline else 0
    last = credit.start if credit and credit.start > first else len(text)
    first += len(text[first:last]) - len(text[first:last].lstrip())
    last = first + len(text[first:last].rstrip())

    parts, bylines = [], []
    for role, attribution, start, end in (
        ("dateline", dateline, 0, first),
        ("byline", credit if last < len(text) else None, last, len(text)),
    ):
        if attribution is not None and end > start:
            part = Part(role=role, start=whole.to_page(start), end=whole.to_page(end - 1) + 1)
            parts.append(part)
            printed = rejoin(page[part.start : part.end])
            again = find_dateline(printed) if role == "dateline" else find_credit(printed)
            bylines.extend((again or attribution).bylines)
    for lines in draft.bylines:
        parts.append(Part(role="byline", start=lines[0].start, end=lines[-1].end))
        attribution = find_byline(_joined(lines))
        bylines.extend(attribution.bylines if attribution else ())
    parts.extend(Part(role="headline", start=block[0].start, end=block[-1].end) for block in headline)
    body_runs = tuple(
        (max(0, at - first), to + max(0, first - at))
        for (at, to), (following, _) in zip(runs, [*runs[1:], (len(text), 0)])
        if following > first and at < last
    )
    body = text[first:last]
    parts.extend(_body_parts(page, body, body_runs))
    parts.sort(key=lambda part: (part.start, part.end))
    return Article(
        page=file,
        article=number,
        kind="caption" if _is_caption(draft, text) else "report",
        headline=" ".join(line.text for block in headline for line in block) or None,
        text=body,
        bylines=_each_once(bylines),
        paragraphs=find_paragraphs(body),
        metadata=dict(metadata),
        source=Source(
            file=file,
            sha256=sha256,
            start=parts[0].start if parts else 0,
            end=max((part.end for part in parts), default=0),
            parts=tuple(parts),
            runs=body_runs,
        ),
    )


def _each_once(bylines: list[Byline]) -> tuple[Byline, ...]:
    """Return the first byline of every name: who wrote the text and took its picture is one person."""
    first: dict[str, Byline] = {}
    for byline in bylines:
        first.setdefault(byline.name, byline)
    return tuple(first.values())


def _body_parts(page: str, body: str, runs: tuple[tuple[int, int], ...]) -> list[Part]:
    """Return the stretches of the page that hold ``body``; print of another kind between two lines parts them."""
    parts: list[Part] = []
    for (at, start), (following, _) in zip(runs, [*runs[1:], (len(body), 0)]):
        end = start + len(body[at:following].rstrip("\n"))
        if parts and not page[parts[-1].end : start].strip():
            start = parts.pop().start
        parts.append(Part(role="body", start=start, end=end))
    return parts


def _find_leftovers(page: str, articles: tuple[Article, ...], pieces: list[_Piece]) -> tuple[Leftover, ...]:
    """Return every stretch of the page outside the articles' parts, named by what it is."""
    taken = sorted((part.start, part.end) for article in articles for part in article.source.parts)
    kinds = {line.start: piece.kind.partition(":")[2] for piece in pieces for line in piece.lines}
    leftovers: list[Leftover] = []
    at = 0
    for start, end in [*taken, (len(page), len(page))]:
        for offset, line in _lines_between(page, at, start):
            kind = "white space" if not line.strip() else kinds.get(offset + len(line) - len(line.lstrip()))
            leftovers.append(Leftover(kind=kind or "unassigned", start=offset, end=offset + len(line), text=line))
        at = max(at, end)
    return tuple(leftovers)


def _lines_between(page: str, start: int, end: int) -> list[tuple[int, str]]:
    """Return the stretch as (offset, text) pairs: printed lines apart, white space between them together."""
    if start >= end:
        return []
    return [(start + m.start(), m.group()) for m in re.finditer(r"\s+(?!\S)|[^\S\n]*\S[^\n]*|\s+", page[start:end])]
