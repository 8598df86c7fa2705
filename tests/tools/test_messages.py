"""What click says in Chinese is compiled from a source that people can read."""

from gettext import GNUTranslations
from io import BytesIO

from tiersync.cli.terminal.chinese import DOMAIN, PLACE
from tools.messages import SOURCE, compiled, read


def test_the_compiled_words_are_those_of_the_source() -> None:
    """When this fails: python -m tools.messages"""
    assert SOURCE.with_suffix(".mo").read_bytes() == compiled(SOURCE.read_text(encoding="utf-8"))


def test_gettext_reads_what_is_compiled_one_and_many() -> None:
    source = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

# A text that goes on.
msgid "a \\"file\\"\\n"
"or two"
msgstr "一个文件"

msgid "{n} file"
msgid_plural "{n} files"
msgstr[0] "一"
msgstr[1] "多"
"""
    words = GNUTranslations(BytesIO(compiled(source)))
    assert words.gettext('a "file"\nor two') == "一个文件"
    assert [words.ngettext("{n} file", "{n} files", count) for count in (1, 2)] == ["一", "多"]
    assert words.gettext("unknown") == "unknown"


def test_every_sentence_keeps_what_is_filled_in() -> None:
    messages = read(SOURCE.read_text(encoding="utf-8"))
    assert len(messages) > 40
    for asked, said in messages.items():
        for name in ("{message}", "{name!r}", "{choices}", "{value!r}", "{command}", "{filename!r}", "%(prog)s"):
            assert asked.count(name) == said.count(name), asked
    assert (PLACE / "zh" / "LC_MESSAGES" / f"{DOMAIN}.po") == SOURCE
