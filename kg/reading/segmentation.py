"""Page text → articles and leftovers.

The pieces of the page (``kg.reading.pieces``) are grouped: bodies become articles and every
headline goes to the article before or after it that it fits better
(``kg.reading.headlines``).  Nothing is dropped: what no article takes is a leftover.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from kg.model import Article, Byline, Leftover, Part, Source
from kg.reading.bylines import find_author, find_byline, find_credit, find_dateline
from kg.reading.headlines import SECTION_NAME, assign_headlines, headlines_above, likeness
from kg.reading.lexicon_files import read_words
from kg.reading.lines import Block, Line, are_paragraphs, column_width, find_lines, join_lines, move, usual_width
from kg.reading.pieces import HEADLINE_MARK, PICTURE_NOTE, Piece, find_following, find_pieces, is_closing
from kg.reading.sections import has_parallel, heads_section, names_another_county, names_place_of, openings
from kg.reading.unwrapping import are_wrapped, find_paragraphs, find_subheadings, is_numbered, rejoin, unwrap

_FIRST_SECTION = re.compile("一、|[（(]一[）)]|1[、.．]")
_LABEL = re.compile("“([^“”]{1,8})”")
_CAPTION_OPENING = re.compile(r"(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?|近日|日前|连日来|眼下|.{0,60}图为")
_BESIDE_BYLINE = ("byline", "furniture:label", "furniture:date line", "furniture:imprint", "furniture:guide")
"""What may stand between a byline and its text."""
_SECTION = "furniture:section name"
_CAPTION = 400  # characters that no caption exceeds
_OPENING = 120  # characters in which an article says what it is about
_MOST_BREAKS = 60  # blocks of two articles, at most
_SHARED, _MORE = 0.3, 0.15  # of a headline's bigrams: what its own text repeats at least, and more than another
_PARTED = 0.75  # how much more of both headlines their own texts repeat, where the second one shares less


@dataclass(slots=True)
class _Draft:
    """An article being put together: its body lines and the byline lines around them.

    ``dated`` says that it opens with a dateline, ``named`` that this names someone, ``signed`` that a byline line
    stands above its text; ``breaks`` are the indices of the lines that begin a block below the end of a sentence.
    """

    lines: list[Line] = field(default_factory=list)
    bylines: list[Block] = field(default_factory=list)
    headings: set[int] = field(default_factory=set)
    breaks: list[int] = field(default_factory=list)
    dated: bool = False
    named: bool = False
    signed: bool = False
    finished: bool = False
    width: float = 0

    @property
    def closed(self) -> bool:
        return not self.lines or self.finished or self.lines[-1].closed


@cache
def _boxes() -> frozenset[str]:
    return frozenset(read_words("boxes.txt"))


def find_articles(text: str, *, file: str, sha256: str) -> tuple[tuple[Article, ...], tuple[Leftover, ...]]:
    """Return the articles of a page in page order, and what belongs to none of them.

    ``file`` and ``sha256`` go into every article.  Together the parts of
    the articles and the leftovers cover every character of ``text`` that is not white space.
    """
    apart = are_paragraphs(find_lines(text))
    pieces = _with_first_sections(find_pieces(text, apart))
    if apart:
        pieces = _with_authors(pieces)
    drafts, gaps = _draft(pieces, apart)
    if apart:
        _keep_apart(drafts)
        headlines = headlines_above([join_lines(draft.lines) for draft in drafts], gaps)
    else:
        drafts, gaps = _divide(drafts, gaps)
        bodies = [join_lines(draft.lines) for draft in drafts]
        captions = [_is_caption(draft, body) for draft, body in zip(drafts, bodies)]
        headlines = assign_headlines(bodies, captions, gaps)
    articles = tuple(
        _to_article(draft, headline, text, number, file, sha256)
        for number, (draft, headline) in enumerate(zip(drafts, headlines), 1)
    )
    return articles, _find_leftovers(text, articles, pieces)


def to_one_article(
    text: str, parts: Iterable[Part], *, file: str, sha256: str
) -> tuple[tuple[Article, ...], tuple[Leftover, ...]]:
    """Return the one article of which the ``parts`` (headline, byline, body) are known, and what is left over.

    For rows of a table and web pages: nothing is guessed but the dateline and the credit within the body.
    """
    lines: dict[str, list[Line]] = {"headline": [], "byline": [], "body": []}
    for part in sorted(parts, key=lambda part: part.start):
        lines[part.role].extend(move(line, part.start) for line in find_lines(text[part.start : part.end]))
    draft = _Draft(lines=lines["body"], bylines=[(line,) for line in lines["byline"]], signed=bool(lines["byline"]))
    if not are_wrapped(draft.lines):
        _keep_apart([draft])
    headline = (tuple(lines["headline"]),) if lines["headline"] else ()
    article = _to_article(draft, headline, text, 1, file, sha256)
    leftovers = _find_leftovers(text, (article,), [])
    named = (replace(rest, kind="outside the article") if rest.kind == "unassigned" else rest for rest in leftovers)
    return (article,), tuple(named)


def _with_first_sections(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with a body that begins by the number of a section (一、…) where headlines would go on."""
    changed = list(pieces)
    headed = False  # whether a headline stands above without its text
    for number, (piece, following) in enumerate(zip(pieces, [*pieces[1:], None])):
        if piece.kind == "headline" and headed and following is not None and following.kind in ("body", "headline"):
            if _FIRST_SECTION.match(piece.lines[0].text) and all(map(is_numbered, piece.lines)):
                changed[number] = replace(piece, kind="body")
        headed = changed[number].kind == "headline" or headed and changed[number].kind not in ("body", "start")
    return changed


def _with_authors(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with the bare name between a headline and its text as a byline."""
    changed = list(pieces)
    printed = [number for number, piece in enumerate(pieces) if not piece.kind.startswith("furniture")]
    for above, number, below in zip(printed, printed[1:], printed[2:]):
        between = pieces[above].kind == "headline" and pieces[below].kind == "body"
        if between and pieces[number].kind == "headline" and find_author(pieces[number].lines[0].text):
            changed[number] = replace(pieces[number], kind="byline")
    return changed


def _keep_apart(drafts: list[_Draft]) -> None:
    """Let every line be a paragraph."""
    for draft in drafts:
        draft.headings.update(range(len(draft.lines)))


def _draft(pieces: list[Piece], apart: bool) -> tuple[list[_Draft], list[list[Block | None]]]:
    """Group pieces into articles; return them with the headlines of each gap (None marks furniture there).

    ``apart`` says that each piece is a paragraph, so that widths say nothing.
    """
    drafts: list[_Draft] = []
    gaps: list[list[Block | None]] = [[]]
    fresh = True  # whether the next body begins a new article

    def begin() -> _Draft:
        drafts.append(_Draft())
        gaps.append([])
        return drafts[-1]

    below = find_following(pieces, lambda piece: piece.kind not in _BESIDE_BYLINE)
    for number, (piece, following) in enumerate(zip(pieces, below)):
        signed = number + 1 < len(pieces) and pieces[number + 1].kind == "byline"
        heading = piece.kind in ("headline", _SECTION) and bool(drafts) and not fresh and not signed
        parallel = heading and has_parallel(pieces, number)
        section = apart and heading and heads_section(pieces, number, drafts[-1].lines)
        if section or heading and _is_subheading(piece, drafts[-1], gaps[-2], following, parallel):
            drafts[-1].headings.update(range(len(drafts[-1].lines), len(drafts[-1].lines) + len(piece.lines)))
            drafts[-1].lines.extend(piece.lines)
        elif piece.kind.startswith("furniture"):
            gaps[-1].append(None)
        elif piece.kind == "headline":
            gaps[-1].append(piece.lines)
            fresh = True
        elif piece.kind == "byline":
            closes = drafts and not fresh and (piece.closes or is_closing(join_lines(piece.lines)))
            headed = any(gaps[-1]) and not is_closing(join_lines(piece.lines))  # a headline, the reporters, 本报讯 …
            opens = following is not None and (following.kind == "body" or following.kind == "start" and headed)
            if opens and not closes:
                draft = drafts[-1] if drafts and not drafts[-1].lines else begin()
                draft.bylines.append(piece.lines)
                draft.signed = True
                fresh = False
            elif drafts:
                drafts[-1].bylines.append(piece.lines)
                drafts[-1].finished = fresh = True
        else:
            above = drafts[-1] if drafts else begin()
            other = not apart and (
                _changes_column(piece, above) or _is_caption_of_its_own(pieces, number, above, any(gaps[-2:][0]))
            )
            if piece.kind == "start" or fresh or other:
                if not (drafts and not drafts[-1].lines and not drafts[-1].finished):
                    begin()
            _add(drafts[-1], piece)
            drafts[-1].finished &= not (apart and PICTURE_NOTE.match(piece.lines[0].text))
            fresh = drafts[-1].finished
    return drafts, gaps


def _is_caption_of_its_own(pieces: list[Piece], number: int, draft: _Draft, headed: bool) -> bool:
    """Whether a piece with a photographer's credit stands below a report that has its byline or headline and its end.

    Where only the headline says that the text above is a report, the piece must open as captions do.
    """
    lines, below = [*pieces[number].lines], iter(pieces[number + 1 : number + 4])
    following = next(below, None)
    while following is not None and following.kind == "body" and not lines[-1].closed:
        lines += following.lines  # torn before a quotation
        following = next(below, None)
    text = join_lines(lines)
    shows = "图为" in text[:_OPENING]
    if not draft.closed or len(text) > (_CAPTION if shows else _CAPTION // 2):
        return False
    credit = find_credit(text)
    if credit is None and following is not None and following.kind == "byline":
        credit = find_byline(join_lines(following.lines))
    if credit is None or not credit.photo or any("稿" in byline.role for byline in credit.bylines):
        return False
    if draft.named or draft.signed:
        return True
    wrote = any("文" in byline.role for byline in credit.bylines)
    return (shows or not wrote) and (draft.dated or headed and _CAPTION_OPENING.match(text) is not None)


def _add(draft: _Draft, piece: Piece) -> None:
    draft.dated = draft.dated or piece.kind == "start"
    if draft.lines and draft.closed:
        draft.breaks.append(len(draft.lines))
    draft.lines.extend(piece.lines)
    if len(piece.lines) > 2:
        draft.width = draft.width or usual_width(piece.lines)
    text = join_lines(piece.lines)
    dateline = find_dateline(text) if piece.kind == "start" else None
    draft.named = draft.named or dateline is not None and bool(dateline.bylines)
    draft.finished = find_credit(text[dateline.end if dateline else 0 :]) is not None


def _divide(drafts: list[_Draft], gaps: list[list[Block | None]]) -> tuple[list[_Draft], list[list[Block | None]]]:
    """Part the texts that two articles run on in, where one has its headline above and the other has it below."""
    bodies = ["", *(join_lines(draft.lines) for draft in drafts), ""]
    parted, around = list(drafts), list(gaps)
    for number in reversed(range(len(drafts))):
        at = _find_second(drafts[number], gaps[number], gaps[number + 1], bodies[number], bodies[number + 2])
        if at:
            parted[number : number + 1] = _cut(drafts[number], at)
            around.insert(number + 1, [])
    return parted, around


def _find_second(
    draft: _Draft, above: list[Block | None], below: list[Block | None], previous: str, following: str
) -> int | None:
    """Return the line with which a second article begins: the headlines above and below fit a part each, and no more.

    ``previous`` and ``following`` are the texts beyond those headlines.
    """
    heads, feet = ([block for block in gap if block is not None] for gap in (above, below))
    if not heads or not feet or not 0 < len(draft.breaks) <= _MOST_BREAKS:
        return None

    def fit(at: int) -> float:
        first, second = join_lines(draft.lines[:at]), join_lines(draft.lines[at:])
        head = _fits(heads[-1], first, (second, previous))
        foot = _fits(feet[0], second, (first, following))
        enough = head > 0 and foot >= _MORE and (likeness(feet[0], second) >= _SHARED or head + foot >= _PARTED)
        return head + foot + likeness(feet[0], second[:_OPENING]) if enough else 0.0

    best = max(draft.breaks, key=fit)
    return best if fit(best) > 0 else None


def _fits(headline: Block, own: str, others: tuple[str, ...]) -> float:
    """Return by how much more of a headline its ``own`` text repeats than any other."""
    return likeness(headline, own) - max(likeness(headline, other) for other in others)


def _cut(draft: _Draft, at: int) -> list[_Draft]:
    """Return the two articles that ``draft`` is: the second begins with its line ``at``."""
    start = draft.lines[at].start
    above = [block for block in draft.bylines if block[0].start < start]
    below = [block for block in draft.bylines if block[0].start >= start]
    first = {number for number in draft.headings if number < at}
    second = {number - at for number in draft.headings - first}
    return [
        replace(draft, lines=draft.lines[:at], bylines=above, headings=first, finished=True),
        _Draft(lines=draft.lines[at:], bylines=below, headings=second, finished=draft.finished),
    ]


def _changes_column(piece: Piece, draft: _Draft) -> bool:
    """Whether a body piece is set in another column width than the article above, which has ended."""
    if not draft.closed or not draft.width:
        return False
    if piece.lines[0].indent and len(draft.lines) > 4 and not any(line.indent for line in draft.lines):
        if openings().match(join_lines(piece.lines)):
            return True  # paragraphs are indented from here on
    if len(piece.lines) < 4:  # the ragged lines of a short piece say little
        return column_width(piece.lines) > draft.width + 6
    return abs(usual_width(piece.lines) - draft.width) > max(5, 0.12 * draft.width)


def _is_subheading(
    piece: Piece, draft: _Draft, before: list[Block | None], following: Piece | None, parallel: bool
) -> bool:
    """Whether a short line between two bodies heads a section of the article above."""
    if following is not None and following.kind == "headline" and all(map(is_numbered, following.lines)):
        return all(map(is_numbered, piece.lines))  # 一、… above （一）…
    if following is None or following.kind != "body":
        return False
    if len(piece.lines) > 1 + (piece.lines[0].text in _boxes()):
        return all(map(is_numbered, piece.lines))
    if is_numbered(piece.lines[0]) or piece.lines[0].text in _boxes():
        return True
    label = _LABEL.match(piece.lines[0].text)
    if label and join_lines(following.lines).startswith(label[0]) and label[1] in join_lines(draft.lines):
        return True  # “一委”：…, where the text above speaks of “一委三会” and the one below takes it up
    named, colon, _ = piece.lines[0].text.partition("：")
    if colon and parallel and named not in join_lines(following.lines):
        return True  # 起调：…, 合拍：…, where a headline would name its place
    if HEADLINE_MARK.search(piece.lines[0].text) or piece.lines[0].width > 32:
        return False
    if parallel and piece.lines[0].width <= 2 * SECTION_NAME:
        return True
    if names_place_of(piece.lines[0].text, join_lines(following.lines)):
        return False
    if not parallel and names_another_county(piece.lines[0].text, join_lines(following.lines), draft.lines):
        return False
    headed = parallel or (draft.dated and any(before))
    return headed and not openings().match(join_lines(following.lines)) and not _changes_column(following, draft)


def _is_caption(draft: _Draft, body: str) -> bool:
    credits = [find_byline(join_lines(lines)) for lines in draft.bylines]
    credits.append(find_credit(body))
    photo = any(credit is not None and credit.photo for credit in credits)
    return (
        (photo or "图为" in body.partition("\n")[0]) and not draft.dated and not draft.signed and len(body) < _CAPTION
    )


def _to_article(
    draft: _Draft,
    headline: tuple[Block, ...],
    page: str,
    number: int,
    file: str,
    sha256: str,
) -> Article:
    text, runs = unwrap(draft.lines, draft.headings | find_subheadings(draft.lines))
    whole = Source(file=file, sha256=sha256, start=0, end=0, runs=runs)
    dateline, credit = find_dateline(text), find_credit(text)
    first = dateline.end if dateline else 0
    last = credit.start if credit and credit.start > first else len(text)
    first += len(text[first:last]) - len(text[first:last].lstrip())
    last = first + len(text[first:last].rstrip())

    parts: list[Part] = []
    bylines: list[Byline] = []
    for role, attribution, start, end in (
        ("dateline", dateline, 0, first),
        ("byline", credit if last < len(text) else None, last, len(text)),
    ):
        if attribution is not None and end > start:
            part = Part(role=role, start=whole.to_page(start), end=whole.to_page(end - 1) + 1)
            parts.append(part)
            bylines.extend(_read_printed(role, page[part.start : part.end]) or attribution.bylines)
    for lines in draft.bylines:
        parts.append(Part(role="byline", start=lines[0].start, end=lines[-1].end))
        attribution = find_byline(join_lines(lines)) or find_author(join_lines(lines))
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
        source=Source(
            file=file,
            sha256=sha256,
            start=parts[0].start if parts else 0,
            end=max((part.end for part in parts), default=0),
            parts=tuple(parts),
            runs=body_runs,
        ),
    )


def _read_printed(role: str, printed: str) -> tuple[Byline, ...]:
    """Return the names of a dateline or byline as printed; where a wrap made one of two, they are parted again."""
    find = find_dateline if role == "dateline" else find_credit
    joined, parted = (find(wording) for wording in (rejoin(printed), " ".join(printed.split())))
    if joined and parted and any(len(who.name) == 4 for who in joined.bylines):  # （记者 孙凯|刘洋）
        if len(parted.bylines) > len(joined.bylines) and all(len(who.name) in (2, 3) for who in parted.bylines):
            return parted.bylines
    return joined.bylines if joined else ()


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


def _find_leftovers(page: str, articles: tuple[Article, ...], pieces: list[Piece]) -> tuple[Leftover, ...]:
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
