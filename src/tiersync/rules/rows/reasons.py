"""Why a row was refused, and what is odd about one that was kept, in words for the office."""

from typing import NamedTuple


class Reason(NamedTuple):
    """A reason in Chinese and English: what is wrong and, where it is not plain, what to do."""

    zh: str
    en: str


REASONS: dict[str, Reason] = {
    "missing": Reason("必填项为空", "a needed field is empty"),
    "bad_checksum": Reason(
        "身份证号校验码不正确，请核对证件", "the identity number's check character does not fit; look at the card"
    ),
    "fifteen_digits": Reason("15位旧身份证号，请改为18位", "an old 15-digit identity number; write the one of 18"),
    "precision_lost": Reason(
        "身份证号被表格存成数字，末几位已丢失，请以文本格式重新填写",
        "the spreadsheet kept the identity number as a number and lost its last digits; enter it again as text",
    ),
    "not_an_identity": Reason("不是18位身份证号", "not an identity number of 18 characters"),
    "signs_inside": Reason(
        "号码中夹有空格或其他字符", "there are spaces or other signs between or beside the digits of the number"
    ),
    "not_a_paper": Reason("不是该类证件的号码", "not the number of such a paper"),
    "impossible_date": Reason("日期不存在或不合理", "there is no such date, or it cannot be meant"),
    "year_only": Reason("只写了年份，请补上月、日", "only the year is given; add month and day"),
    "no_year": Reason(
        "没有写年份，看不出是哪一年，请补上年份", "no year is given, and it is not clear which one it is; add it"
    ),
    "day_or_span": Reason(
        "看不出是几月几日还是起止时间（如 5-6），请写成“某年某月某日”",
        "it is not clear whether this is a month and a day or a span of time (such as 5-6); write year, month and day",
    ),
    "day_or_month_first": Reason(
        "看不出日和月哪个在前，请按年、月、日的顺序填写",
        "it is not clear which number is the day and which the month; write year, month, day",
    ),
    "nought_lost": Reason(
        "末尾可能丢了一个0（如10月写成 .1），请写成“某年某月某日”",
        "a nought at the end may be lost (.1 for .10); write year, month and day in full",
    ),
    "day_number": Reason(
        "只有一个天数，看不出从哪一年起算，请将单元格改为日期格式后重新填写",
        "a bare number of days, and it is not clear from which year it counts; write the date in full",
    ),
    "not_yet": Reason("日期尚未到来", "the date has not come yet"),
    "unknown_code": Reason("代码不在代码表中", "the code is not in its list"),
    "no_such_unit": Reason("找不到这个单位，请核对名称或代码", "there is no such unit; look at its name or code"),
    "several_units": Reason(
        "这个名称可能是几个单位，请写明上级或填写12位代码",
        "the name could be several units; write the one above before it, or the code of 12 digits",
    ),
    "other_unit": Reason("属于其他单位", "belongs to another unit"),
    "not_a_number": Reason("不是数字", "not a number"),
    "measure_unclear": Reason(
        "标题写明以万元等为单位，而该列表头没有单位：请在表头注明“（元）”或“（万元）”，或在插件中写明 times",
        "the title says that money is in 万元 or the like and the column's header does not: write （元） or （万元） "
        "into the header, or times into the plugin",
    ),
    "not_whole": Reason("应填整数，此处有小数", "a whole number is needed, and this one has decimals"),
    "too_precise": Reason(
        "小数位数过多，请核对（金额以元为单位，最多两位小数）",
        "too many decimal places; look at it again (money is in yuan, with two places at most)",
    ),
    "cell_error": Reason(
        "单元格是公式错误（如 #N/A），不是数据，请改正公式或直接填写",
        "the cell shows an error of a formula (such as #N/A) and no value; mend the formula or write the value",
    ),
    "out_of_range": Reason(
        "数值超出范围，或与同一行的另一项矛盾", "out of range, or at odds with another field of the row"
    ),
    "too_long": Reason("文字过长", "the text is too long"),
    "no_such_cell": Reason(
        "没有报表要这个数，请核对指标、单位层级、统计期和分组（比率请填分子、分母）",
        "no form asks for this figure; look at the indicator, the unit's tier, the period and the breakdown "
        "(a ratio is declared as its numerator and denominator)",
    ),
    "too_many_places": Reason("小数位数多于该指标的规定", "more decimal places than the indicator has"),
    "contradicts": Reason(
        "同一个数填了不同的值，均未采用，请确定一个",
        "one figure is given with different values, and none counts; decide on one",
    ),
}

FLAGGED: dict[str, Reason] = {
    "sex_conflict": Reason("性别与身份证号不一致，以身份证号为准", "sex and identity number differ; the number counts"),
    "birth_conflict": Reason(
        "出生日期与身份证号不一致，以身份证号为准", "birth date and identity number differ; the number counts"
    ),
    "region_unknown": Reason("身份证号前两位不是省级代码", "no province has the identity number's first two digits"),
    "no_paper": Reason(
        "无证件号码，按姓名、出生日期、性别和单位识别", "no paper; known by name, birth date, sex and unit"
    ),
    "attributed_elsewhere": Reason(
        "常住地在本单位以外，不计入本单位", "lives outside this unit and is not counted here"
    ),
    "unit_unknown": Reason("常住地不在单位目录中", "the unit of residence is not in the catalogue"),
    "left_unknown": Reason(
        "有一项内容无法识别，按未知处理，该行照常统计",
        "something in the row cannot be read and is left unknown; the row counts all the same",
    ),
    "remark": Reason(
        "备注中的说法不能判断，仍按在册计入",
        "nobody understands its remark; the person counts all the same",
    ),
    "approximate": Reason(
        "人数或金额是约数（如 200余人），按所写的数统计",
        "a number is approximate (such as 200+) and counts as it is written",
    ),
    "unlike": Reason(
        "同一主键有内容不同的多行，取最后一行", "other rows of the same key say something else; the last one counts"
    ),
}

BESIDE_OTHERS: dict[str, Reason] = {
    "doubled": Reason("同一人重复登记，只计一次", "filed more than once; counted once"),
    "alive_after_death": Reason(
        "死亡日期之后另有核实记录，请核实；目前按死亡统计",
        "another row was verified after the death; please look into it, the death counts until then",
    ),
}  # What only comparing the rows of one person finds.
