"""Page text → pieces: furniture, byline lines, datelines with what follows, bodies and headlines.

Blocks of printed lines are cut where a piece of another kind begins; plain text is told
apart as body or headline by its own lines and by what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from statistics import median

from kg.reading.bylines import Attribution, find_byline, find_credit, find_dated, find_dateline, names_only
from kg.reading.lexicon_files import read_rows
from kg.reading.lines import (
    CLOSERS,
    NARROW,
    OPENERS,
    Block,
    Line,
    column_width,
    find_blocks,
    find_lines,
    join_lines,
    usual_width,
)

_FRAGMENT_END = re.compile(r"[的得把、，：；“（]$")
_FRAGMENT_BEFORE_QUOTE = re.compile(
    r"(?:[了在以为由与和及将让使被对向从是叫按用到成出]|推行|开展|建立|设立|实施|探索|打造|创建|组建|提出|构建|搭建|创新|开设|举办|启动|制定"
    r"|落实|深化|坚持|围绕|通过|采取|运用|针对|破解|按照|依托|聚焦|突出|形成|称为|名为)$"
)
_SECTION = re.compile("[\u4e00-\u9fff]{2,6}")
_ASKED = 7  # characters of a question that may be a headline
_LONGEST_FURNITURE = 300
"""Characters of a line around articles; patterns with gaps take too long on lines without end."""
_RAGGED = 3  # columns by which the full lines of one text differ
_SPEAKER = re.compile("(?:记者|主持人|[问答QA])[：:]")
PICTURE_NOTE = re.compile("[▲△▼◀▶]?(?:图为|[上下左右]图[:：为])")
"""How the words below a picture open."""
HEADLINE_MARK = re.compile(r"[\s\u3000]|——|[：:！？!?]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of lines of one kind: furniture:NAME, byline, start, text, body or headline."""

    kind: str
    lines: Block
    closes: bool = False  # a byline that stands right below a text, with white space under it


@cache
def _furniture() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in read_rows("furniture.tsv"))


def find_pieces(text: str, apart: bool) -> list[Piece]:
    """Return the pieces of a page in page order; together they hold every printed line.

    :param text: the page.
    :param apart: whether each line is a paragraph or a heading, as in text taken from the web, and none is torn.
    """
    blocks: list[Block] = [(line,) for line in find_lines(text)] if apart else find_blocks(text)
    return _settle(_split(blocks), apart)


def _split(blocks: list[Block]) -> list[Piece]:
    """Cut blocks where furniture, a byline line or a dateline begins."""
    pieces: list[Piece] = []
    above: Piece | None = None  # the last piece that is no furniture

    def add(found: list[Piece]) -> None:
        nonlocal above
        pieces.extend(found)
        above = next((piece for piece in reversed(found) if not _is_furniture(piece)), above)

    for block, below in zip(blocks, [*blocks[1:], ()]):
        quoted = bool(below) and below[0].text[0] in OPENERS
        run: list[Line] = []
        wrapped = 0  # lines that a dateline goes on over
        for number, line in enumerate(block):
            torn = run[-1] if run and not run[-1].closed else None
            kind = None if wrapped else _kind_of(line, block[number : number + 5], torn)
            wrapped = max(0, wrapped - 1)
            if kind is None:
                run.append(line)
                continue
            if kind.startswith("furniture") and _names_section(run, block[: number - 1], pieces):
                add([Piece("furniture:section name", tuple(run))])
            else:
                add(_to_pieces(run, kind == "start" or kind == "byline" and not is_closing(line.text), above))
            run = []
            if kind == "start":
                run, wrapped = [line], _wraps(block[number : number + 5])
            else:
                closes = kind == "byline" and 0 < number == len(block) - 1 and block[number - 1].closed
                add([Piece(kind, (line,), closes)])
        add(_to_pieces(run, _opens_article(below), above, quoted))
    return pieces


def _names_section(run: list[Line], above: Block, pieces: list[Piece]) -> bool:
    """Whether ``run`` is the name of the page's section: a short line that only furniture is set right around.

    ``above`` are the lines of its block above it, ``pieces`` those of the page: the page may begin with it.
    """
    if len(run) != 1 or not _SECTION.fullmatch(run[0].text):
        return False
    return _is_furniture(pieces[-1]) if above else not pieces


def _wraps(block: Block) -> int:
    """Return over how many line ends the dateline that opens ``block`` goes on."""
    dateline = find_dateline(join_lines(block[:5]))
    lengths = accumulate(len(line.text) for line in block[:5])
    return sum(length < dateline.end for length in lengths) if dateline else 0


def _opens_article(block: Block) -> bool:
    """Whether an article begins with ``block`` for certain: a dateline, or a headline that is no torn quote."""
    if not block or block[0].text[0] in OPENERS:
        return False
    return find_dateline(join_lines(block[:5])) is not None or _looks_like_headline(block)


def _to_pieces(run: list[Line], opening: bool, above: Piece | None, quoted: bool = False) -> list[Piece]:
    """Return the pieces that ``run`` is: text, the headline set right above it and the one right below.

    ``opening`` says that an article opens below the run, ``quoted`` that a quote does; ``above`` is the piece above
    it, furniture aside.
    """
    torn = above.lines if above and above.kind in ("text", "start") and not _may_end(above.lines) else ()
    first = 0 if torn else _headline_above(run)
    last = _headline_below(run[first:], torn, opening, quoted) + first
    parts = (("headline", run[:first]), ("", run[first:last]), ("text" if opening else "headline", run[last:]))
    return [Piece(kind or _kind_of_run(lines), tuple(lines)) for kind, lines in parts if lines]


def _headline_above(run: list[Line]) -> int:
    """Return how many lines at the beginning of ``run`` are the headline of the paragraph right below them."""
    if not run or find_dateline(join_lines(run[:5])):
        return 0
    if _heads_indented(run):
        return 1
    fewest = 2 if _is_finished(run) else 3
    for number in range(1, min(4, len(run) - fewest) + 1):
        widths = [line.full for line in run[number:-1] if not line.closed]
        width = median(widths) if widths else 0
        if not widths or not _may_head(run[number - 1], width) or abs(run[number - 1].full - max(widths)) <= 1:
            return 0
        if not _is_set_apart(run[number], width) and run[number - 1].text[-1] not in "，、：":
            return number
    return 0


def _heads_indented(run: list[Line]) -> bool:
    """Whether the first line of ``run`` heads the indented paragraph right below it, whatever its own width."""
    first = run[0]
    if len(run) < 3 or first.indent or first.closed or run[1].indent != 2:
        return False
    return HEADLINE_MARK.search(first.text) is not None and set("，。；、").isdisjoint(first.text)


def _headline_below(run: list[Line], above: Block, opening: bool, quoted: bool) -> int:
    """Return where in ``run`` the headline begins that stands right below its last sentence, or its length.

    ``above`` are the lines that the run goes on with.  What a column break tears off has the column's width.
    """
    last = (
        next((number for number in reversed(range(len(run))) if _is_finished(run[max(0, number - 2) : number + 1])), -1)
        + 1
    )
    if last == len(run) > 1 and run[-2].closed and _asks(run[-1]):
        last -= 1
    headline = run[last:]
    if not 0 < last < len(run) or len(headline) > 5 or headline[-1].text[-1] in "，、；：":
        return len(run)
    if opening:
        return last
    text = [*above, *run[:last]]
    torn = quoted and (len(headline) == 1 and not HEADLINE_MARK.search(headline[0].text))
    if len(text) < 3 or torn or headline[0].text[0] in CLOSERS or _FRAGMENT_END.search(headline[-1].text):
        return len(run)
    width = usual_width(text)
    some = all if quoted else any
    headed = some(_is_set_apart(line, width) for line in headline) and not any("。" in line.text for line in headline)
    return last if headed else len(run)


def _asks(line: Line) -> bool:
    """Whether a line is a question or call that may be a headline: no single words, no question of an interview."""
    return line.text[-1] in "！？!?" and len(line.text) >= _ASKED and not set("。；：“") & set(line.text)


def _may_head(line: Line, width: float) -> bool:
    """Whether ``line`` is none of a paragraph in ``width`` columns (a first line may have lost its indent)."""
    own = _is_set_apart(line, width) and line.indent != 2
    return own and not any(mark in line.text for mark in "。；")


def _is_set_apart(line: Line, width: float) -> bool:
    return not -_RAGGED <= width - line.full <= _RAGGED + 4 or line.text.startswith("——")


def _may_end(lines: Block) -> bool:
    """Whether no sentence goes on below ``lines``: a headline, or a text that is finished."""
    return _is_finished(lines) or len(lines) <= 5 and not any(mark in join_lines(lines) for mark in "，。")


def _is_finished(lines: Block | list[Line]) -> bool:
    return lines[-1].closed or find_credit(join_lines(lines[-3:])) is not None


def is_closing(text: str) -> bool:
    """Whether a byline line closes what stands above it: a photographer's credit or names in brackets."""
    attribution = find_byline(text)
    return attribution is not None and (attribution.photo or text.startswith(("（", "(")))


def _kind_of_run(run: list[Line]) -> str:
    return "start" if find_dateline(join_lines(run[:5])) else "text"


def _kind_of(line: Line, rest: Block, above: Line | None) -> str | None:
    """Return what begins at ``line`` (furniture:NAME, byline, start), or None for running text.

    ``above`` is the line of an unfinished sentence right above: below it bare names with 摄 are the
    second line of a wrapped credit, and a line of its width goes on with the sentence.
    """
    goes_on = above is not None and len(rest) > 1 and abs(above.full - line.width) <= 1
    short = len(line.text) <= _LONGEST_FURNITURE
    if short and not goes_on and not any(mark in line.text for mark in "。，；") and not find_byline(line.text):
        narrow = line.text.translate(NARROW)
        for name, pattern in _furniture():
            if pattern.fullmatch(narrow):
                return f"furniture:{name}"
    if above is not None and above.text[-1] in "，、；":
        return None
    byline, dateline = find_byline(line.text), find_dateline(join_lines(rest[:5]))
    signed = byline is not None and (line.text[0] in OPENERS or dateline is not None and _is_signature(line, dateline))
    if dateline and not signed:
        return "start"
    return "byline" if byline and (above is None or byline.marked) else None


def _is_signature(line: Line, dateline: Attribution) -> bool:
    """Whether all of ``line`` is names, though with the lines below it opens as a dateline does."""
    if dateline.end > len(line.text):
        return False  # 本报讯 记者林小满报|道：
    return find_dated(line.text) is not None or dateline.marked and names_only(line.text)


def _settle(pieces: list[Piece], apart: bool) -> list[Piece]:
    """Tell the pieces of plain text apart: body or headline."""
    settled: list[Piece] = []
    previous: Piece | None = None
    for piece, following in zip(pieces, find_following(pieces, lambda other: not _is_furniture(other))):
        if piece.kind == "text":
            kind = "headline" if _is_headline(piece.lines, previous, following, apart) else "body"
            piece = replace(piece, kind=kind)
        settled.append(piece)
        previous = previous if _is_furniture(piece) else piece
    return settled


def find_following(pieces: list[Piece], wanted: Callable[[Piece], bool]) -> list[Piece | None]:
    """Return for each piece the next one below it that is ``wanted``, None where there is none."""
    following: list[Piece | None] = []
    below: Piece | None = None
    for piece in reversed(pieces):
        following.append(below)
        below = piece if wanted(piece) else below
    return following[::-1]


def _is_furniture(piece: Piece) -> bool:
    return piece.kind.startswith("furniture")


def after(pieces: list[Piece], number: int) -> Iterator[Piece]:
    """Yield the pieces below the one at ``number``."""
    return (pieces[n] for n in range(number + 1, len(pieces)))


def _is_headline(lines: Block, previous: Piece | None, following: Piece | None, apart: bool) -> bool:
    if (
        len(join_lines(lines)) < 2
        or len(lines) > 5
        or any("。" in line.text.rstrip("”") for line in lines)
        or join_lines(lines)[-1] in "。，、；："
        or _SPEAKER.match(lines[0].text)
        or PICTURE_NOTE.match(lines[0].text)
    ):
        return False
    if following is not None and following.kind == "byline" and not following.closes:
        if not is_closing(join_lines(following.lines)) and _looks_like_headline(lines):
            return True
    if apart:  # 钱从哪里来？ is a headline at the top, below that a paragraph
        return not lines[-1].closed and not lines[-1].text.endswith("——") or previous is None
    if previous is not None and previous.kind in ("body", "start") and not _is_finished(previous.lines):
        return False  # the column was broken in mid-sentence
    if following is None or following.kind in ("start", "byline"):
        return True
    if len(lines) > 1 and join_lines(lines).count("，") > 1:
        return False
    if following.kind == "text" and _looks_like_headline(following.lines):
        return True
    return not _is_fragment(lines, following)


def _looks_like_headline(lines: Block) -> bool:
    text = join_lines(lines)
    return len(lines) <= 3 and "。" not in text and "；" not in text and text.count("，") < 2 and not lines[-1].closed


def _is_fragment(lines: Block, following: Piece) -> bool:
    """Whether ``lines`` are the first words of a paragraph that a column break tore from ``following``."""
    text = join_lines(lines)
    if following.lines[0].indent:
        return False  # what follows begins a paragraph of its own
    if lines[0].indent == 2:
        return True  # paragraphs are indented, and what follows is not
    opens = following.lines[0].text[0] in OPENERS
    width = column_width(following.lines)
    if len(lines) == 1 and "，" in text and usual_width(following.lines) - 1 <= lines[0].full <= width + 1:
        return True  # as wide as the column, and no line with a comma is so by chance
    if _FRAGMENT_END.search(text) or (opens and _FRAGMENT_BEFORE_QUOTE.search(text)):
        return True
    if lines[-1].full > width + 1 or any(abs(line.full - width) > _RAGGED for line in lines[:-1]):
        return False
    if len(lines) > 1 and "，" in text:
        return True
    return opens and not HEADLINE_MARK.search(text)
