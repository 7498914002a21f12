"""Quoted wordings: mottos, numeric abbreviations, methods, brands, with or without a head.

Guideline rules 1, 2, 5 and 8: a quote may be an entity by itself, or with the head that
adjoins it, or only decorate the noun after it.
"""

from __future__ import annotations

import re
from functools import cache

from kg.extraction.analysis import Analysis, Quote
from kg.extraction.candidates import Candidate, context, occurrence
from kg.extraction.headed import find_head_after, find_heads_after, left_modifiers
from kg.extraction.heads import Head, head_types
from kg.extraction.lexicon import read_table, read_words

QUOTE_TYPES = ("Slogan", "Mechanism", "Programme", "Platform", "Alliance", "Organisation")
_NUMERAL = "一二三四五六七八九十百千万两双"
_LONGEST = 70


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
    features = ["doc", f"depth={min(quote.depth, 2)}", f"last={quote.inner[-2:]}", f"len={_bucket(len(quote.inner))}"]
    features += context(analysis, quote.start, quote.end) + occurrence(analysis, name)
    return Candidate("Document", name, quote.start, quote.end, "title in 《》", features)


def _names(analysis: Analysis, quote: Quote) -> list[Candidate]:
    text = analysis.text
    name = text[quote.start : quote.end]
    shape = quote_shape(quote)
    around = context(analysis, quote.start, quote.end) + occurrence(analysis, name)
    heads = find_heads_after(analysis, quote.end)
    head = heads[-1] if heads else None
    if head is not None:
        around += [f"head={head.text}", f"headtype={head.types[0]}", f"gap={min(head.start - quote.end, 8)}"]
        around += [f"of={text[quote.end] == '的'}"]
    else:
        around.append("head=-")
    around += _chain(analysis, quote)
    features = shape + around + _inner_words(analysis, quote)
    features += [f"{s}&{a}" for s in shape[:2] for a in around if a.startswith(("headtype=", "a=", "head=-"))]
    modified = left_modifiers(analysis, quote.start)
    aliases = [text[modified : quote.end]] if modified < quote.start else []
    adjoined = head.types if head is not None and text[quote.end] != "的" else ()
    found = [
        Candidate(kind, name, quote.start, quote.end, "quotation", features, aliases=list(aliases))
        for kind in QUOTE_TYPES
        if kind == "Slogan" or kind not in adjoined  # there the name has its head
    ]
    if head is not None and quote.inner[-1] not in "。！？，":
        for nearer in heads:
            found.extend(_headed(analysis, quote, nearer, features, modified, nearer is head))
    found.extend(_sharing_head(analysis, quote, features))
    return found


def _sharing_head(analysis: Analysis, quote: Quote, features: list[str]) -> list[Candidate]:
    """“双培双带”“两带一包”工作机制: a quotation before others takes the head of the last (guideline rule 3)."""
    text, last = analysis.text, quote
    for following in analysis.quotes:
        if following.depth == quote.depth and following.start - last.end in (0, 1) and following.start >= last.end:
            if following.start == last.end or text[last.end] == "、":
                last = following
    if last is quote:
        return []
    tail = re.match("(?:等(?:系列)?)?", text[last.end :]).end() + last.end
    head = find_head_after(analysis, tail)
    if head is None or text[last.end] == "的":
        return []
    name = text[quote.start : quote.end] + text[tail : head.end]
    own = [
        "shares head",
        *(f"h:{feature}" for feature in features if feature.startswith(("form", "innerhead", "len", "bc"))),
    ]
    own += [f"h={head.text}", f"wait={last.end - quote.end > 12}", *context(analysis, quote.start, head.end)]
    return [
        Candidate(
            kind,
            name,
            quote.start,
            head.end,
            "coordination",
            own,
            ("shared", quote.start),
            [text[quote.start : quote.end]],
        )
        for kind in head.types
    ]


def _headed(
    analysis: Analysis, quote: Quote, head: Head, features: list[str], modified: int, last: bool
) -> list[Candidate]:
    """Return the quote together with a head that follows it, one candidate a type of the head."""
    text = analysis.text
    name = text[quote.start : head.end]
    aliases = [text[modified : head.end]] if modified < quote.start else []
    if text[quote.end] == "的":
        aliases.append(text[quote.end + 1 : head.end])
        aliases.append(text[quote.start : quote.end] + text[quote.end + 1 : head.end])
    aliases.append(text[quote.start : quote.end])
    words = analysis.words[analysis.word_index(quote.end) : analysis.word_index(head.end - 1)]
    own = ["headed", f"last head={last}", f"verb before head={any(w.tag == 'v' for w in words)}"]
    own += [f"last head&verb={last}{words[-1].tag if words else '-'}"]
    own += [f"h:{feature}" for feature in features if not feature.startswith(("a", "head", "gap"))]
    own += [f"h:head={head.text}", f"h:headtype={head.types[0]}", f"h:gap={min(head.start - quote.end, 8)}"]
    own += [f"h:{f}" for f in context(analysis, quote.start, head.end) if f.startswith("a")]
    group = ("quotation with head", quote.start)
    return [
        Candidate(kind, name, quote.start, head.end, "quotation with head", own, group, aliases) for kind in head.types
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


def quote_shape(quote: Quote) -> list[str]:
    """Return features of the quotation itself: numerals, plus signs, parallel parts, length, ending."""
    inner = quote.inner
    parts = [part for part in re.split("[、，,；\\s]", inner) if part]
    lengths = {len(part) for part in parts}
    if re.fullmatch(r"[\dA-ZＸＮ]+(?:[+＋][\dA-Z]+)+", inner.replace(" ", "")):
        form = "sum"
    elif "+" in inner or "＋" in inner:
        form = "plus"
    elif re.fullmatch(r"[\d.]+", inner):
        form = "digits"
    elif len(parts) > 1:
        form = "parallel" if len(lengths) == 1 else "parts"
    elif inner[0] in _NUMERAL and re.fullmatch(rf"(?:[{_NUMERAL}][\u4e00-\u9fff]{{1,3}})+", inner):
        form = "numerals" if len(re.findall(f"[{_NUMERAL}]", inner)) > 1 else "numeral"
    elif "·" in inner:
        form = "dot"
    elif re.search("[。！？，]", inner):
        form = "speech"
    else:
        form = "plain"
    size = _bucket(len(inner))
    features = [
        f"form={form}",
        f"form={form}&len={size}",
        f"len={size}",
        f"parts={min(len(parts), 4)}",
        f"last={inner[-1]}",
        f"last2={inner[-2:]}",
        f"first={inner[0]}",
        f"depth={min(quote.depth, 2)}",
        f"mark={quote.mark}",
    ]
    if inner[-1] in "。！？，；":
        features.append("ends sentence")
    ending = find_inner_head(inner)
    features.append(f"innerhead={ending}")
    if inner in read_words("figures_of_speech"):
        features.append("figure of speech")
    if inner in read_words("stock_quotes"):
        features.append("stock quote")
    return features


@cache
def _inner_heads() -> dict[str, str]:
    """Return the endings of quoted names with the type they speak for."""
    return {head: types[0] for head, types in head_types().items()} | dict(read_table("inner_heads"))


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
