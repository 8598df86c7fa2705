"""What a model found wrong with something people wrote, in their words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import ValidationError

from tiersync.model.text import Text, plain

A_NAME = "[key]"  # How pydantic ends the way to a name that is wrong, and not what stands under it.
WHY = {
    "extra_forbidden": Text("没有这个名称", "there is no such name here"),
    "missing": Text("缺少该项", "it is missing"),
    "string_pattern_mismatch": Text("格式不正确", "it does not have the right form"),
    "hidden_character": Text(
        "含有不可见字符 {code}，请删除或重新录入",
        "it holds the invisible character {code}; delete it, or type the text anew",
    ),
    "string_unicode": Text("不是 UTF-8 编码的文字", "it is not text in UTF-8"),
    "string_too_long": Text("超过 {max_length} 个字符", "it has more than {max_length} characters"),
    "too_long": Text("超过 {max_length} 项", "it has more than {max_length} entries"),
    "greater_than_equal": Text("不得小于 {ge}", "it must be at least {ge}"),
    "less_than_equal": Text("不得大于 {le}", "it must be at most {le}"),
    "literal_error": Text("应为 {expected}", "it must be {expected}"),
    "time_zone": Text("没有这个时区", "there is no such time zone"),
    "pace": Text("须为 0，或不小于 {least}", "it must be 0, or at least {least}"),
    "interval": Text(
        "请写时间长度，如 30s、15m、6h 或 1d，最长 366 天",
        "write a span of time such as 30s, 15m, 6h or 1d, of 366 days at most",
    ),
    "schedule_time": Text("when、every、after 三者须写且只写一个", "a schedule has one of when, every and after"),
    "schedule_streams": Text("只有 read 和 push 可以限定数据流", "streams are for read and push"),
    "store_url": Text(
        "应留空，或写 postgresql:// 开头的地址，或写 secret:名称",
        "it is neither empty, nor postgresql://…, nor secret:NAME",
    ),
    "store_password": Text(
        "地址含有密码；请把地址存为密钥，此处写 secret:名称",
        "it holds a password; keep the address as a secret and write secret:NAME",
    ),
    "port": Text("端口不得大于 65535", "a port is at most 65535"),
    "int_type": Text("应为整数", "it must be a whole number"),
    "int_parsing": Text("应为整数", "it must be a whole number"),
    "int_from_float": Text("应为整数", "it must be a whole number"),
    "finite_number": Text("应为整数", "it must be a whole number"),
    "bool_type": Text("应为 true 或 false", "it must be true or false"),
    "bool_parsing": Text("应为 true 或 false", "it must be true or false"),
    "string_type": Text("应为带引号的文字", "it must be text in quotes"),
    "tuple_type": Text("应为 [ ] 中的列表", "it must be a list in [ ]"),
    "float_type": Text("应为数字", "it must be a number"),
    "float_parsing": Text("应为数字", "it must be a number"),
    "model_type": Text("应为名称和值的表", "it must be a table of names and values"),
    "dict_type": Text("应为名称和值的表", "it must be a table of names and values"),
    "too_short": Text("不能为空", "it must not be empty"),
    "string_too_short": Text("不能为空", "it must not be empty"),
    "invalid-json-value": Text("日期和时间应加引号", "a date or a time stands in quotes"),
    "no_address": Text("不是 http 或 https 地址", "it is no http or https address"),
    "leads_out": Text(
        "“..”指向插件目录之外；请把文件放入目录内，或写绝对路径",
        "'..' leads out of the plugin's folder; put the files inside or write an absolute path",
    ),
    "header_or_constant": Text(
        "表头（from）、常量（constant）和 stated = true 须且只能有一个",
        "give either a header (from), a constant or stated = true",
    ),
    "columns_of_figures": Text(
        "已按列映射指标，不能再映射 {names}：指标列本身就说明了指标、分组和数值",
        "columns of indicators and {names} do not go together: a column of an indicator is all three",
    ),
    "only_periods_stated": Text("stated 只用于统计期，不用于 {names}", "stated is for a period, not for {names}"),
    "one_reading": Text("parse、values、lookup 只能用一个", "give only one of parse, values and lookup"),
    "no_record_type": Text(
        "没有记录类型 {record}；现有：{known}", "there is no record type {record}; there are: {known}"
    ),
    "no_field": Text("{record} 没有字段 {names}；现有：{known}", "{record} has no field {names}; there are: {known}"),
    "needs_header": Text("{record} 缺少必填字段的表头：{names}", "{record} needs a header for {names}"),
    "key_not_mapped": Text("主键 {names} 没有映射", "the key {names} is not mapped"),
    "key_not_kept": Text(
        "快照不保留 {names}，不能用作 {cursor} 游标的主键",
        "a snapshot does not keep {names}, by which a cursor of kind {cursor} would tell rows apart",
    ),
    "key_needed": Text(
        "{cursor} 游标在已有数据上增补，须写明主键 key，才知道每行取代哪一行",
        "a cursor of kind {cursor} adds rows to what is held, and needs a key that tells whose place each takes",
    ),
    "no_versions": Text(
        "统计表的文件没有新旧版本，游标增补的文件也没有，一并计入",
        "files of figures have no versions, and no files that a cursor adds have: all count",
    ),
    "cursor_private": Text(
        "游标值按原样保存，而 {name} 可识别个人；请改用记录写入时间的列",
        "the cursor is kept as it is, and {name} tells who somebody is; take a column that says when a row was written",
    ),
    "cursor_field": Text(
        "value 游标须写明 field，其他种类不写",
        "a cursor of kind value names its field, and no other does",
    ),
    "streams_alike": Text(
        "有两个数据流都叫 {names}，请分别命名",
        "two streams are called {names}; give each a name of its own",
    ),
    "date_from_datetime_parsing": Text("不是有效的日期（YYYY-MM-DD）", "it is not a date (YYYY-MM-DD)"),
}


class Wrong(NamedTuple):
    """The field, what is wrong with it, in both languages, and the way to it through tables and lists."""

    field: str
    zh: str
    en: str
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
        zh, en = WHY.get(fault["type"]) or plain(fault["msg"])
        bounds = fault.get("ctx", {})
        bounds_zh = {name: _as_chinese(bound) for name, bound in bounds.items()}
        path = (*fault["loc"], *_below(fault["type"], bounds))
        yield Wrong(".".join(map(str, path)), zh.format(**bounds_zh), en.format(**bounds), path)


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
