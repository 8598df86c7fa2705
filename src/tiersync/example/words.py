"""How offices write things: the Chinese headers of their columns, and their words for codes."""

from collections.abc import Mapping

Headers = Mapping[str, str]
Words = Mapping[str, str]

SCHEMES: Words = {
    "allow_80": "80至89岁高龄津贴",
    "allow_90": "90至99岁高龄津贴",
    "rural_hardship_80": "农村特困老人救助",
    "yinling_ankang": "银龄安康保险",
}
CAMPAIGNS: Words = {
    "jinglaoyue": "敬老月",
    "laonianfa_month": "老年法宣传月",
    "weiquan_month": "维权月",
    "spring_festival": "春节慰问",
    "none": "日常",
}

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
    },
    "association": {
        "assoc_id": "协会编号",
        "name": "协会名称",
        "unit": "所在单位",
        "assoc_level": "层级",
        "legal_form": "登记情况",
        "established_on": "成立日期",
        "members_total": "会员数",
        "members_female": "女会员数",
        "status": "状态",
        "status_date": "状态日期",
        "officer": "负责人",
        "officer_phone": "联系电话",
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
    },
    "service": {
        "service_id": "服务编号",
        "served": "服务对象姓名",
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

WORDS: Mapping[str, Mapping[str, Words]] = {
    "senior": {
        "sex": {"1": "男", "2": "女"},
        "hukou_kind": {"1": "农业", "2": "非农业"},
        "living_arrangement": {
            "1": "独居", "2": "仅与配偶", "3": "与子女", "4": "隔代", "5": "与父母", "6": "与其他亲属",
            "7": "与非亲属", "8": "养老机构", "9": "不详",
        },
        "ability_level": {"0": "完好", "1": "轻度", "2": "中度", "3": "重度", "4": "完全丧失", "9": "未评估"},
        "hardship_kind": {"0": "无", "1": "低保", "2": "特困", "3": "低收入", "4": "孤寡", "5": "失独"},
        "life_status": {"1": "健在", "2": "死亡", "3": "迁出", "5": "失联"},
    },
    "association": {
        "assoc_level": {"community": "社区"},
        "legal_form": {"1": "登记", "2": "备案", "3": "未登记备案"},
        "status": {"active": "正常", "dissolved": "注销"},
    },
    "activity": {
        "kind": {
            "event": "活动", "publicity": "宣传", "fair": "义诊集市", "contest": "比赛", "training": "培训",
            "meeting": "会议",
        },
        "category": {
            "arts": "文艺", "sports": "体育", "health": "健康", "education": "教育", "law": "普法", "charity": "公益",
        },
        "campaign": CAMPAIGNS,
        "organiser_kind": {"office": "老龄办", "association": "老年协会", "department": "成员单位"},
    },
    "benefit": {
        "kind": {"entitlement": "在册", "payment": "发放", "policy": "保单"},
        "scheme": SCHEMES,
        "pay_result": {"paid": "已发放", "returned": "退回"},
        "funding_level": {"city": "市级", "county": "县级"},
        "status": {"active": "有效", "stopped": "停发"},
    },
    "service": {
        "kind": {"visit": "走访", "care": "照料", "petition": "信访"},
        "status": {"done": "已完成"},
        "visit_kind": {"routine": "日常", "condolence": "慰问", "leader": "领导走访"},
        "target_group": {"100+": "百岁老人", "80+": "高龄老人", "hardship": "困难老人", "general": "一般老人"},
        "visitor_level": {"city": "市", "county": "县", "street": "街道", "community": "社区"},
        "campaign": CAMPAIGNS,
        "in_kind": {"1": "是", "0": "否"},
    },
    "facility": {
        "facility_type": {
            "xingfuyuan": "幸福院", "day_care": "日间照料中心", "canteen": "老年食堂", "activity_room": "老年活动室",
        },
        "ownership": {"public": "公办", "public_built_private_run": "公建民营", "private": "民办"},
        "status": {"active": "正常", "dissolved": "注销"},
    },
    "figure": {"value_role": {"actual": "实际"}},
}  # fmt: skip

UNMAPPED = frozenset({"officer", "officer_phone", "served"})  # Columns that offices keep and nobody asks for.
LOOKED_UP = frozenset({("association", "unit")})  # Written by name, and looked up inside the plugin's own unit.
DATES = frozenset({
    "birth_date", "status_date", "file_verified_on", "established_on", "start_at", "paid_on", "done_on", "opened_on",
})  # fmt: skip
COUNTS = frozenset({
    "members_total", "members_female", "sessions", "participants_total", "participants_senior", "amount", "beds",
    "beds_nursing", "value",
})  # fmt: skip

KEYS: Mapping[str, tuple[str, ...]] = {
    "senior": ("id_number",),
    "association": ("assoc_id",),
    "activity": ("activity_id",),
    "benefit": ("benefit_id",),
    "service": ("service_id",),
    "facility": ("facility_id",),
    "figure": ("figure_id",),
}
