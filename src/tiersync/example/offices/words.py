"""What stands in the city's files: the headers of each record's columns, and the words for its codes."""

from collections.abc import Mapping

import polars as pl

from tiersync.example.plan.places import Places
from tiersync.model.catalogue import Catalogue
from tiersync.model.records.kinds import Code, Codes
from tiersync.model.records.record import RECORDS

Headers = Mapping[str, str]
Words = Mapping[str, str]

TITLES: Mapping[str, str] = {
    "senior": "老年人信息",
    "association": "老年协会",
    "activity": "老年活动",
    "benefit": "待遇发放",
    "service": "为老服务",
    "facility": "养老设施",
    "figure": "申报数据",
}

HEADERS: Mapping[str, Headers] = {
    "senior": {
        "name": "姓名",
        "sex": "性别",
        "id_number": "身份证号",
        "birth_date": "出生日期",
        "hukou_kind": "户口性质",
        "residence_unit": "常住地代码",
        "address": "详细地址",
        "phone": "联系电话",
        "living_arrangement": "居住情况",
        "ability_level": "能力等级",
        "hardship_kind": "困难类别",
        "life_status": "生存状态",
        "status_date": "状态日期",
        "file_verified_on": "核实日期",
        "hukou_unit": "户籍地代码",
        "visit_frequency": "走访频次",
        "talent_tags": "特长",
        "file_opened_on": "建档日期",
        "ethnicity": "民族",
        "marital_status": "婚姻状况",
        "education": "文化程度",
        "pension_kind": "养老保障类型",
        "medical_kind": "医疗保障类型",
    },
    "association": {
        "assoc_id": "协会编号",
        "name": "协会名称",
        "unit": "所在单位代码",
        "assoc_level": "层级",
        "legal_form": "登记情况",
        "established_on": "成立日期",
        "members_total": "会员数",
        "members_female": "女会员数",
        "members_senior": "60岁以上会员数",
        "standard_items": "规范化项目",
        "status": "状态",
    },
    "activity": {
        "activity_id": "活动编号",
        "kind": "活动类别",
        "unit": "主办单位代码",
        "start_at": "开始日期",
        "category": "活动内容",
        "campaign": "主题活动",
        "organiser_kind": "主办方",
        "sessions": "场次",
        "participants_total": "参与人次",
        "participants_senior": "老年人参与人次",
        "end_at": "结束日期",
        "items": "数量",
        "item_unit": "数量单位",
        "outlet": "媒体名称",
        "outlet_level": "媒体层级",
        "outlet_kind": "媒体类型",
        "trainees": "参训人数",
        "certified": "取证人数",
    },
    "benefit": {
        "benefit_id": "待遇编号",
        "id_number": "身份证号",
        "kind": "业务",
        "scheme": "项目",
        "unit": "经办单位代码",
        "start_month": "起发月",
        "stop_month": "停发月",
        "period": "所属期",
        "amount": "金额",
        "paid_on": "发放日期",
        "pay_result": "发放结果",
        "funding_level": "资金来源",
        "status": "状态",
        "applied_on": "申请日期",
        "decision": "审核结果",
        "decided_on": "审核日期",
        "stop_reason": "停发原因",
        "claim_kind": "赔付类别",
    },
    "service": {
        "service_id": "服务编号",
        "id_number": "身份证号",
        "kind": "服务类别",
        "unit": "发生单位代码",
        "done_on": "完成日期",
        "status": "办理状态",
        "visit_kind": "走访方式",
        "target_group": "走访对象",
        "visitor_level": "走访层级",
        "campaign": "主题活动",
        "amount": "慰问金额",
        "in_kind": "是否实物",
        "requested_on": "受理日期",
        "due_on": "应办结日期",
        "service_kind": "服务项目",
        "times": "次数",
        "relief_kind": "减免方式",
        "fee_kind": "费用类别",
        "channel": "渠道",
        "case_kind": "事由",
    },
    "facility": {
        "facility_id": "设施编号",
        "name": "设施名称",
        "facility_type": "设施类型",
        "unit": "所在单位代码",
        "ownership": "性质",
        "opened_on": "启用日期",
        "beds": "床位数",
        "beds_nursing": "护理型床位",
        "status": "状态",
        "status_date": "状态日期",
        "users": "在院(在校)人数",
        "project_stage": "建设阶段",
    },
    "figure": {
        "figure_id": "数据编号",
        "indicator": "指标代码",
        "unit": "统计单位代码",
        "period": "统计期",
        "dims": "分组",
        "value": "数值",
        "value_role": "性质",
    },
}

KEYS: Mapping[str, tuple[str, ...]] = {
    "senior": ("id_number",),
    "association": ("assoc_id",),
    "activity": ("activity_id",),
    "benefit": ("benefit_id",),
    "service": ("service_id",),
    "facility": ("facility_id",),
    "figure": ("figure_id",),
}

BESIDE: Mapping[str, Words] = {  # Columns of the register that no indicator asks for.
    "ethnicity": {"01": "汉族", "03": "回族", "others": "其他"},
    "marital_status": {"10": "未婚", "20": "已婚", "22": "再婚", "30": "丧偶", "40": "离婚", "90": "未说明"},
    "education": {
        "10": "研究生", "20": "大学本科", "30": "大学专科", "40": "中等职业", "60": "高中", "70": "初中", "80": "小学",
        "90": "文盲或其他",
    },
    "pension_kind": {"1": "城镇职工", "2": "机关事业", "3": "城乡居民", "4": "失地农民", "5": "遗属", "9": "无"},
    "medical_kind": {
        "1": "城镇职工", "2a": "新农合", "2b": "城镇居民", "3": "公费", "4": "商业保险", "9": "无",
    },
}  # fmt: skip


class Spelling:
    """How the city's offices write: headers, and for each code the word of its list."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.words = {record: _words(record, catalogue) for record in HEADERS}

    def spell(self, record: str, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows` (fields by name, and `office`) as they stand in a file: every column of its headers, and `office`."""
        columns = [self._column(record, name, rows).alias(header) for name, header in HEADERS[record].items()]
        return rows.select("office", *columns)

    def headings(self, record: str) -> pl.DataFrame:
        """A file of nothing but headers."""
        return pl.DataFrame(schema=dict.fromkeys(HEADERS[record].values(), pl.String))

    def _column(self, record: str, name: str, rows: pl.DataFrame) -> pl.Expr:
        if name not in rows.columns:
            return pl.lit(None, dtype=pl.String)
        words = self.words[record].get(name) or (BESIDE.get(name) if name not in RECORDS[record].model_fields else None)
        if not words:
            return pl.col(name)
        distinct = rows[name].cast(pl.String).drop_nulls().unique().to_list()
        spelled = ["、".join(words[code] for code in codes.split(",")) for codes in distinct]
        return pl.col(name).cast(pl.String).replace_strict(distinct, spelled, return_dtype=pl.String)


def _words(record: str, catalogue: Catalogue) -> dict[str, Words]:
    """For each coded field of a record the words of its list; the catalogue's own indicators go by their codes."""
    kinds = RECORDS[record].kinds().items()
    lists = {name: kind.codes for name, kind in kinds if isinstance(kind, Code | Codes) and name in HEADERS[record]}
    return {
        name: {code.code: code.zh for code in catalogue.codes[codes]}
        for name, codes in lists.items()
        if codes in catalogue.codes
    }


def at(places: Places, depth: int, home: pl.Expr) -> pl.Expr:
    """The unit that lies `depth` steps below the top and holds each `home`, the number of a community."""
    return pl.lit(pl.Series(places.ancestors[depth])).gather(home)
