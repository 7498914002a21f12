"""Datelines, bylines and credits: who wrote, photographed or sent an article.

Forms (guidelines, "Article fields"): 本报XX讯（通讯员 …） before the text, a line of its own
(■本报记者 …), a bracket or credit after it (（XX县委组织部 供稿）, ■通讯员 … 摄).  All of
them hold the same things in another frame: roles before names, credits after them
(林小满 摄), labels before a slash or colon (图/林小满).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from kg.model import Byline
from kg.reading.lexicon_files import read_words

_MARKS = "■□◆◇▲△●○★☆*＊◎"
_GAP = r"[\s\u3000、，,；;]"
_OFFICE = re.compile(
    r"[\u4e00-\u9fff]{2,24}(?:部|局|委|办|会|中心|社|院|校|公司|站|政府|网|台|报|队|室|馆|所|团|融媒|传媒)"
)
_MEDIA = re.compile(r".+(?:报|台|网|社|刊|融媒|传媒|融媒体|媒体中心)")
_LONG_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,12}(?:[·•][\u4e00-\u9fffA-Za-z]{1,12})+")
_TOWN = re.compile("[\u4e00-\u9fff]{2,10}(?:[镇乡村县市区旗州]|街道|社区)")
_UNNAMED = frozenset(("受访者", "受访单位", "资料", "资料图片", "本报", "本报记者"))
_AGENCIES = ("新华社", "中新社", "新华网", "人民网", "中新网", "央广网", "光明网")
_AGENCY = re.compile(rf"(?:{'|'.join(_AGENCIES)})(?![区格络])")
_NEWS = "简快短要通资喜音传问审"  # before 讯 they make a word, and no place
_PARTY = re.compile(
    r"(?:中共)?[\u4e00-\u9fff]{1,12}[县市区旗州](?:委|委员会)(?:[\u4e00-\u9fff]{0,8}(?:部|办公室|办|工委))"
)
_BODY_OF_PARTY = re.compile(
    r"(?:中共)?[\u4e00-\u9fff]{1,14}(?:[镇乡村局院校]|街道|社区|公司|开发区|集团)(?:党委|党工委|党组|党总支|党支部|委员会)"
)
_SPACED = re.compile(r"[\u4e00-\u9fff]{1,24}(?:[\s\u3000]+[\u4e00-\u9fff]{1,3}){1,8}")
_POSTED = r"(?:本[报刊网台])?驻[\u4e00-\u9fff]{2,5}(?:记者|通讯员)"  # 本报驻海南记者
_OUTLET = r"[\u4e00-\u9fffA-Za-z·]{1,10}?(?:网|在线|频道|[日晚早]报|新闻|客户端|电视台|融媒体?(?:中心)?)"
_TELLING = (
    r"(?![据看听有多各在]|媒体|互联|群众|村民|干部|网[格络友民])[\u4e00-\u9fff·]{2,10}"
    r"(?:(?<![上联张])网|在线|频道|[日晚早]报|电视台)(?:[\u4e00-\u9fff]{2,4}频道)?(?:报道|消息)[：:]"
)
"""An outlet before its report, without names (青禾在线报道：)."""
_TEAM = re.compile(r"本[报刊网台][\u4e00-\u9fff]{2,8}组[\s\u3000]+(?=\S)")
_ARCHIVE = re.compile(r"(?<=[\u4e00-\u9fff])[\s\u3000]*[（(][^（）()]{0,8}(?:资料|照片|图片)[^（）()]{0,4}[）)]$")
_AFFILIATION = re.compile(
    r"(?<=[\u4e00-\u9fff])[，,][\s\u3000]*[\u4e00-\u9fff]{4,24}(?:校|院|部|局|委|办|所|中心|大学|学会|公司)$"
)
_WIDE_SPACE = re.compile(r"\u3000+|[ \t]{2,}")
_FROM = re.compile(r"[\s\u3000]*发自[\u4e00-\u9fff]{2,12}$")
_TOGETHER = "(?:联合|共同|采访|编辑)"
_STAMP = re.compile(
    r"(?:(?:发布|更新|发表)?(?:时间|日期)[:：]\s*)?(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?"
    r"(?:\s*\d{1,2}[:：]\d\d(?:[:：]\d\d)?)?"
    r"|(?:来源|稿源|编辑|责任编辑|责编|编审|排版|制作|校对|审核|审签|初审|复审|终审|监制|浏览次数|浏览量?|阅读量?|点击量?)[:：]\s*\S+"
)
"""What a web page prints on the line of the author: when, whence, and who edited."""
_AUTHOR = re.compile("(?:作者|撰稿|撰文|文字|供稿|通讯员|记者)人?[:：]")
_OF_PAPER = re.compile("《[^《》]{2,14}》(?=(?:首席|见习|特约)?(?:记者|通讯员))")
_KINDS = {"pair": "credit", "slashed": "credit", "single": "credit"}
_TAIL = 80
_PARTING = frozenset("、，,；;")
_TAIL_START = re.compile(rf"(?<=[。！？”）\s\u3000])[^\s\u3000]|[{_MARKS}]")
_LONGEST = 400  # characters of a byline


@dataclass(frozen=True, slots=True)
class Attribution:
    """A dateline, byline or credit: its stretch in the text it was read from, its place and names.

    ``photo`` says that it credits a picture, ``marked`` that it opens with a mark or a role.
    """

    start: int
    end: int
    place: str | None
    bylines: tuple[Byline, ...]
    photo: bool = False
    marked: bool = False


@dataclass(slots=True)
class _Person:
    """A name in a byline with the words that say what the person did."""

    name: str
    role: str
    credit: str
    spaced: bool  # white space parts the role from the name

    @property
    def photo(self) -> bool:
        return any(sign in f"{self.role}{self.credit}" for sign in ("摄", "图"))


@dataclass(slots=True)
class _Names:
    """What the inside of a byline was read as, up to the current token."""

    people: list[_Person] = field(default_factory=list)
    role: str = ""
    label: str = ""
    spaced: bool = False
    credited: int = 0  # how many people have their credit already
    cue: bool = False  # a role, label or credit stands among the names

    def _names_paper(self) -> bool:
        """Whether what was taken for a name is joined to the role that follows: 长江融媒记者 周璐."""
        if not self.people or self.label or self.spaced:
            return False
        return len(self.people) == 1 and not self.people[0].role or _MEDIA.fullmatch(self.people[-1].name) is not None

    def take(self, kind: str, text: str) -> None:
        if kind == "gap":
            self.spaced = True
            return
        if kind == "name":
            self.people.append(_Person(text, self.role, self.label, self.spaced))
        elif kind == "role":
            if len(self.people) > self.credited:
                self.label = ""  # it spoke for the names before
            paper = self.people.pop().name if self._names_paper() else ""
            self.role = re.sub("^本[报刊网台]", "", paper + text)
        elif kind == "label" or not self.people:
            self.role, self.label, self.credited = "", text, len(self.people)
        else:
            for person in self.people[self.credited :]:
                person.credit = person.credit or text
            self.role, self.label, self.credited = "", "", len(self.people)
        self.spaced = False
        self.cue = self.cue or kind != "name"


@cache
def _surnames() -> frozenset[str]:
    return frozenset(word for line in read_words("surnames.txt") for word in line.split())


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    roles, credits, posts = (
        "(?:" + "|".join(re.escape(word).replace("/", "[/／]") for word in read_words(name)) + ")"
        for name in ("roles.txt", "credits.txt", "posts.txt")
    )
    roles = f"(?:{_POSTED}|{roles[3:]}"
    guests = "|".join(read_words("guests.txt"))
    attached = "|".join(re.escape(word) for word in read_words("credits.txt") if word not in ("文", "图"))
    end = rf"(?=$|{_GAP})"
    return {
        "cue": re.compile(rf"{roles}|{credits}|[文图摄]"),
        "token": re.compile(
            rf"(?P<gap>{_GAP}+)|(?P<pair>文[/／]图|图[/／]文|文图|图文){end}"
            rf"|[/／]?{_TOGETHER}?(?P<credit>{credits})(?:$|{_GAP}+$)"
            rf"|[/／](?P<slashed>{credits}){end}|(?P<single>[文图摄]){end}(?!{_GAP}+.{end})"
            rf"|(?P<label>{credits})(?:单位|人)?[\s\u3000]*[/／：:|｜]|(?P<role>{roles}|{guests})(?:人?[\s\u3000]*[/／：:|｜])?"
            rf"|(?P<name>[\u4e00-\u9fff·•A-Za-z]+?)(?=$|{_GAP}|[/／]|{roles}|{_TOGETHER}?(?:{attached})(?:$|{_GAP}))"
        ),
        "dateline": re.compile(
            rf"[{_MARKS}]?[\s\u3000]*[【\[]?(?P<dateline>(?:本报|本网|本刊|本台|{'|'.join(_AGENCIES)})?"
            r"(?:[\u4e00-\u9fff]{2,6}[·•]|[\u4e00-\u9fff]{2,8}[/／、|｜])?(?P<place>(?:(?!本报|讯|电)[\u4e00-\u9fff]){0,8})"
            r"(?:[\s\u3000]*\d{1,2}月\d{1,2}日)?[\s\u3000]*(?:讯(?!员)|电|消息))[】\]]?"
            rf"[\s\u3000]*(?:[（(【](?P<names>[^（）()【】]{{2,80}})[）)】]"
            rf"|(?:(?<=[\s\u3000])|(?={roles}))(?P<plain>[^。，：:（）]{{2,40}}?)报道[：:，,]?"
            r"|(?<=】)|(?=[\s\u3000“]))[\s\u3000]*"
        ),
        "report": re.compile(
            rf"[{_MARKS}]?[\s\u3000]*(?:(?:{_OUTLET})?(?P<plain>{roles}[^。，：:（）]{{2,40}}?)报道[：:\s\u3000]"
            rf"|(?:【{_OUTLET}】[\s\u3000]*)?[（(](?P<names>[^（）()。，：]{{2,60}})[）)](?=\S)"
            rf"|(?P<outlet>{_TELLING}))[\s\u3000]*"
        ),
        "bracket": re.compile(
            r"[\s\u3000]*(?:(?:新华社|中新社)发[\s\u3000]*)?[（(【](?P<names>[^（）()【】。]*)[）)】][\s\u3000]*$"
        ),
        "supplied": re.compile(
            r"(?:本文|文中|以上)?(?P<what>图片|照片|图文|文图|图)(?:均|皆)?由"
            r"(?P<names>[\u4e00-\u9fff·]{2,24}?)(?P<credit>提供|拍摄|供稿|供图|摄影?)"
        ),
        "note": re.compile(
            r"(?:本文|原文|文章|内容|稿件|图片|文字)*[均皆]?(?:摘|转|选|转载|摘编|改编)自.{2,40}|原载于?.{2,40}"
        ),
        "post": re.compile(
            rf"{_GAP}*(?:(?<!供稿)(?:作者)?单位[:：]|(?:作者)?均?系|(?<=作者)均?为|(?:作者)?现任)[\u4e00-\u9fff].{{3,40}}"
        ),
        "roles": re.compile(rf".*{roles}"),
        "posted": re.compile(rf"[\u4e00-\u9fff]{{0,24}}{posts}"),
        "opens": re.compile(rf"{roles}|{credits}[/／：:]"),
    }


def find_dateline(text: str) -> Attribution | None:
    """Return the dateline that ``text`` opens with (本报XX讯（记者 …）), or None."""
    match = _patterns()["dateline"].match(text)
    if match is None:
        return _find_report(text)
    inside = match["names"] or match["plain"]
    if inside is None:
        place = len(match["place"]) > 1 and match["place"][-1] not in _NEWS and match["dateline"].endswith("讯")
        own = match["dateline"].startswith("本") or _AGENCY.match(match["dateline"]) is not None or place
        if not own:
            return None
        end, people = _find_listed(text, match.end())
        return Attribution(match.start(), end, match["place"] or None, people)
    names = _read_names(inside) if match["names"] else _without_place(_read_names(inside))
    if names is None or not (names.cue or all(map(_has_surname, names.people))):
        return None
    return Attribution(match.start(), match.end(), match["place"] or None, _bylines(names))


def _find_report(text: str) -> Attribution | None:
    """Return the reporters that ``text`` opens with, in brackets or before 报道 and without a place, or None."""
    match = _patterns()["report"].match(text)
    if match is None:
        return None
    if match["outlet"]:
        return Attribution(match.start(), match.end(), None, ())
    names = _without_place(_read_names(match["plain"])) if match["plain"] else _read_names(match["names"])
    if names is None or not (match["plain"] or all(map(_is_of_the_press, names.people))):
        return None
    return Attribution(match.start(), match.end(), None, _bylines(names))


def _find_listed(text: str, start: int) -> tuple[int, tuple[Byline, ...]]:
    """Return where the text begins behind names that a wide space parts from it, and these (本报讯 记者 林小满　近日)."""
    ends = [match.end() for match in _WIDE_SPACE.finditer(text, start, start + _TAIL)]
    if ends and _patterns()["opens"].match(text, start):
        for end in reversed(ends):
            names = _read_names(text[start:end])
            if names is not None and all(map(_has_surname, names.people)):
                return end, _bylines(names)
    return start, ()


def _without_place(names: _Names | None) -> _Names | None:
    """Return the names without the place that is printed behind them, before 报道 (记者 林小满 乐安报道)."""
    if names is not None and len(names.people) > 1:
        *others, last = names.people
        if last.role == others[-1].role and not _has_surname(last) and all(map(_has_surname, others)):
            names.people.pop()
    return names


def find_byline(text: str) -> Attribution | None:
    """Return the byline or credit that makes up the whole of ``text``, or None."""
    whole = _OF_PAPER.sub("", _TEAM.sub("", _ARCHIVE.sub("", text.strip()).rstrip()))
    if _AUTHOR.search(whole):
        whole = _STAMP.sub("", whole).strip()
    marked = whole[:1] in tuple(_MARKS)
    bare = whole.lstrip(_MARKS + " \u3000")
    if _PARTY.fullmatch(bare) or _BODY_OF_PARTY.fullmatch(bare):
        return Attribution(0, len(text), None, (Byline(name=bare, role=""),), marked=marked)
    told = marked or _patterns()["cue"].search(whole) or _SPACED.fullmatch(whole)
    names = _read_names(bare) if told else None
    if names is not None and not names.cue and _are_bare_names(names, marked):
        return Attribution(0, len(text), None, _bylines(names), marked=True)
    if names is None or not names.cue:
        if _patterns()["note"].fullmatch(whole) and whole.startswith(("本文", "原文")):
            return Attribution(0, len(text), None, (), marked=True)
        credit = find_credit(whole)
        return credit if credit is not None and credit.start == 0 else None
    first = names.people[0]
    if not first.spaced and len(first.name) <= 4 and not _has_surname(first) and (first.role or first.credit == "报道"):
        return None  # 记者手记, 通讯员队伍, ★记者走基层, 专题报道
    return _attribution(whole, names, 0, len(text))


def find_author(text: str) -> Attribution | None:
    """Return the byline that a bare name is which stands between a headline and its text, or None."""
    name = "".join(text.split())
    if not 2 <= len(name) <= 3 or len(text) > 5 or not _has_surname(_Person(name, "", "", False)):
        return None
    return Attribution(0, len(text), None, (Byline(name=name, role=""),))


def find_credit(text: str) -> Attribution | None:
    """Return the credit that ``text`` ends with: a bracket with names, or names before 摄, or None."""
    match = _patterns()["bracket"].search(text, max(0, len(text) - _TAIL))
    if match is not None:
        inside = _without_post(match["names"].strip())
        if not inside or _patterns()["note"].fullmatch(inside):
            return Attribution(match.start(), match.end(), None, (), marked=True) if match["names"].strip() else None
        names = _read_names(inside)
        free = not text[: match.start()].strip() or text[: match.start()].rstrip()[-1] in "。！？…”"
        if free and _OFFICE.fullmatch(inside):
            return Attribution(match.start(), match.end(), None, (Byline(name=inside, role=""),), marked=True)
        columns = text.rstrip().endswith("】")  # 【边走边看】: names only where a role says so
        if names and (names.cue or (free and not columns and all(map(_has_surname, names.people)))):
            return _attribution(text, names, match.start(), match.end())
        return None
    if not _patterns()["cue"].search(text, max(0, len(text) - _TAIL)):
        return None
    for start in _tail_starts(text):
        tail = text[start:].strip()
        names = _read_names(tail.lstrip(_MARKS + " \u3000"))
        parted = start and text[start - 1] in " \u3000" or not _PARTING.isdisjoint(tail)
        if names and names.cue and (not parted or _stands_alone(tail, names)):
            return _attribution(text, names, start, len(text))
    return None


def _without_post(inside: str) -> str:
    """Return the inside of a bracket without the post of its author (作者系XX县委组织部部长)."""
    if inside.startswith("作者"):
        inside = _AFFILIATION.sub("", inside)
    match = _patterns()["post"].search(inside)
    if match is None or match.end() < len(inside):
        return inside
    return inside[: match.start()].removesuffix("作者")


def _are_bare_names(names: _Names, marked: bool) -> bool:
    """Whether words without a role or credit are names: several, one of three characters, or some behind an office."""
    if not all(len(person.name) <= 3 and _has_surname(person) for person in names.people):
        return False
    several = len(names.people) > 1 and (marked or any(len(person.name) == 3 for person in names.people))
    return several or all(person.role for person in names.people)


def _tail_starts(text: str) -> Iterator[int]:
    """Yield where a credit without brackets may begin: after a sentence, after white space, at a mark."""
    first = max(0, len(text) - _TAIL)
    if first == 0:
        yield 0
    for match in _TAIL_START.finditer(text[first:]):
        if first + match.start():
            yield first + match.start()


def _stands_alone(tail: str, names: _Names) -> bool:
    return tail[0] in _MARKS or bool(names.people[0].role) or _has_surname(names.people[0])


def _attribution(text: str, names: _Names, start: int, end: int) -> Attribution:
    opening = text[start:].lstrip()
    role = names.people[0].role
    told = _patterns()["opens"].match(opening) is not None or bool(role) and opening.startswith(role)
    marked = opening[0] in _MARKS + "（(【" or told
    photo = all(person.photo or person.credit == "文" for person in names.people)
    photo = photo and any(person.photo for person in names.people)
    return Attribution(start, end, None, _bylines(names), photo=photo, marked=marked)


def _bylines(names: _Names) -> tuple[Byline, ...]:
    return tuple(
        Byline(name=person.name, role=" ".join(filter(None, (person.role, person.credit))))
        for person in names.people
        if person.name not in _UNNAMED
    )


def _read_names(text: str) -> _Names | None:
    """Return the people named in ``text`` with their printed roles, None where it holds anything else.

    ``text`` is the inside of a byline: roles and names parted by white space, the
    characters of a short name sometimes spaced (高 帆).  A credit at the end (摄, 供稿 …)
    belongs to all names before it that have none.  图片由XX提供 says who sent the picture.
    """
    names, at = _Names(), 0
    text = _FROM.sub("", text.strip())
    if len(text) > _LONGEST:
        return None
    supplied = _patterns()["supplied"].fullmatch(text)
    if supplied:
        return _Names(people=[_Person(supplied["names"], supplied["what"], supplied["credit"], True)], cue=True)
    while at < len(text):
        match = _patterns()["token"].match(text, at)
        if match is None or (group := match.lastgroup) is None:
            return None
        kind = _KINDS.get(group, group)
        if match["single"] in ("文", "图") and names.people and len(names.people[-1].name) == 1:
            spaced = len(names.people) > 1 and len(names.people[-2].name) == 1
            kind = "credit" if spaced and set("图摄") & set(text[match.end() :]) else "name"  # 安 澜 文 … 图 · 钟 文
        names.take(kind, match[group])
        at = match.end()
    names.people = _without_posts(_join_single(names.people))
    return names if names.people and all(map(_is_name, names.people)) else None


def _without_posts(people: list[_Person]) -> list[_Person]:
    """Return the people without the office, paper or post printed before a name: it is what the person is.

    Who is named with a post beside a reporter, or as one who tells, is whom the reporter asked, and no author.
    """
    kept: list[_Person] = []
    post = ""
    reporters = any(person.role for person in people)
    guests = [person for person in people if person.role in read_words("guests.txt")]
    people = [person for person in people if person not in guests] or people
    for person, below in zip(people, [*people[1:], None]):
        named = below and below.role == person.role and _has_surname(below) and not _names_post(below.name)
        if named and _names_post(person.name):
            post = person.name
        elif person.role or not post:
            kept.append(person)
        elif not (reporters and _patterns()["posted"].fullmatch(post)):
            kept.append(_Person(person.name, post, person.credit, True))
    return kept


def _names_post(name: str) -> bool:
    return (
        _OFFICE.fullmatch(name) is not None
        or _TOWN.fullmatch(name) is not None
        or _patterns()["posted"].fullmatch(name) is not None
    )


def _is_of_the_press(person: _Person) -> bool:
    return re.fullmatch(_patterns()["roles"], person.role) is not None or _MEDIA.fullmatch(person.role) is not None


def _is_name(person: _Person) -> bool:
    if person.name.startswith("图为"):
        return False
    longest = 6 if person.role or person.credit else 4
    return (
        2 <= len(person.name) <= longest
        or bool(_LONG_NAME.fullmatch(person.name))
        or bool(_OFFICE.fullmatch(person.name) and (person.credit or person.role))
        or person.name in _UNNAMED
    )


def _has_surname(person: _Person) -> bool:
    name = person.name
    return len(name) <= 4 and (name[0] in _surnames() or name[:2] in _surnames()) or bool(_LONG_NAME.fullmatch(name))


def _join_single(people: list[_Person]) -> list[_Person]:
    """Join neighbouring single characters to the name that spacing tore apart."""
    joined: list[_Person] = []
    run = 0
    for number, person in enumerate(people):
        if len(person.name) > 1:
            run = 0
            joined.append(person)
            continue
        following = people[number + 1 :]
        last_of_three = run == 2 and not (following and len(following[0].name) == 1)
        if run % 2 or last_of_three:
            joined[-1].name += person.name
        else:
            joined.append(person)
        run += 1
    return joined
