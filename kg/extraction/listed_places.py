"""Lists of places that share a head (guideline rule 3): 沈闸、郝渠、汉渠4个村 → 沈闸村, 郝渠村, 汉渠村.

The count may stand apart from the head (海鹰、海燕等遗产区3个渔业村), a verb before the first name (联合武坪、牛营两个村), and
where towns of several kinds are counted together (鱼池、龙沙等5个乡镇) the county's list says which is which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate, context
from kg.extraction.coordination import parts_of
from kg.extraction.evidence import Templates
from kg.extraction.localities import load_localities

_HEADS = {
    **{head: (head,) for head in ("村", "社区", "街道", "镇", "乡", "嘎查", "苏木", "苗寨", "侗寨", "古镇", "林场", "农场")},
    **{head: ("镇", "乡", "街道") for head in ("乡镇", "镇街", "镇乡", "乡镇街道", "镇村", "镇街道")},
    **{head: ("村", "社区") for head in ("村社", "村居", "村社区", "村庄")},
}
"""The head that a list ends in → the heads that its names may take."""
_LIST = re.compile(
    r"(?P<names>(?:[\u4e00-\u9fff]{2,8}、){1,20}[\u4e00-\u9fff]{2,8}?)"
    r"(?P<rest>等[\u4e00-\u9fff]{0,6}?|这)?"
    r"(?P<count>[\d一二三四五六七八九十两]+个?)?"
    r"(?P<kind>大|行政|自然|渔业|牧业|古|传统|示范|试点|重点|相邻|周边|边境|沿边|沿江|移民|贫困|先行|中心)?"
    r"(?P<head>" + "|".join(sorted(_HEADS, key=lambda head: (-len(head), head))) + ")"
)
_WHOLE = ("村", "镇", "乡", "区", "道", "寨", "嘎查", "苏木", "县", "市", "等")
"""With what a name ends that needs no other head."""
_NO_NAME = frozenset("在由从以到与和向对把将为让给是有抓带往回请")
_LISTED = Templates(
    "h={0}", "first={1}", "len={2}", "last={3}", "known={4}", "cut={5}", "count={6}", "rest={7}", "kind={8}", "names={9}"
)


def find_listed_places(analysis: Analysis) -> list[Candidate]:
    """Return candidates for the names of every list of places that ends in a shared head."""
    return [
        candidate
        for match in _LIST.finditer(analysis.text)
        if match["rest"] or match["count"]
        for candidate in _of_list(analysis, match)
    ]


def _of_list(analysis: Analysis, match: re.Match[str]) -> Iterator[Candidate]:
    known = load_localities(analysis.county.code if analysis.county else None).levels
    parts = list(parts_of(analysis.text, match.start("names"), match.end("names")))
    for number, (begin, end) in enumerate(parts):
        if analysis.text[begin:end].endswith(_WHOLE):
            continue
        for start in _starts(analysis, begin, end, number == 0):
            part = analysis.text[start:end]
            for head in _HEADS[match["head"]]:
                name = part + head
                is_open = len(_HEADS[match["head"]]) > 1
                if is_open and name not in known:
                    continue
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
