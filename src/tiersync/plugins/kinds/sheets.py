"""Which sheets of a workbook are read: those that somebody named, else those with the headers; in doubt he is asked."""

import re
from collections.abc import Iterable, Sequence

from tiersync.errors import BadSource
from tiersync.plugins.folder.stream import Source
from tiersync.plugins.values.gone import words_seen
from tiersync.plugins.values.unit_names import compared

EVERY = "*"  # among the sheets that are read: whichever have the columns
OTHER = re.compile(
    "迁移|减少|退出|删除|剔除|备份|副本|历史|旧表|原表|样表|样例|示例|模板|范例|测试|草稿|汇总|合并|总表|backup|copy|old|sample|template|example|draft|total|summary"
)  # of rows that stand elsewhere, too, or are nobody's


def speaks(name: str) -> bool:
    """Whether a sheet's name says that its rows are not simply some more of the same."""
    return speaks_alone(name) or bool(OTHER.search(compared(name).lower()))


def speaks_alone(name: str) -> bool:
    """The same of a sheet that has no other beside it: a summary alone is what there is, a list of the dead is not."""
    return bool(words_seen((name,)))


def named_in(name: str, names: Iterable[str]) -> bool:
    """Whether a sheet is among those named, whatever spaces stand in either."""
    return compared(name) in map(compared, names)


def is_left(name: str, source: Source) -> bool:
    """Whether somebody said that a sheet is not to be read."""
    return named_in(name, source.leave)


def unasked(name: str, before: Sequence[str], source: Source, *, is_labelled: bool) -> str:
    """The sheet of which somebody has to say first whether it counts, this one or one read `before` it; '' for none.
    That is one that is not among those named; without any, a second one, unless each says its own unit (`is_labelled`);
    and always one that speaks of rows that may not count."""
    if source.sheets and EVERY not in source.sheets:
        return "" if named_in(name, source.sheets) else name
    if not before:
        return name if speaks_alone(name) else ""
    doubtful = next((one for one in (name, *before) if speaks(one)), "")
    return doubtful or ("" if is_labelled or EVERY in source.sheets else name)


def not_asked(book: str, name: str) -> BadSource:
    return BadSource(
        place=f"{book} {name}",
        why_en="it has the same columns, and nobody has said whether it counts",
        why_zh="这张工作表也有同样的栏目，是否计入尚未说明",
        turn_en="Make the plugin again with --sheet, or name it under sheets (read) or leave (not read) in plugin.toml",
        turn_zh="请用 --sheet 重建插件，或在 plugin.toml 的 sheets（读取）或 leave（不读）中写明这张表",
    )
