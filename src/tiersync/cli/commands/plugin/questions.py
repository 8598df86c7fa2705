"""What a person is asked about the columns of a sample, in words, with what can be answered."""

from typing import TYPE_CHECKING

from tiersync.cli.terminal.spoken import field_label
from tiersync.cli.terminal.words import text
from tiersync.model.text import Text, plain

if TYPE_CHECKING:
    from tiersync.cli.commands.plugin.seen import Seen
    from tiersync.plugins.drafting.inference.infer import Question

VALUES = {"period": plain("2025-Q4")}  # Of what is written in a way of its own, an example.
LABEL_NAMES = {
    "@sheet": Text("工作表名", "the sheet's name"),
    "@title": Text("表格标题", "the title"),
    "@file": Text("文件名", "the file's name"),
}
MOST_CODES = 9  # that a question shows


def asked(seen: "Seen", question: "Question", lang: str = "") -> str:
    """A question in words, with what can be answered."""
    question_in_words = WORDS[question.why](seen, question)
    return question_in_words.say(lang) if lang else text(question_in_words)


def whose(seen: "Seen", field: str) -> str:
    """A field in English: an indicator has a name besides."""
    label = field_label(seen.record, field)
    return field if label == field else f"{label} ({field})"


def _choices(question: "Question") -> str:
    return "、".join(f"{p.header}（{p.fits:.0%}）" for p in question.choices)


def _several(seen: "Seen", question: "Question") -> Text:
    field, label = question.field, field_label(seen.record, question.field)
    return Text(
        f"{label}（{field}）：有几列都可能是：{_choices(question)}。请用 --map {field}=表头 指定",
        f"{whose(seen, field)}: several columns could be it: {_choices(question)}. Say --map {field}=HEADER",
    )


def _unsure(seen: "Seen", question: "Question") -> Text:
    field, label = question.field, field_label(seen.record, question.field)
    return Text(
        f"{label}（{field}）：不确定是否为 {_choices(question)}。请用 --map {field}=表头 指定，留空表示不取",
        f"{whose(seen, field)}: not sure whether it is {_choices(question)}. Say --map {field}=HEADER, or --map "
        f"{field}= for none",
    )


def _missing(seen: "Seen", question: "Question") -> Text:
    """What nobody is like another in is no constant; a label may speak for a unit."""
    field, label = question.field, field_label(seen.record, question.field)
    en, zh = [f"--map {field}=HEADER"], [f"--map {field}=表头"]
    for choice in question.choices:
        name, said = LABEL_NAMES[choice.header], "、".join(choice.samples)
        en.append(f"--map {field}={choice.header} ({name.en}: {said})")
        zh.append(f"--map {field}={choice.header}（{name.zh}：{said}）")
    if may_be_constant(seen, field):
        example = VALUES.get(field, Text("值", "VALUE"))
        en.append(f"--set {field}={example.en} for every row")
        codes = list(codes_in_words(seen, field).values())[:MOST_CODES]
        zh.append(f"--set {field}={example.zh}（每行相同{'，如 ' if codes else ''}{'、'.join(codes)}）")
    return Text(
        f"{label}（{field}）：没有对应的列。请用 {'，或 '.join(zh)} 指定",
        f"{whose(seen, field)}: no column is it. Say {', or '.join(en)}",
    )


def _speaks(seen: "Seen", question: "Question") -> Text:
    """Columns that nobody takes speak of people who died or left."""
    field = question.field
    said = "；".join(f"“{p.header}”：{'、'.join(p.strange)}" for p in question.choices)
    first = question.choices[0].header
    own = next((p.header for p in seen.inferred.taken if p.field == field), "")
    otherwise = Text(f"仍全部计入：--map {field}=", f"--map {field}= to count them all the same")
    if own:
        otherwise = Text(f"只看“{own}”列：--map {field}={own}", f"--map {field}={own} to go by {own} alone")
    return Text(
        f"未使用的列中写有下列字样（次数）：{said}。这些人是否仍计入？"
        f"按该列判断：--map {field}={first}；{otherwise.zh}",
        f"a column that no field takes speaks of people who may not count, so many times: {said}. "
        f"Say --map {field}={first} to go by it, or {otherwise.en}",
    )


def _ticks(seen: "Seen", question: "Question") -> Text:
    """A tick says what is, and not what is otherwise."""
    field, label = question.field, field_label(seen.record, question.field)
    ticks = question.choices[0].reading["ticks"]
    header, code = next(iter(ticks.items())) if isinstance(ticks, dict) else ("", "")
    codes = codes_in_words(seen, field)
    others = "、".join(f"{one} {word}" for one, word in codes.items() if one != code)
    return Text(
        f"{label}（{field}）：“{header}”列打勾为“{codes.get(code, code)}”，未打勾的是哪一种没有说明。"
        f"只认打勾的：--map {field}={header}；"
        f"“否”也有所指时再加 --value {field}:否=代码（{others}）；不取此列：--map {field}=",
        f"{field}: a yes under {header} means {code} {codes.get(code, '')}; what a no means it does not say. Say --map "
        f"{field}={header} to know those alone, with --value {field}:否=CODE for the others ({others}), "
        f"or --map {field}= for none",
    )


def _measure(seen: "Seen", question: "Question") -> Text:
    """The title says 万元; whether that is meant of this column nobody knows."""
    field, label, header = question.field, field_label(seen.record, question.field), question.choices[0].header
    return Text(
        f"{label}（{field}）：标题写明以万元为单位，“{header}”列的表头没有写明单位。"
        f"请用 --measure {field}=万元，或 --measure {field}=元 指定",
        f"{whose(seen, field)}: the title says 万元, and the header {header} nothing. "
        f"Say --measure {field}=万元, or --measure {field}=元",
    )


def codes_in_words(seen: "Seen", field: str) -> dict[str, str]:
    """The codes of a field, each with the first Chinese word for it."""
    from tiersync.model.records.kinds import Code, Codes
    from tiersync.model.records.record import RECORDS

    kind = RECORDS[seen.record].kinds().get(field)
    words = seen.lexicon.words.get(kind.codes, {}) if isinstance(kind, Code | Codes) else {}
    found: dict[str, str] = {}
    for word, code in words.items():
        if not word.isascii():
            found.setdefault(code, word)
    return dict(sorted(found.items()))


def may_be_constant(seen: "Seen", field: str) -> bool:
    """Whether a field may be the same in every row: no number, birth date or sex is, and no unit of several sheets."""
    from tiersync.model.records.kinds import BIRTH, Identity, UnitRef
    from tiersync.model.records.record import RECORDS

    kind = RECORDS[seen.record].kinds().get(field)
    is_own = isinstance(kind, Identity) or field in (BIRTH, "sex")
    return not is_own and not (isinstance(kind, UnitRef) and len(seen.sheets) > 1)


WORDS = {"several": _several, "unsure": _unsure, "missing": _missing, "speaks": _speaks, "ticks": _ticks,
         "measure": _measure}  # fmt: skip
