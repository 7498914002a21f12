"""Persons named in the body: a role before the name, or a verb of speech after it."""

from __future__ import annotations

import re
from functools import cache

import rjieba

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate, context, occurrence
from kg.extraction.lexicon import read_sections, read_words
from kg.reading.bylines import read_words as read_reading_words

_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,6})+")
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,6}·[\u4e00-\u9fff]{1,6}")
_FUNCTION = frozenset("，。、；：的是在把和为与说等对从就也正向被给跟拿用来打看听")
_AGENT = re.compile("[员长师手工民农匠娃叔婶嫂伯爷哥姐婆户友人子女弟妹家](?=[\u4e00-\u9fff]{2})")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@cache
def surnames() -> frozenset[str]:
    """Return the surnames of the reading floor's lexicon and the rare ones."""
    common = (word for line in read_reading_words("surnames.txt") for word in line.split())
    return frozenset(common) | read_sections("given_names")["rare surname"]


@cache
def _role_pattern() -> re.Pattern[str]:
    roles = sorted(read_words("roles"), key=lambda role: (-len(role), role))
    return re.compile("(?=(" + "|".join(map(re.escape, roles)) + "))")  # overlapping: 总支书记 holds 支书 and 书记


def find_persons(analysis: Analysis) -> list[Candidate]:
    """Return candidates for the names of persons, one for each possible extent."""
    found = []
    for start in _starts(analysis):
        if _may_begin(analysis, start):
            found.extend(_candidate(analysis, start, end) for end in _ends(analysis, start))
    return found


def _may_begin(analysis: Analysis, start: int) -> bool:
    """Whether a name may stand at ``start``: no 和 or 向 that joins words, unless a role stands before it."""
    word = analysis.words[analysis.word_index(start)]
    joins = word.start == start and word.tag in ("c", "p") and len(word.text) == 1
    return not joins or bool(_role_before(analysis.text, start))


def _starts(analysis: Analysis) -> list[int]:
    """Return where a name may begin: a name's tag, a surname before a verb of speech, the end of a role."""
    text = analysis.text
    starts = {match.end(1) for match in _role_pattern().finditer(text) if _HAN.match(text, match.end(1))}
    starts.update(
        match.end() for match in _AGENT.finditer(text) if _surname(text, match.end()) or _spelled(text, match.end())
    )
    starts.update(match.start() for match in _DOTTED.finditer(text) if analysis.begins_word(match.start()))
    for word in analysis.words:
        if not _HAN.match(word.text):
            continue
        unknown = (
            len(word.text) == 1
            or not rjieba.has_word(word.text)
            or not rjieba.has_word(text[word.start : word.start + 2])
        )
        if word.tag == "nr" or (_surname(text, word.start) and (unknown or _speaks(analysis, word.start))):
            starts.add(word.start)
    return sorted(starts)


def _spelled(text: str, start: int) -> bool:
    """Whether three characters that spell names of other languages stand at ``start``."""
    letters = read_sections("given_names")["translit"]
    return len(text) > start + 2 and all(char in letters for char in text[start : start + 3])


def _surname(text: str, start: int) -> bool:
    return text[start] in surnames() or text[start : start + 2] in surnames()


def _speaks(analysis: Analysis, start: int) -> bool:
    return (
        re.match(r"[\u4e00-\u9fff]{2,4}(?:说|表示|介绍|告诉|感慨|坦言|笑|道|回忆|算)", analysis.text[start : start + 9])
        is not None
    )


def _ends(analysis: Analysis, start: int) -> list[int]:
    text = analysis.text
    ends = {start + length for length in (2, 3) if _NAME.fullmatch(text[start : start + length])}
    dotted = _DOTTED.match(text, start, start + 20)
    if dotted:
        ends.add(dotted.end())
        ends.update(
            word.end
            for word in analysis.words[analysis.word_index(start) :][:10]
            if start + 4 < word.end < dotted.end()
        )
    elif _NAME.fullmatch(text[start : start + 4]):
        ends.add(start + 4)
        ends.update(range(start + 5, _spelled_run(text, start) + 1))
    return sorted(ends)


def _spelled_run(text: str, start: int) -> int:
    """Return where the run of characters that spell names of other languages ends, at most seven."""
    end = start
    while end < len(text) and end - start < 7 and text[end] in read_sections("given_names")["translit"]:
        end += 1
    return end


def _spelling(name: str) -> list[str]:
    """Return features of a name's characters: frequent in given names, or spelling a name of another language."""
    letters = read_sections("given_names")
    given = sum(char in letters["given"] for char in name[1:])
    return [
        f"given={given}of{len(name) - 1}",
        f"given last={name[-1] in letters['given']}",
        f"surname and given={_surname(name, 0)}{given == len(name) - 1}{len(name)}",
        f"translit={all(char in letters['translit'] for char in name)}{len(name)}",
    ]


def _role_before(text: str, start: int) -> str:
    """Return the longest role that ends at ``start``, "" where none does."""
    roles = read_words("roles")
    return next((text[start - n : start] for n in range(min(6, start), 1, -1) if text[start - n : start] in roles), "")


def _candidate(analysis: Analysis, start: int, end: int) -> Candidate:
    text = analysis.text
    name = text[start:end]
    words = [w for w in analysis.words[analysis.word_index(start) : analysis.word_index(end - 1) + 1]]
    role = _role_before(text, start)
    after = text[end : end + 2]
    then = analysis.word_from(end)
    spelled_run = _spelled_run(text, start) == end
    features = [
        f"len={end - start}",
        f"surname={name[0] in surnames() or name[:2] in surnames()}",
        f"surname&len={name[0] in surnames()}{end - start}",
        f"tags={'+'.join(w.tag for w in words)}",
        f"lens={'+'.join(str(len(w.text)) for w in words)}",
        f"whole={words[-1].end == end}",
        f"role={role or '-'}",
        f"has role={bool(role)}",
        f"has role&len={bool(role)}{end - start}",
        f"agent={text[start - 1 : start] if _AGENT.match(text, start - 1) else '-'}",
        f"agent&len={start > 0 and _AGENT.match(text, start - 1) is not None}{end - start}",
        f"last={name[-1]}",
        f"c1={after[:1]}",
        f"c2={after}",
        f"dotted={'·' in name}",
        f"then={then.tag}",
        f"then={then.tag}&len={end - start}",
        f"then word={then.text}",
        f"role&then={bool(role)}{then.tag[:1]}",
        f"role&then&spelled={bool(role)}{then.tag[:1]}{spelled_run}",
        f"spelled run={spelled_run}",
        *_spelling(name),
        f"next is word={rjieba.has_word(after)}",
        f"last and next is word={rjieba.has_word(name[-1] + after[:1])}",
        f"next word&len={rjieba.has_word(after)}{end - start}",
        f"name is word={rjieba.has_word(name)}",
        f"after function={after[:1] in _FUNCTION}",
        f"after function&len={after[:1] in _FUNCTION}{end - start}",
        f"ends in function={name[-1] in _FUNCTION}",
        f"place={name[-1] in '镇乡村区县市'}",
        f"in list={text[start - 1 : start] == '、'}{after[:1] == '、'}",
        *context(analysis, start, end),
        *occurrence(analysis, name),
    ]
    if re.match(
        r"(?:说|表示|介绍|告诉|感慨|坦言|笑|道|听|打|指|回忆|算|带|捧|掏|拉|是|看|把|正|从|在|和|、|，|。|等|家|，)",
        text[end:],
    ):
        features.append("acts")
    aliases = [text[start - len(role) : end]] if role else []
    return Candidate("Person", name, start, end, "person", features, ("person", start), aliases)
