"""What a model found wrong with something people wrote, in their words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import ValidationError

A_NAME = "[key]"  # How pydantic ends the way to a name that is wrong, and not what stands under it.
WHY = {
    "extra_forbidden": ("there is no such name here", "没有这个名称"),
    "missing": ("it is missing", "缺少该项"),
    "string_pattern_mismatch": ("it does not have the right form", "格式不正确"),
    "hidden_character": (
        "it holds the invisible character {code}; delete it, or type the text anew",
        "含有不可见字符 {code}，请删除或重新录入",
    ),
    "string_unicode": ("it is not text in UTF-8", "不是 UTF-8 编码的文字"),
    "string_too_long": ("it has more than {max_length} characters", "超过 {max_length} 个字符"),
    "too_long": ("it has more than {max_length} entries", "超过 {max_length} 项"),
    "greater_than_equal": ("it must be at least {ge}", "不得小于 {ge}"),
    "less_than_equal": ("it must be at most {le}", "不得大于 {le}"),
    "literal_error": ("it must be {expected}", "应为 {expected}"),
    "time_zone": ("there is no such time zone", "没有这个时区"),
    "store_url": (
        "it is neither empty, nor postgresql://…, nor secret:NAME",
        "应留空，或写 postgresql:// 开头的地址，或写 secret:名称",
    ),
    "store_password": (
        "it holds a password; keep the address as a secret and write secret:NAME",
        "地址含有密码；请把地址存为密钥，此处写 secret:名称",
    ),
    "port": ("a port is at most 65535", "端口不得大于 65535"),
    "int_type": ("it must be a whole number", "应为整数"),
    "int_parsing": ("it must be a whole number", "应为整数"),
    "int_from_float": ("it must be a whole number", "应为整数"),
    "finite_number": ("it must be a whole number", "应为整数"),
    "bool_type": ("it must be true or false", "应为 true 或 false"),
    "bool_parsing": ("it must be true or false", "应为 true 或 false"),
    "string_type": ("it must be text in quotes", "应为带引号的文字"),
    "tuple_type": ("it must be a list in [ ]", "应为 [ ] 中的列表"),
    "float_type": ("it must be a number", "应为数字"),
    "float_parsing": ("it must be a number", "应为数字"),
    "model_type": ("it must be a table of names and values", "应为名称和值的表"),
    "dict_type": ("it must be a table of names and values", "应为名称和值的表"),
    "too_short": ("it must not be empty", "不能为空"),
    "string_too_short": ("it must not be empty", "不能为空"),
    "invalid-json-value": ("a date or a time stands in quotes", "日期和时间应加引号"),
    "no_address": ("it is no http or https address", "不是 http 或 https 地址"),
    "leads_out": (
        "'..' leads out of the plugin's folder; put the files inside or write an absolute path",
        "“..”指向插件目录之外；请把文件放入目录内，或写绝对路径",
    ),
    "header_or_constant": (
        "give either a header (from), a constant or stated = true",
        "表头（from）、常量（constant）和 stated = true 须且只能有一个",
    ),
    "columns_of_figures": (
        "columns of indicators and {names} do not go together: a column of an indicator is all three",
        "已按列映射指标，不能再映射 {names}：指标列本身就说明了指标、分组和数值",
    ),
    "only_periods_stated": ("stated is for a period, not for {names}", "stated 只用于统计期，不用于 {names}"),
    "one_reading": ("give only one of parse, values and lookup", "parse、values、lookup 只能用一个"),
    "no_record_type": ("there is no record type {record}; there are: {known}", "没有记录类型 {record}；现有：{known}"),
    "no_field": ("{record} has no field {names}; there are: {known}", "{record} 没有字段 {names}；现有：{known}"),
    "needs_header": ("{record} needs a header for {names}", "{record} 缺少必填字段的表头：{names}"),
    "key_not_mapped": ("the key {names} is not mapped", "主键 {names} 没有映射"),
    "key_not_kept": (
        "a snapshot does not keep {names}, by which a cursor of kind {cursor} would tell rows apart",
        "快照不保留 {names}，不能用作 {cursor} 游标的主键",
    ),
    "key_needed": (
        "a cursor of kind {cursor} adds rows to what is held, and needs a key that tells whose place each takes",
        "{cursor} 游标在已有数据上增补，须写明主键 key，才知道每行取代哪一行",
    ),
    "no_versions": (
        "files of figures have no versions, and no files that a cursor adds have: all count",
        "统计表的文件没有新旧版本，游标增补的文件也没有，一并计入",
    ),
    "cursor_private": (
        "the cursor is kept as it is, and {name} tells who somebody is; take a column that says when a row was written",
        "游标值按原样保存，而 {name} 可识别个人；请改用记录写入时间的列",
    ),
    "cursor_field": (
        "a cursor of kind value names its field, and no other does",
        "value 游标须写明 field，其他种类不写",
    ),
    "streams_alike": (
        "two streams are called {names}; give each a name of its own",
        "有两个数据流都叫 {names}，请分别命名",
    ),
    "date_from_datetime_parsing": ("it is not a date (YYYY-MM-DD)", "不是有效的日期（YYYY-MM-DD）"),
}


class Wrong(NamedTuple):
    """The field, what is wrong with it, in both languages, and the way to it through tables and lists."""

    field: str
    en: str
    zh: str
    path: tuple[str | int, ...] = ()


def first_wrong(error: ValidationError) -> Wrong:
    """The first thing that a model found wrong."""
    return next(everything_wrong(error))


BELOW: Mapping[str, Sequence[str]] = {
    "key_not_mapped": ("key",), "key_not_kept": ("key",), "key_needed": ("cursor", "kind"),
    "no_versions": ("source", "files"),
    "cursor_private": ("cursor", "field"), "no_record_type": ("record",), "needs_header": ("map",),
    "columns_of_figures": ("map",), "only_periods_stated": ("map",),
}  # fmt: skip


def everything_wrong(error: ValidationError) -> Iterator[Wrong]:
    """Each thing that a model found wrong."""
    for fault in error.errors():
        en, zh = WHY.get(fault["type"], (fault["msg"], fault["msg"]))
        bounds = fault.get("ctx", {})
        bounds_zh = {name: _as_chinese(bound) for name, bound in bounds.items()}
        path = (*fault["loc"], *_below(fault["type"], bounds))
        yield Wrong(".".join(map(str, path)), en.format(**bounds), zh.format(**bounds_zh), path)


def _below(kind: str, told: Mapping[str, object]) -> Sequence[str]:
    """Where below a table the entry stands that is wrong with it as a whole."""
    if kind == "no_field":
        return ("map", str(told["names"]).split(", ")[0])
    return BELOW.get(kind, ())


def name_of(path: Iterable[str | int]) -> str:
    """What people call an entry: the names on the way to it, the tables and values of a list counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path if part != A_NAME)


def _as_chinese(bound: object) -> str:
    """Choices that pydantic lists, as Chinese lists them; anything else as it is."""
    return str(bound).replace("', '", "'、'").replace("' or '", "' 或 '")
