"""Lists of places that share a head (guideline rule 3): 沈闸、郝渠、汉渠4个村 → 沈闸村, 郝渠村, 汉渠村.

The count may stand apart from the head (海鹰、海燕等遗产区3个渔业村), a verb before the first name (联合武坪、牛营两个村), and
where towns of several kinds are counted together (鱼池、龙沙等5个乡镇) the county's list says which is which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate, context
from kg.extraction.coordination import parts_of
from kg.extraction.evidence import Templates
from kg.extraction.lexicon import read_sections
from kg.extraction.localities import load_localities

_WHOLE = ("村", "镇", "乡", "区", "道", "寨", "嘎查", "苏木", "县", "市", "等")
"""With what a name ends that needs no other head."""
_NO_NAME = frozenset("在由从以到与和向对把将为让给是有抓带往回请")
_LISTED = Templates(
    "h={0}",
    "first={1}",
    "len={2}",
    "last={3}",
    "known={4}",
    "cut={5}",
    "count={6}",
    "rest={7}",
    "kind={8}",
    "names={9}",
)


@cache
def _heads() -> dict[str, list[str]]:
    """Return the head that a list ends in → the heads that its names may take."""
    sections = read_sections("listed_places")
    return {head: sorted(heads) for head, heads in sections.items() if head != "kinds"}


@cache
def _list() -> re.Pattern[str]:
    kinds, heads = (
        "|".join(sorted(words, key=lambda word: (-len(word), word)))
        for words in (read_sections("listed_places")["kinds"], _heads())
    )
    return re.compile(
        r"(?P<names>(?:[\u4e00-\u9fff]{2,8}、){1,20}[\u4e00-\u9fff]{2,8}?)"
        r"(?P<rest>等[\u4e00-\u9fff]{0,6}?|这)?"
        r"(?P<count>[\d一二三四五六七八九十两]+个?)?"
        rf"(?P<kind>{kinds})?(?P<head>{heads})"
    )


_WITH = frozenset("和与及同")
"""With what a list before a count of places ends that are others than it names (甲公司、乙公司与12个村)."""


def find_listed_places(analysis: Analysis) -> list[Candidate]:
    """Return candidates for the names of every list of places that ends in a shared head."""
    return [
        candidate
        for match in _list().finditer(analysis.text)
        if (match["rest"] or match["count"]) and match["names"][-1] not in _WITH
        for candidate in _of_list(analysis, match)
    ]


def _of_list(analysis: Analysis, match: re.Match[str]) -> Iterator[Candidate]:
    heads = _heads()[match["head"]]
    known = load_localities(analysis.county.code if analysis.county else None).levels
    parts = list(parts_of(analysis.text, match.start("names"), match.end("names")))
    for number, (begin, end) in enumerate(parts):
        if analysis.text[begin:end].endswith(_WHOLE):
            continue
        for start in _starts(analysis, begin, end, number == 0):
            part = analysis.text[start:end]
            fitting = [head for head in heads if len(heads) == 1 or part + head in known]
            for head in [head for head in fitting if head in match["head"]] or fitting:
                name = part + head
                told = (
                    head,
                    number == 0,
                    len(part),
                    part[-1],
                    known.get(name, "none" if known else "unknown"),
                    start - begin,
                    bool(match["count"]),
                    bool(match["rest"]),
                    match["kind"] or "-",
                    min(len(parts), 5),
                )
                evidence = (_LISTED, told), *context(analysis, start, end)
                group = ("places", begin)
                yield Candidate("Place", name, start, match.end(), "listed places", evidence, group, [part])


def _starts(analysis: Analysis, begin: int, end: int, is_first: bool) -> list[int]:
    """Return where a name of the list may begin: the first may stand behind a verb."""
    begin += analysis.text[begin] in _NO_NAME
    if not is_first:
        return [begin] if 2 <= end - begin <= 5 else []
    return [at for at in range(max(begin, end - 5), end - 1) if at == begin or analysis.begins_word(at)]
