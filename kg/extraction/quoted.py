"""Quoted wordings: mottos, numeric abbreviations, methods, brands, with or without a head.

Guideline rules 1, 2, 5 and 8: a quote may be an entity by itself, or with the head that
adjoins it, or only decorate the noun after it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice

from kg.extraction.analysis import Analysis, Quote
from kg.extraction.candidates import Candidate, after, before, context, edges, next_word, occurrence
from kg.extraction.evidence import Evidence, Templates, inside
from kg.extraction.headed import deals_out, find_head_after, find_heads_after, left_modifiers
from kg.extraction.heads import Head, head_types
from kg.extraction.lexicon import read_table, read_words

QUOTE_TYPES = ("Slogan", "Mechanism", "Programme", "Platform", "Alliance", "Organisation")
_NUMERAL = "一二三四五六七八九十百千万两双"
_LONGEST = 70
_AND_SO_ON = re.compile(
    r"等?(?:一?系列|多种|多项|多个|各类|各项|若干|(?:\d{1,2}|[两二三四五六七八九十])[项种个大套类张支])?"
)
"""What may stand between quotations and the head that they share: 等, how many they are."""
_JOINTS = frozenset("、和与及")
_LONGEST_LIST = 20
_SEPARATOR = re.compile(r"[、，,；\s]")
_SUM = re.compile(r"[\dA-ZＸＮ]+(?:[+＋][\dA-Z]+)+")
_DIGITS = re.compile(r"[\d.]+")
_NUMERALS = re.compile(rf"(?:[{_NUMERAL}][\u4e00-\u9fff]{{1,3}})+")
_SPEECH = re.compile("[。！？，]")
_SHAPE = Templates(
    "form={0}", "form={0}&len={1}", "len={1}", "parts={2}", "depth={3}", "mark={4}", "innerhead={5}", every={"{}": 6}
)
_LAST = Templates("last={0}", "last2={1}")
_FIRST = Templates("first={0}")
_INNER = Templates(every={"{}": 0})
_HEAD = Templates("head={0}", "gap={1}", "of={2}")
_HEAD_TYPE = Templates("headtype={0}", "form={1}&headtype={0}", "form={1}&len={2}&headtype={0}")
_TITLE = Templates("doc", "depth={0}", "last={1}", "len={2}")
_SHARED = Templates("shares head", "h={0}", "wait={1}")
_HEADING = Templates("headed", "last head={0}", "verb before head={1}", "last head&verb={0}{2}")
_OUTER_HEAD = Templates("h:head={0}", "h:gap={1}", "h:headtype={2}")
_FOLLOWED = Templates("form={0}&a={2}", "form={0}&len={1}&a={2}")
_ALONE = Templates("head=-", "form={0}&head=-", "form={0}&len={1}&head=-")


def find_quoted(analysis: Analysis) -> list[Candidate]:
    """Return candidates for every “…”, ‘…’ and 《…》 of the article."""
    found: list[Candidate] = []
    for quote in analysis.quotes:
        if quote.mark in "《":
            found.append(_document(analysis, quote))
        elif 1 <= len(quote.inner) <= _LONGEST:
            found.extend(_names(analysis, quote))
    return found


def _document(analysis: Analysis, quote: Quote) -> Candidate:
    name = analysis.text[quote.start : quote.end]
    title = min(quote.depth, 2), quote.inner[-2:], _bucket(len(quote.inner))
    evidence = (_TITLE, title), *context(analysis, quote.start, quote.end), occurrence(analysis, name)
    return Candidate("Document", name, quote.start, quote.end, "title in 《》", evidence)


def _names(analysis: Analysis, quote: Quote) -> list[Candidate]:
    text = analysis.text
    name = text[quote.start : quote.end]
    heads = find_heads_after(analysis, quote.end)
    head = heads[-1] if heads else None
    around = context(analysis, quote.start, quote.end)
    ending = find_inner_head(quote.inner)
    look, rest = _observe(analysis, quote, head, ending, next_word(analysis, quote.end))
    evidence = *look, *rest, *around, occurrence(analysis, name)
    modified = left_modifiers(analysis, quote.start)
    aliases = [text[modified : quote.end]] if modified < quote.start else []
    adjoined = head.types if head is not None and text[quote.end] != "的" else ()
    found = [
        Candidate(kind, name, quote.start, quote.end, "quotation", evidence, None, list(aliases), len(look))
        for kind in QUOTE_TYPES
        if _may_be(kind, ending, quote.inner)
        and (kind == "Slogan" or kind not in adjoined)  # there the name has its head
        and not analysis.rules_out("quotation", kind, look)
    ]
    if head is not None and quote.inner[-1] not in "。！？，":
        for nearer in heads:
            found.extend(_headed(analysis, quote, nearer, evidence, modified, nearer is head))
    found.extend(_sharing_head(analysis, quote, evidence))
    return found


def _may_be(kind: str, ending: str, inner: str) -> bool:
    """Whether a quotation may name this kind of thing.

    Alliances and organisations are known by their heads; what is said everywhere is a motto or a method at most,
    whatever it ends with (三会一课), and 一链一联盟 tells how there is one each, and names none.  What breaks off is read
    out (“红事不攀比，白事不铺张……”).
    """
    if inner.endswith("…"):
        return False
    if inner in read_words("stock_quotes"):
        return kind in ("Slogan", "Mechanism")
    if deals_out(inner):
        return kind not in ("Alliance", "Organisation")
    return kind == ending or kind not in ("Alliance", "Organisation")


def _observe(
    analysis: Analysis, quote: Quote, head: Head | None, ending: str, follows: str
) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
    """Return what is observed of a quotation and of the head after it, and the rest.

    ``ending`` is the type of the head that it ends with, ``follows`` the word after it.
    """
    form, size = _form(quote.inner), _bucket(len(quote.inner))
    shape = _observe_shape(quote, form, size, ending)
    inner = (_INNER, ((*_chain(analysis, quote), *_inner_words(analysis, quote)),))
    if head is None:
        return (*shape, (_ALONE, (form, size))), (inner, (_FOLLOWED, (form, size, follows)))
    kind, gap = head.types[0], min(head.start - quote.end, 8)
    of = analysis.text[quote.end] == "的"
    heading = (_HEAD, (head.text, gap, of)), (_HEAD_TYPE, (kind, form, size))
    return (*shape, *heading), (inner, (_FOLLOWED, (form, size, follows)))


def _sharing_head(analysis: Analysis, quote: Quote, evidence: Sequence[Evidence]) -> list[Candidate]:
    """“双培双带”和“两带一包”工作机制: a quotation takes the head of the last one of its list (guideline rule 3).

    The last takes it too where 等 or a count parts them (“清单制”等3项制度); where nothing does, it is headed itself.
    What stands before the list stands before each of its quotations.
    """
    text = analysis.text
    first, last = _list_around(analysis, quote)
    tail = _AND_SO_ON.match(text, last.end).end()  # type: ignore[union-attr]
    if last is quote and (tail == last.end or (first is last and text[last.end] != "等")):
        return []
    head = find_head_after(analysis, tail)
    if head is None or text[last.end] == "的" or quote.inner.endswith(head.text):
        return []  # “归雁工程”和“头雁”工程: the first has its own
    name = text[quote.start : quote.end] + text[tail : head.end]
    own = (
        *inside(evidence, _shapes),
        (_SHARED, (head.text, last.end - quote.end > 12)),
        *before(analysis, first.start),
        *after(analysis, head.end),
        edges(analysis, first.start, head.end),
    )
    group, aliases = ("shared", quote.start), [text[quote.start : quote.end]]
    if quote is last:
        aliases.append(text[quote.start : head.end])  # “清单制”等3项制度
    return [
        Candidate(kind, name, quote.start, head.end, "coordination", own, group, list(aliases)) for kind in head.types
    ]


def _list_around(analysis: Analysis, quote: Quote) -> tuple[Quote, Quote]:
    """Return the first and the last quotation of the list that holds one, itself where it stands alone."""
    text, quotes, index = analysis.text, analysis.quotes, analysis.quote_index(quote.end)
    first = last = quote
    for following in islice(quotes, index, None):
        if following.start > last.end + 1:
            break
        if following.depth == quote.depth and (following.start == last.end or text[last.end] in _JOINTS):
            last = following
    for earlier in reversed(quotes[max(0, index - _LONGEST_LIST) : index]):
        if earlier.depth != quote.depth or earlier.end > first.start:
            continue
        if earlier.end < first.start - 1 or (earlier.end < first.start and text[earlier.end] not in _JOINTS):
            break
        first = earlier
    return first, last


def _shapes(feature: str) -> bool:
    """Whether a feature tells of the wording of a quotation or of the cue words before it."""
    return feature.startswith(("form", "innerhead", "len", "bc"))


def _tells_of_quotation(feature: str) -> bool:
    """Whether a feature tells of a quotation, not of the head or of what else follows it."""
    return not feature.startswith(("a", "head", "gap"))


def _always(feature: str) -> bool:
    return True


def _headed(
    analysis: Analysis, quote: Quote, head: Head, evidence: Sequence[Evidence], modified: int, last: bool
) -> list[Candidate]:
    """Return the quote together with a head that follows it, one candidate a type of the head.

    A motto before 的思路 is only a slogan (guideline rule 2); a numeric abbreviation names the 思路 (rule 8).
    """
    text = analysis.text
    if head.text == "思路" and text[quote.end] == "的" and not _form(quote.inner).startswith("numeral"):
        return []
    name = text[quote.start : head.end]
    aliases = [text[modified : head.end]] if modified < quote.start else []
    if text[quote.end] == "的":
        aliases.append(text[quote.end + 1 : head.end])
        aliases.append(text[quote.start : quote.end] + text[quote.end + 1 : head.end])
    aliases.append(text[quote.start : quote.end])
    words = analysis.words[analysis.word_index(quote.end) : analysis.word_index(head.end - 1)]
    heading = last, any([word[1] == "v" for word in words]), words[-1].tag if words else "-"
    own = (
        (_HEADING, heading),
        (_OUTER_HEAD, (head.text, min(head.start - quote.end, 8), head.types[0])),
        *inside(evidence, _tells_of_quotation),
        *inside(after(analysis, head.end), _always),
    )
    group = "quotation with head", quote.start
    return [
        Candidate(kind, name, quote.start, head.end, "quotation with head", own, group, list(aliases))
        for kind in head.types
    ]


def _inner_words(analysis: Analysis, quote: Quote) -> list[str]:
    """Return features of the words inside: how many, the tags of the first and the last."""
    first = analysis.word_index(quote.start + 1)
    words = [w for w in analysis.words[first : first + 12] if w.end < quote.end]
    if not words:
        return ["inner words=0"]
    return [
        f"inner words={min(len(words), 6)}",
        f"inner tags={words[0].tag[0]}{words[-1].tag[0]}",
        f"inner tag={words[-1].tag}",
    ]


def _observe_shape(quote: Quote, form: str, size: str, ending: str) -> tuple[Evidence, ...]:
    """Return what is observed of the quotation itself: numerals, plus signs, parallel parts, length, ending."""
    inner = quote.inner
    marks = []
    if inner[-1] in "。！？，；":
        marks.append("ends sentence")
    if inner in read_words("figures_of_speech"):
        marks.append("figure of speech")
    if inner in read_words("stock_quotes"):
        marks.append("stock quote")
    parts = min(len([part for part in _SEPARATOR.split(inner) if part]), 4)
    shape = form, size, parts, min(quote.depth, 2), quote.mark, ending, tuple(marks)
    return (_SHAPE, shape), (_LAST, (inner[-1], inner[-2:])), (_FIRST, (inner[0],))


def _form(inner: str) -> str:
    """Return which form of wording stands between the marks."""
    parts = [part for part in _SEPARATOR.split(inner) if part]
    if _SUM.fullmatch(inner.replace(" ", "")):
        return "sum"
    if "+" in inner or "＋" in inner:
        return "plus"
    if _DIGITS.fullmatch(inner):
        return "digits"
    if len(parts) > 1:
        return "parallel" if len({len(part) for part in parts}) == 1 else "parts"
    if inner[0] in _NUMERAL and _NUMERALS.fullmatch(inner):
        return "numerals" if sum([char in _NUMERAL for char in inner]) > 1 else "numeral"
    if "·" in inner:
        return "dot"
    return "speech" if _SPEECH.search(inner) else "plain"


@cache
def _inner_heads() -> dict[str, str]:
    """Return the endings of quoted names with the type they speak for."""
    heads = {head: types[0] for head, types in head_types().items()}
    return heads | {head: kind for head, kind in read_table("inner_heads")}


def find_inner_head(inner: str) -> str:
    """Return the type of the head that a quotation ends with (“窗帘行动” → Programme), or -."""
    heads = _inner_heads()
    return next((heads[inner[-n:]] for n in range(min(5, len(inner)), 0, -1) if inner[-n:] in heads), "-")


def _chain(analysis: Analysis, quote: Quote) -> list[str]:
    """Return whether other quotations adjoin this one (“甲”“乙” or “甲”、“乙”)."""
    text = analysis.text
    features = []
    if text[quote.end : quote.end + 1] == "“" or text[quote.end : quote.end + 2] == "、“":
        features.append("quote after")
    if quote.start and (text[quote.start - 1] == "”" or text[max(0, quote.start - 2) : quote.start] == "”、"):
        features.append("quote before")
    return features


def _bucket(length: int) -> str:
    for limit in (1, 2, 3, 4, 5, 6, 8, 10, 14, 20, 30):
        if length <= limit:
            return str(limit)
    return "long"
