"""What a model found wrong with something people wrote, in their words."""

from typing import NamedTuple

from pydantic import ValidationError

WHY = {
    "extra_forbidden": ("there is no such name here", "没有这个名称"),
    "missing": ("it is missing", "缺少该项"),
    "string_pattern_mismatch": ("it does not have the right form", "格式不正确"),
    "string_too_long": ("it has more than {max_length} characters", "超过 {max_length} 个字符"),
    "greater_than_equal": ("it must be at least {ge}", "不得小于 {ge}"),
    "less_than_equal": ("it must be at most {le}", "不得大于 {le}"),
    "literal_error": ("it must be {expected}", "应为 {expected}"),
    "time_zone": ("there is no such time zone", "没有这个时区"),
    "port": ("a port is at most 65535", "端口不得大于 65535"),
    "int_type": ("it must be a whole number", "应为整数"),
    "int_parsing": ("it must be a whole number", "应为整数"),
    "int_from_float": ("it must be a whole number", "应为整数"),
    "bool_type": ("it must be true or false", "应为 true 或 false"),
    "bool_parsing": ("it must be true or false", "应为 true 或 false"),
    "string_type": ("it must be text in quotes", "应为带引号的文字"),
    "tuple_type": ("it must be a list in [ ]", "应为 [ ] 中的列表"),
    "date_from_datetime_parsing": ("it is not a date (YYYY-MM-DD)", "不是有效的日期（YYYY-MM-DD）"),
}


class Wrong(NamedTuple):
    """The field, and what is wrong with it, in both languages."""

    field: str
    en: str
    zh: str


def first_wrong(error: ValidationError) -> Wrong:
    """The first thing that a model found wrong."""
    fault = error.errors()[0]
    en, zh = WHY.get(fault["type"], (fault["msg"], fault["msg"]))
    bounds = fault.get("ctx", {})
    return Wrong(".".join(map(str, fault["loc"])), en.format(**bounds), zh.format(**bounds))
