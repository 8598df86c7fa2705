"""Marks of secrecy are seen at the head of a text, and words inside a sentence are none."""

import pytest

from tests.rules.test_screen import document, table_row, workbook, zipped
from tiersync.rules.screening.marks import secret_mark, secret_mark_inside

MARKED = {
    "机密★3年\n\n# 关于下达指标的通知": "机密",
    "000123\n秘　密\n特急\n": "秘密",
    "密级：绝密\n# 通知\n": "绝密",
    "# 【机密】关于下达指标的通知\n": "机密",
    "\ufeff**秘密**\n\n正文": "秘密",
    "Classification: Secret\n\n# Plan": "secret",
    "TOP  SECRET\n": "top secret",
}
PLAIN = [
    "# 关于加强老年人秘密投票权保护的通知\n",
    "# 保守国家秘密法宣传月活动安排\n",
    "各单位：请严格保密，涉及国家秘密、机密的文件另行传送。\n",
    "# 关于做好冬季走访慰问工作的通知\n\n" + "正文\n" * 20 + "秘密\n",
    "各单位注意：不得泄露**国家秘密**和工作秘密。\n",
    "No secret is kept here.\n",
]


@pytest.mark.parametrize("text", MARKED)
def test_a_mark_at_the_head_of_a_text_is_seen(text: str) -> None:
    assert secret_mark(text) == MARKED[text]


@pytest.mark.parametrize("text", PLAIN)
def test_a_word_inside_a_sentence_is_no_mark(text: str) -> None:
    assert secret_mark(text) is None


INSIDE = {
    "a text": "机密★3年\n\n附表".encode("utf-16"),
    "a document": document("<w:p><w:t>秘密</w:t></w:p><w:p><w:t>关于下达指标的通知</w:t></w:p>"),
    "a table of a document": document(f"<w:tbl>{table_row('编号 1', '【绝密】')}</w:tbl>"),
    "a workbook": workbook(["密级：机密"], ["单位", "60岁及以上"], ["德城区", 890000]),
    "an archive": zipped(plan_txt="工作方案", papers_zip=zipped(annex_txt="秘密★1年")),
}


@pytest.mark.parametrize("file", INSIDE)
def test_a_mark_inside_a_file_is_seen(file: str) -> None:
    assert secret_mark_inside("附件", INSIDE[file]) in ("机密", "秘密", "绝密")


@pytest.mark.parametrize(
    "data",
    [
        workbook(["单位", "保密培训人次"], ["德城区", 30]),
        document("<w:p><w:t>保守国家秘密法宣传月活动安排</w:t></w:p>"),
        "各单位：请严格保密。\n".encode("gb18030"),
        b"\x89PNG\r\n" + bytes(range(256)) * 8,
    ],
    ids=["a workbook", "a document", "a text", "a picture"],
)
def test_a_file_that_only_speaks_of_secrecy_has_no_mark(data: bytes) -> None:
    assert secret_mark_inside("附件", data) is None
