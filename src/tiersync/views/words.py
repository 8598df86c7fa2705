"""Codes, states and reasons in words, Chinese and English."""

from collections.abc import Sequence

from tiersync.model.text import Text

MOST_CODES = 12  # of indicators in one line

ZH = {
    # tiers
    "province": "省", "city": "市", "district": "区县", "street": "街道", "community": "社区", "grid": "网格",
    # kinds of units
    "county": "县区", "functional_zone": "功能区", "subdistrict": "街道", "town": "镇", "township": "乡",
    "quasi_township": "类似乡级", "residents_committee": "居委会", "village_committee": "村委会",
    "quasi_residents": "类似居委会",
    # kinds of periods
    "Y": "年", "H": "半年", "Q": "季", "M": "月", "W": "周",
    # links
    "parent": "上级", "child": "下级", "open": "正常", "revoked": "已吊销", "twofold": "两处同用",
    # record types
    "senior": "老年人", "association": "协会", "activity": "活动", "benefit": "待遇", "service": "服务",
    "facility": "设施", "figure": "申报数",
    # runs
    "published": "已采用", "unchanged": "无变化", "dropped": "已作废", "failed": "失败", "crashed": "插件中断",
    # plugins
    "enabled": "已启用", "disabled": "未启用", "added": "新增", "removed": "删除", "broken": "不可用",
    # reports and cells
    "own": "本级", "total": "合计", "value": "数值", "numerator": "分子", "denominator": "分母",
    "ok": "正常", "provisional": "暂定", "estimated": "估计", "imputed": "推算", "partial": "不完整",
    "missing": "缺报", "not_applicable": "不适用", "masked": "已隐去", "suppressed": "不公开",
    "records": "台账", "declared": "申报", "summed": "汇总", "nil": "无此项", "none": "无",
    "stale": "待重新汇总", "replaced": "已被替换",
    "first": "首次", "changed": "数据变化", "part_revised": "下级更新", "recovered": "恢复",
    "unknown": "不详",
    # levels and reasons of findings
    "transport": "传输", "holdings": "存档", "cells": "单元格", "arithmetic": "汇总", "link": "链路",
    "source": "数据源",
    "missing_child": "下级未报", "late": "逾期", "returned": "已退回", "revision_behind": "版本落后",
    "in_transit": "在途", "sent_not_held": "已发未存", "held_not_sent": "已存未发", "altered": "被改动",
    "catalogue_differs": "目录不同",
    "duplicate_person": "重复人员", "unit_moved": "隶属变更", "adjustment": "上级调整", "rounding": "四舍五入",
    "unallocated": "未分配", "key_changed": "密钥更换", "two_revisions": "同版异文", "restored": "恢复旧副本",
    "two_places": "两处同用",
    "plugin_failed": "插件失败", "headers_changed": "表头变化", "column_speaks": "备注未读", "sum_differs": "合计不符",
    "rows_vanished": "行数骤减", "unit_gone": "单位未列", "time_left": "超出所写时间", "few_rows": "行数偏少",
    "not_alive": "单位不存在",
    "closed_since": "单位其后撤销",
    "not_entering": "层级不填报", "waiting": "待核行变化", "unexplained": "未解释",
    "unlike_records": "同键异文", "listed_twice": "两处同列", "paid_twice": "重复发放",
    "paid_after_death": "身故后发放", "outside_band": "年龄不符",
    "after_acceptance": "验收后变动", "two_bands": "两档并享",
    "contradicts": "申报矛盾", "differs_from_declared": "与申报不符",
    "correction": "本级调整",
    "settled": "已处理", "closed": "已消除",
    # notices
    "normal": "普通", "urgent": "加急", "very_urgent": "特急", "public": "公开", "internal": "内部",
    "issued": "本单位发文", "unreached": "未送达", "delivered": "已送达", "read": "已阅", "queried": "有疑问",
    "accepted": "已接受", "in_progress": "办理中", "done": "已办结",
    # what an indicator measures
    "count": "计数", "distinct": "去重计数", "sum": "求和", "ratio": "比率",
}  # fmt: skip

# What kind of paper a notice is.
GENRES = {
    "law": Text("法律法规", "law"), "rule": Text("规章", "rule"), "plan": Text("规划", "plan"),
    "opinion": Text("意见", "opinion"),
    "measure": Text("办法", "measure"), "circular": Text("通知", "circular"), "report": Text("报告", "report"),
    "scheme_rule": Text("待遇规定", "rule of a scheme"), "letter": Text("函", "letter"),
}  # fmt: skip

# What a figure is measured in, as the catalogue writes it.
UNITS_EN = {
    "人": "persons", "人次": "attendances", "个": "number", "件": "cases", "份": "copies", "项": "items",
    "元": "yuan", "元/人": "yuan per person", "场次": "events", "张": "cards or beds",
    "张/千人": "per 1,000 persons", "期/次": "issues", "篇/期": "articles",
}  # fmt: skip


def measured_in(unit: str) -> Text:
    return Text(unit, UNITS_EN.get(unit, unit))


def word(code: str) -> Text:
    """A code in words; one that has none stays as it is."""
    return Text(ZH.get(code, code), code.replace("_", " "))


def level_word(level: str) -> Text:
    """The level of a finding in words; a run that was published is something else."""
    return Text("对外公布", "published") if level == "published" else word(level)


def genre(code: str) -> Text:
    """What kind of paper a notice is, in words."""
    return GENRES.get(code, Text(code, code))


def n_of_m(present: int, expected: int) -> Text:
    """How many of the reports that are expected are there."""
    return Text(f"{present}/{expected}", f"{present} of {expected}")


def arrived(reports: int, expected: int) -> Text:
    """How many of the base reports that are expected are in a total: 15 of 15 reports."""
    return Text(f"应报 {expected} 份，实报 {reports} 份", f"{reports} of {expected} reports")


def set_aside() -> Text:
    """What it means that a report was made by the definitions of another catalogue than its period's."""
    return Text(
        "另存未计：按另一版目录的口径编制，未计入任何合计",
        "set aside: made by the definitions of another catalogue than its period's; no total adds it",
    )


def codes(named: Sequence[str], most: int = MOST_CODES) -> Text:
    """Some codes, and how many they are when not all are named."""
    shown, more = list(named[:most]), len(named) - most
    if more <= 0:
        return Text("、".join(shown), ", ".join(shown))
    return Text(f"{'、'.join(shown)} 等 {len(named)} 项", f"{', '.join(shown)} and {more} more")
