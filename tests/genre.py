"""Strategies for pages: the genre's own words mixed with what no newspaper prints, and the promises of any page."""

from __future__ import annotations

from hypothesis import strategies as st

from kg.model import Page

WORDS = (
    "梁山县", "双湖", "汶上县委组织部", "微山县欢城镇", "“红云”党建联盟", "联席会议", "积分制", "党支部领办合作社",
    "“一核三化五联”",
    "三会一课", "“1+3+N”工作法", "12个支部", "约３０００名党员", "百分之九十五", "1.2亿元",
    "二〇二二年",
    "由县委组织部牵头", "成立", "建起", "推行", "印发《实施意见》",
    "先后", "计划", "（简称“红管家”）", "、", "，", "。", "；", "：",
    "“", "”", "‘", "’", "（", "）", "《", "》", "(", ")", "——", "…", "！", "？", "本报梁山讯（记者 林小满）", "■本报记者 罗一鸣",
    "（通讯员 周小舟 摄）", "责任编辑：丁小宁",
    "Ａ２ 要闻", "一、", "①", "0", "９９９９９９９９９９", "１.", "%", "％", "+", "－", "〇",
)  # fmt: skip
STRANGE = (
    "\n", "\n\n", "\r\n", "\r", "\t", " ", "　　", "\u2028", "\x0b", "\x0c", "\x85", "\x00", "\x1f", "\x7f", "\ufeff",
    "\u202e",
    "\u2066", "\u200d", "\u200b", "e\u0301", "\u0301", "🎉", "👨‍👩‍👧", "\U0002a6d6", "\ue000",
    "\ufffe", "\ufffd", "\ud800",
    "\udfff", "İ", "ß", "ﷺ", "<b>", "</script>", "&amp;", "\\", '"', "'", "{", "}", "?x", "@prefix",
    "^^", "#", "|", "%0A",
)  # fmt: skip

texts = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(WORDS), st.sampled_from(STRANGE), st.text(max_size=4)),
    max_size=60,
).map("".join)
"""Texts of the genre, damaged."""
plain_texts = texts.map(lambda text: text.encode("utf-8", "ignore").decode())
"""Those that a file may hold."""


def assert_whole(page: Page) -> None:
    """Assert that every character of a page is in one part or leftover, and that offsets lead back to it."""
    places = [(part.start, part.end) for article in page.articles for part in article.source.parts]
    places += [(rest.start, rest.end) for rest in page.leftovers]
    at = 0
    for start, end in sorted(places):
        assert at == start < end
        at = end
    assert at == len(page.text)
    for article in page.articles:
        for offset, character in enumerate(article.text):
            assert character in ("\n", page.text[article.source.to_page(offset)])


def assert_grounded(page: Page) -> None:
    """Assert that every fact of a page is the text between its offsets."""
    for article in page.articles:
        text = article.text
        for fact in (*article.figures, *article.formulas):
            assert text[fact.start : fact.end] == fact.text
        for entity in article.entities:
            assert 0 <= entity.start < entity.end <= len(text)
            assert any(text[mention.start : mention.end] for mention in entity.mentions)
            for mention in entity.mentions:
                assert 0 <= mention.start < mention.end <= len(text)
