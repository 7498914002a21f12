"""Documents without 《》: what a verb of issuing is followed by, up to the noun with which a document ends.

出台推动特色种业发展的若干措施: the title may hold verbs and 的, so that it is no noun phrase like other names; it
begins at the verb or at the mark before it and ends where a clause, an item of a list or a count of papers does.
"""

from __future__ import annotations

import re
from functools import cache

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate, context, occurrence
from kg.extraction.evidence import Templates
from kg.extraction.lexicon import read_sections

_ISSUING = Templates("verb={0}", "h={1}", "len={2}", "listed={3}", "papers={4}", "of={5}", "quoted={6}")
_LONGEST = 40
_NUMBER = "[两二三四五六七八九十\\d]+"
_COUNTED = re.compile(
    rf"(?:等?\s*{_NUMBER}?[份个项部](?:配套|系列|专项|指导性|政策|制度|规范性)*|等(?:系列|一系列)?)文件"
)
_MORE = re.compile("[、和与及]")


def find_issued(analysis: Analysis) -> list[Candidate]:
    """Return candidates for the documents that verbs of issuing are followed by (``lexicon/issued.txt``)."""
    found = []
    for verb in _verbs().finditer(analysis.text):
        at, listed = verb.end(), 0
        while title := _title().match(analysis.text, at):
            counted = _COUNTED.match(analysis.text, title.end()) is not None
            if not _generic().fullmatch(title.group()):
                found.append(_candidate(analysis, title, verb[1], listed, counted))
            more = _MORE.match(analysis.text, title.end())
            if more is None:
                break
            at, listed = more.end(), listed + 1
    return found


def _candidate(analysis: Analysis, title: re.Match[str], verb: str, listed: int, counted: bool) -> Candidate:
    text, name = analysis.text, title.group()
    size = min(len(name) // 3, 6)
    issuing = verb, title[1], size, min(listed, 1), counted, "的" in name, "“" in name
    evidence = (_ISSUING, issuing), *context(analysis, title.start(), title.end()), occurrence(analysis, name)
    return Candidate("Document", text[title.start() : title.end()], *title.span(), "issued document", evidence)


@cache
def _verbs() -> re.Pattern[str]:
    verbs = _either("verbs")
    return re.compile(rf"({verbs})(?:(?:、|并|和)?(?:{verbs}|实施|推行))*(?:[了出]|实施)?")


@cache
def _title() -> re.Pattern[str]:
    end = rf"(?=[，。；：、！？\n]|和|与|及|$|等|作为|明确|{_COUNTED.pattern})"
    return re.compile(rf"[^，。；：、！？《》\n（）]{{4,{_LONGEST}}}?({_either('heads')}){end}")


@cache
def _generic() -> re.Pattern[str]:
    """Return what a wording begins with that tells of documents and names none (相应的管理措施)."""
    return re.compile(rf"(?:{_either('generic')})[\u4e00-\u9fff]{{0,6}}")


def _either(section: str) -> str:
    return "|".join(sorted(read_sections("issued")[section], key=lambda word: (-len(word), word)))
