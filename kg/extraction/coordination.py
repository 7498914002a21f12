"""Coordinations that share a head (guideline rule 3): 甲、乙、丙 + head → 甲head, 乙head, 丙head.

Read forms: 村企合作、城市基层、产业链党建联盟 · 学员管理、考勤等一系列管理制度 ·
“联动运行、联建服务”两项制度.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate, context, cue_classes
from kg.extraction.evidence import Templates
from kg.extraction.headed import noun_like
from kg.extraction.heads import Head
from kg.extraction.lexicon import read_words

_COUNT = re.compile(
    r"(?:等)?(?:一系列|多种|多项|若干)?(?:[\d一二三四五六七八九十两]+(?:个|项|种|大|类|条|所|张|支|方面))?(?:新型|完善的|有效的)?$"
)
_COUNTED = re.compile(r"[\d一二三四五六七八九十两]+(?:个|项|种|大|类|条|所|张|支|家)")
_BODY = re.compile(r"(?:村|镇|乡|街道|社区|公司|局|社|校|院|所|党组织|党支部|党委|企业|单位|部门|商会|协会|高校|国企)$")
_NUMERAL = re.compile(r"\d+|[一二三四五六七八九十两]")
_VALUES = (
    {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"两": 2} | {str(n): n for n in range(1, 20)}
)
_LISTING = Templates(
    "form={0}",
    "h={1}",
    "quoted={2}",
    "first={3}",
    "count={4}",
    "tail len={5}",
    "form&h={0}{1}",
    "form&bare tail={0}{6}",
    "part len={7}",
    "part is body={8}",
    every={"list cue={}": 9},
)
_TAIL = Templates("tail={0}")
_PART = Templates("w1={0}", "t1={1}", "part last={2}")
_CLOSING = frozenset("”’》」』")
_STOPS = frozenset("，。；：、！？“”‘’《》（）\n")
_JOINING = "、和与及"
_COUNT_ENDS = frozenset("等列种项干个大类条所张支面型的")
"""With what ``_COUNT`` may end."""
_MEETING = re.compile("(?:会|部|委|局|社区|企业|单位|党组织|部门)(?:以及|和|与|及)")
_JOINT = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:以及|和|与|及)(?=[\u4e00-\u9fff]{2})")


def find_coordinations(analysis: Analysis) -> list[Candidate]:
    """Return candidates for the parts of every list that ends in a shared head."""
    found: list[Candidate] = []
    for head in analysis.heads:
        found.extend(_with_head_in_last_part(analysis, head))
        found.extend(_after_count(analysis, head))
    return found


def _with_head_in_last_part(analysis: Analysis, head: Head) -> list[Candidate]:
    """甲、乙、丙X联盟: the last part holds the shared end, which may be longer than the head."""
    text = analysis.text
    clause = max(analysis.clause_start(head.start), head.start - 60)
    if analysis.mark_before(_JOINING, head.start) <= clause:
        return []
    parts = _since_founding(analysis, list(parts_of(text, clause, head.start)))
    if any(_MEETING.search(text, *part) for part in parts[:-1]):
        return []  # 村委会与物业、业委会联席会议: who meets whom
    if len(parts) < 2 or text[parts[-1][0] : parts[-1][1]].startswith("等"):
        return []
    start, _ = parts[-1]
    if _COUNTED.search(text, start, head.start) or _quotes_into(analysis, start, head.start):
        return []
    if analysis.word_from(start).text in read_words("never_first"):
        return []  # 建立专门机构、完善积分制度: two things are done
    found = []
    listed = _List(head, len(parts), False, _cues(analysis, parts[0]))
    for shared in _shared_ends(analysis, start, head):
        for number, (begin, end) in enumerate(parts[:-1]):
            part = text[begin:end]
            if part.endswith(head.text) or len(part) < 2 or "”" in part or "“" in part:
                continue
            tail = text[shared : head.end]
            for at in _trimmed(analysis, begin, end) if number == 0 else [begin]:
                lengths = {end - at, shared - start, *(e - b for b, e in parts[1:-1])}
                form = f"list alike={max(lengths) - min(lengths) <= 1}"
                found.extend(_distributed(analysis, listed, text[at:end], tail, at, number, form))
    return found


def _quotes_into(analysis: Analysis, start: int, end: int) -> bool:
    """Whether a quotation closes in the last part of a list: the list is quoted, or its last part is."""
    if _CLOSING.isdisjoint(analysis.text[start:end]):
        return False
    return any(start < quote.end <= end for quote in analysis.quotes)


def _shared_ends(analysis: Analysis, start: int, head: Head) -> list[int]:
    index = analysis.word_index(head.start)
    starts = [head.start]
    starts += [w.start for w in reversed(analysis.words[max(0, index - 3) : index + 1]) if start < w.start < head.start]
    return list(dict.fromkeys(starts))[:3]


def _after_count(analysis: Analysis, head: Head) -> list[Candidate]:
    """甲、乙等(两项)制度 and “甲、乙”两项制度: every part takes the head."""
    text = analysis.text
    best = None
    for at in range(head.start, max(0, head.start - 12), -1):
        if text[at : at + 1] in _STOPS:
            break
        match = _COUNT.search(text, max(0, at - 12), at) if text[at - 1] in _COUNT_ENDS else None
        if match and match.group():
            if noun_like(analysis, at, head.start):
                best = (match.start(), at)
            break
    if best is None:
        return []
    list_end, modifiers = best
    quoted = text[list_end - 1 : list_end] == "”"
    if quoted:
        quote = analysis.inside_quote(list_end - 1)
        if quote is None or quote.end != list_end or "、" not in quote.inner:
            return []
        parts = list(parts_of(text, quote.start + 1, quote.end - 1))
    else:
        end = _without_verb(analysis, list_end)
        clause = max(analysis.clause_start(end), end - 60)
        parts = _since_founding(analysis, list(parts_of(text, clause, end)))
        if end < list_end and "、" not in text[clause:end]:
            return []  # 书记和帮扶村组建成13个分盟: who founded, not what
    if len(parts) < 2:
        return []
    counted = _NUMERAL.search(text[list_end:modifiers])
    form = "count" if counted is None else f"count matches={_VALUES.get(counted.group(), 0) == len(parts)}"
    found = []
    listed = _List(head, len(parts), quoted, _cues(analysis, parts[0]))
    for number, (begin, end) in enumerate(parts):
        for start in _trimmed(analysis, begin, end) if number == 0 and not quoted else [begin]:
            for tail in dict.fromkeys((text[modifiers : head.end], head.text)):
                found.extend(_distributed(analysis, listed, text[start:end], tail, start, number, form))
    return found


def _without_verb(analysis: Analysis, end: int) -> int:
    """Return where the list ends that a verb of founding parts from its count (油茶、茶叶、稻虾组建三个产业链党委)."""
    for word in reversed(analysis.words[max(0, analysis.word_index(end - 1) - 1) : analysis.word_index(end - 1) + 1]):
        if word.end != end or not (word.text in ("成", "为", "起") or "found" in cue_classes(word.text)):
            break
        end = word.start
    return end


def _cues(analysis: Analysis, part: tuple[int, int]) -> tuple[str, ...]:
    """Return which cue words stand before a list whose first part this is: that part may hold the verb."""
    begin, end = part
    words = analysis.words[max(0, analysis.word_index(begin) - 2) : analysis.word_index(end - 1) + 1]
    return tuple(sorted({label for word in words for label in cue_classes(word.text)})) or ("none",)


def _since_founding(analysis: Analysis, parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the parts from the last one, but for the end, in which something is founded (跨区域、跨行业组建|村企、…)."""
    for number in range(len(parts) - 2, 0, -1):
        begin, end = parts[number]
        words = analysis.words[analysis.word_index(begin) : analysis.word_index(end - 1) + 1]
        if any("found" in cue_classes(word.text) and begin <= word.start and word.end < end - 1 for word in words):
            return parts[number:]
    return parts


def _trimmed(analysis: Analysis, begin: int, end: int) -> list[int]:
    """Return where the first part of a list may begin: it may hold the verb before the list (今年在河东镇成立|油茶).

    Nothing begins before the last verb of founding.
    """
    words = analysis.words[analysis.word_index(begin) : analysis.word_index(end - 1) + 1]
    starts: list[int] = []
    for word in words:
        if "found" in cue_classes(word.text):
            starts = []
        elif begin <= word.start < end - 1:
            starts.append(word.start)
    return starts[:5] or [begin]


def parts_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) of the parts of the list in a stretch: cut at 、, the last part at 和 or 与."""
    at = start
    cuts = [m.span() for m in re.finditer("、", text[start:end])]
    for begin, after in cuts:
        yield at, start + begin
        at = start + after
    joint = _JOINT.search(text, at, end)
    earlier = [text[a:b] for a, b in zip([start, *(start + c[1] for c in cuts)], [start + c[0] for c in cuts])]
    if joint and not any(_JOINT.search(part) for part in earlier):
        yield at, joint.start()
        at = joint.end()
    yield at, end


class _List(NamedTuple):
    """A list that shares a head: how many parts it has, whether they are quoted, the cue words before it."""

    head: Head
    size: int
    quoted: bool
    cues: tuple[str, ...]


def _distributed(
    analysis: Analysis, listed: _List, part: str, tail: str, start: int, number: int, form: str
) -> list[Candidate]:
    if not part:
        return []  # nothing stands between the marks of the list
    head = listed.head
    listing = (
        form,
        head.text,
        listed.quoted,
        number == 0,
        min(listed.size, 5),
        min(len(tail), 8),
        tail == head.text,
        min(len(part), 9),
        _BODY.search(part) is not None,
        listed.cues,
    )
    look = ((_LISTING, listing),)
    kinds = [kind for kind in head.types if not analysis.rules_out("coordination", kind, look)]
    if not kinds:
        return []
    word, group = analysis.words[analysis.word_index(start)], ("coordination", start)
    own = (_TAIL, (tail,)), (_PART, (word.text, word.tag, part[-1:]))
    evidence = *look, *own, *context(analysis, start, head.end)
    return [
        Candidate(kind, part + tail, start, head.end, "coordination", evidence, group, [part], len(look))
        for kind in kinds
    ]
