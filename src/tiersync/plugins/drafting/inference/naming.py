"""What a header says by its name alone: which field of a record it may stand for, and how plainly it says so."""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum
from typing import NamedTuple

from tiersync.model.lexicon import Lexicon, plain
from tiersync.model.records.kinds import Number
from tiersync.model.records.record import RECORDS
from tiersync.plugins.rows.headers import BRACKETED
from tiersync.plugins.values.approximate import FACTOR

MEASURED = re.compile(r"[万亿千%‰℃]|平方|m2|公斤|公顷|亩")  # 金额(万元) is not 金额: ten thousand times as much.
IN_YUAN = re.compile(rf"\((?:单位:?)?{FACTOR}元\)$")
BETWEEN = re.compile(r"[/、|]|或")
# Whose, which or when: words before a field's name that do not make it another field.
WHOSE = (
    "客户", "出险人", "受援人", "来访人", "当事人", "受助人", "参保老人", "参保人员", "参保人", "被保险人", "补贴对象",
    "服务对象", "老年人", "老人", "长者", "本人", "申请人",
    "享受人", "领取人", "持证人", "被走访人", "对象", "人员", "居民", "个人", "会员", "参保", "享受", "目前", "当前",
    "现在", "现有", "现", "应", "首次", "最近一次", "最近", "最后", "实际", "本次", "本期", "本季度", "本年度",
    "本级", "市级", "县级", "区县", "区级", "街道", "其中", "第二代", "所属", "高龄津贴", "津贴", "补贴", "待遇",
    "保险", "理赔", "活动", "养老机构", "机构", "养老设施", "设施", "老年协会", "协会", "服务", "走访", "慰问",
    "信访件", "业务", "培训", "指标", "资金", "经济",
)  # fmt: skip
LATIN = re.compile(r"(?<=[\u4e00-\u9fff])[a-z]+$")  # a translation behind a header
LED_BY = re.compile(r"^第?[0-9一二三四五六七八九十]{1,2}[、.．)]")
DETAIL = (
    "基本信息", "信息", "情况", "状况", "类型", "类别", "种类", "性质", "名称", "全称", "代码", "编码", "编号", "号码",
    "内容", "登记", "时间", "日期", "等级", "级别", "结果",
)  # fmt: skip
OTHERS = re.compile(
    "联系人|紧急|监护|子女|家属|家人|配偶|户主|填表|填报|制表|经办人|审核人|审核意见|负责人|照料|照护人|亲属|亲友|赡养|代办|代领|领款|代理|"
    "服务人员|评估员|调查员|业务员|客户经理|责任人|接待人|律师|护理员|邻居|父亲|母亲|儿子|女儿|老伴|爱人|村医|医生|网格员|志愿者姓名|走访人|采集人|录入|银行|开户|账号|帐号|卡号|年龄|周岁|岁数|备注|"
    "照片|签字|签名|盖章|指纹|contact|guardian|emergency|spouse|agent|operator|bank|relative|parent|child"
)  # Of other people, or of nothing that a record holds.


class Strength(IntEnum):
    """How plainly a header names a field."""

    WEAK = 1  # the field's name stands somewhere in it
    NEAR = 2  # it is the field's name but for whose it is, or a word that adds nothing
    EXACT = 3  # it is a name of the field


class Named(NamedTuple):
    field: str
    strength: Strength


def named(header: str, record: str, lexicon: Lexicon) -> list[Named]:
    """The fields that `header` may stand for, the plainest first; none where it surely speaks of something else. What
    is counted in 万元 is money, and read so."""
    return _read(header, record, lexicon, _named)


def named_plainly(header: str, record: str, lexicon: Lexicon) -> list[Named]:
    """The field that `header` stands for by its name, or nearly: which most cells of a sample do not."""
    return _read(header, record, lexicon, lambda whole, aliases: _plainly(whole, aliases) or [])


def _read(header: str, record: str, lexicon: Lexicon, naming: "Naming") -> list[Named]:
    whole, aliases = plain(header), lexicon.headers.get(record, {})
    if (money := IN_YUAN.sub("", whole)) == whole:
        return naming(whole, aliases)
    kinds = RECORDS[record].kinds()
    return [one for one in naming(money, aliases) if one.field in kinds and isinstance(kinds[one.field], Number)]


Naming = Callable[[str, Mapping[str, str]], list[Named]]


def _named(whole: str, aliases: Mapping[str, str]) -> list[Named]:
    """The fields that a header, spelled plainly, may stand for."""
    found = _plainly(whole, aliases)
    if found is not None:
        return found
    bare = _bare(LED_BY.sub("", whole.rpartition(">")[2]))
    within = {alias: field for alias, field in aliases.items() if len(alias) > 1 and alias in bare}
    longest = [alias for alias in within if not any(alias != other and alias in other for other in within)]
    return [Named(field, Strength.WEAK) for field in dict.fromkeys(within[alias] for alias in longest)]


def _plainly(whole: str, aliases: Mapping[str, str]) -> list[Named] | None:
    """The field of which a header is a name, or nearly; none where it speaks of something else, None where only a part
    of it may be one."""
    if not whole:
        return []
    above, _, lowest = whole.rpartition(">")  # 基本信息 > 姓名: a wider header may say that it is somebody else's.
    if OTHERS.search(above):
        return []
    spelled = LED_BY.sub("", lowest)
    uppers = above.split(">") if above else []
    for at in range(len(uppers)):  # 刊播情况 > 媒体 > 名称 is 媒体名称.
        if field := aliases.get(_bare("".join(uppers[at:]) + spelled)):
            return [Named(field, Strength.EXACT)]
    for text in _spellings(spelled):
        if field := aliases.get(text):
            return [Named(field, Strength.EXACT)]
    bare = _bare(spelled)
    if OTHERS.search(spelled) or MEASURED.search("".join(BRACKETED.findall(spelled))):
        return []
    for text in (*_shortened(bare), _bare(spelled.rpartition(".")[2])):  # insured.idNo of a web service is an idNo.
        if field := aliases.get(text):
            return [Named(field, Strength.NEAR)]
    if (native := LATIN.sub("", bare)) != bare and (field := aliases.get(native)):  # 姓名 Name
        return [Named(field, Strength.NEAR)]
    if field := _one_of_several(spelled, aliases):
        return [Named(field, Strength.NEAR)]
    return None


def _one_of_several(spelled: str, aliases: Mapping[str, str]) -> str | None:
    """The field of 联系电话/手机, where every part that is known says the same."""
    parts = [_bare(part) for part in BETWEEN.split(BRACKETED.sub("", spelled)) if _bare(part)]
    found = {field for part in parts for text in _shortened(part) if (field := aliases.get(text))}
    return found.pop() if len(parts) > 1 and len(found) == 1 else None


def _spellings(spelled: str) -> Iterator[str]:
    yield spelled
    if not MEASURED.search("".join(BRACKETED.findall(spelled))):
        yield _bare(spelled)


def _bare(spelled: str) -> str:
    """Without what brackets explain, and without signs."""
    return re.sub(r"[^\w]|_", "", BRACKETED.sub("", spelled))


def _shortened(bare: str) -> Iterator[str]:
    """Without whose or of when it is, without a word that adds nothing, without both."""
    for start in _starts(bare):
        yield start
        yield from (start.removesuffix(word) for word in DETAIL if start.endswith(word) and len(start) > len(word))
        yield from (start + word for word in DETAIL)


def _starts(bare: str) -> Iterator[str]:
    """A header, and what is left of it without one word or two that stand before it."""
    yield bare
    for who in WHOSE:
        rest = bare.removeprefix(who).removeprefix("的")
        if rest and rest != bare:
            yield rest
            yield from (rest.removeprefix(more) for more in WHOSE if rest.startswith(more) and rest != more)
