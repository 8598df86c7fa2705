"""Every indicator of 2013, counted over the city's files with nothing of the project: plain csv, sets and sums."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from tests.example.city_files import LAST_DAY, Row, is_refused, rows_of, seniors_of

Counted = Decimal | int | tuple[int, int] | tuple[Decimal, int] | None
OLD = {"80至89岁高龄津贴": (80, 89), "90至99岁高龄津贴": (90, 99), "百岁老人津贴": (100, 200)}
EVENTS = {"活动", "宣传", "展会、集市", "比赛评选"}


def in_2013(day: str) -> bool:
    return day.startswith("2013")


def age(row: Row) -> int:
    """Full years on the last day of the year, as the identity number says: its column may be wrong."""
    return 2013 - int(row["身份证号"][6:10])


def money(rows: list[Row], header: str) -> Decimal:
    return sum((Decimal(row[header] or 0) for row in rows), Decimal(0))


def total(rows: list[Row], header: str) -> int:
    return sum(int(row[header] or 0) for row in rows)


def persons(rows: list[Row]) -> int:
    return len({row["身份证号"] for row in rows})


class Plain:
    """The files of one city, read once, and its indicators."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def seniors(self) -> list[Row]:
        return seniors_of(self.root)

    @cached_property
    def everybody(self) -> dict[str, Row]:
        """Whoever is soundly filed, one row each."""
        return {row["身份证号"]: row for row in rows_of(self.root, "老年人信息") if not is_refused(row)}

    @cached_property
    def active(self) -> set[str]:
        return {n for n, row in self.everybody.items() if row["生存状态"] == "正常" or row["状态日期"] > LAST_DAY}

    @cached_property
    def dead(self) -> set[str]:
        """Whom the register says to have died by the last day."""
        return {n for n, row in self.everybody.items() if row["生存状态"] == "死亡" and row["状态日期"] <= LAST_DAY}

    @cached_property
    def visited_regularly(self) -> set[str]:
        return {n for n in self.active if self.everybody[n]["走访频次"] not in ("", "按需")}

    @cached_property
    def benefits(self) -> dict[str, list[Row]]:
        found = defaultdict(list)
        for row in rows_of(self.root, "待遇发放"):
            found[row["业务"]].append(row)
        return found

    @cached_property
    def services(self) -> dict[str, list[Row]]:
        found = defaultdict(list)
        for row in rows_of(self.root, "为老服务"):
            found[row["服务类别"]].append(row)
        return found

    @cached_property
    def activities(self) -> list[Row]:
        return list(rows_of(self.root, "老年活动"))

    @cached_property
    def places(self) -> list[Row]:
        return [row for row in rows_of(self.root, "养老设施") if row["状态"] == "正常" and row["启用日期"] <= LAST_DAY]

    @cached_property
    def associations(self) -> list[Row]:
        return [row for row in rows_of(self.root, "老年协会") if row["状态"] == "正常" and row["成立日期"] <= LAST_DAY]

    def declared(self, code: str, dims: str = "") -> int:
        return sum(
            int(row["数值"])
            for row in rows_of(self.root, "申报数据")
            if (row["指标代码"], row["统计期"], row["分组"]) == (code, "2013", dims)
        )

    def aged(self, low: int, high: int = 200) -> int:
        return sum(low <= age(row) <= high for row in self.seniors)

    def holding(self, header: str, *words: str) -> int:
        return sum(bool(set(row[header].split("、")) & set(words)) for row in self.seniors)

    def of_kind(self, *kinds: str, header: str = "开始日期") -> list[Row]:
        return [row for row in self.activities if row["活动类别"] in kinds and in_2013(row[header])]

    @property
    def roll(self) -> list[Row]:
        """Who is on any roll at the end of the year."""
        return [
            row for row in self.benefits["在册资格"]
            if (row["状态"] == "享受中" or (row["状态"] == "已停发" and row["停发月"] > "2013-12"))
            and row["起发月"] <= "2013-12" and row["身份证号"] not in self.dead
        ]  # fmt: skip

    @property
    def recovered(self) -> list[Row]:
        return [row for row in self.benefits["追回"] if in_2013(row["发放日期"])]

    @property
    def paid(self) -> list[Row]:
        return [row for row in self.benefits["发放"] if row["发放结果"] == "已发放" and in_2013(row["发放日期"])]

    @property
    def claims(self) -> list[Row]:
        return [row for row in self.benefits["理赔"] if row["发放结果"] == "已发放" and in_2013(row["发放日期"])]

    @property
    def insured(self) -> int:
        return persons([
            row for row in self.benefits["参保"]
            if row["所属期"] == "2013" and row["起发月"] <= "2013-12" and (row["停发月"] or "9999") > "2013-01"
            and row["身份证号"][6:14] <= "19531231"
        ])  # fmt: skip

    @property
    def petitions(self) -> list[Row]:
        due = [row for row in self.services["信访"] if in_2013(row["应办结日期"])]
        return [row for row in due if row["办理状态"] != "撤回"]

    @property
    def petitions_in_time(self) -> int:
        return sum("" < row["完成日期"] <= row["应办结日期"] for row in self.petitions)

    @cached_property
    def eligible(self) -> dict[str, int]:
        """The age of each senior of 80 and over who is registered in the county that keeps their file."""
        return {
            row["身份证号"]: age(row) for row in self.seniors
            if age(row) >= 80 and row["户籍地代码"][:6] == row["常住地代码"][:6]
        }  # fmt: skip

    def takes_up(self, row: Row) -> bool:
        """Whether a row of the roll is of somebody who is eligible for that scheme."""
        low, high = OLD.get(row["项目"], (1, 0))
        return low <= self.eligible.get(row["身份证号"], 0) <= high


def moved(plain: Plain) -> int:
    """Who left in the year, at 60 or over on that day."""
    ended = (row for row in plain.everybody.values() if row["生存状态"] != "正常")
    return sum(
        in_2013(row["状态日期"]) and int(row["状态日期"].replace("-", "")) - int(row["身份证号"][6:14]) >= 600_000
        for row in ended
    )


def verified(plain: Plain) -> int:
    return sum("2012-12-31" < row["核实日期"] <= LAST_DAY for row in plain.seniors)


def card_holders(plain: Plain) -> int:
    held = [row for row in plain.benefits["持证"] if row["状态"] == "享受中" and row["起发月"] <= "2013-12"]
    return persons([row for row in held if row["身份证号"] in plain.active])


def regular_visits(plain: Plain) -> tuple[int, int]:
    """Quarters of 2013, or the year, in which somebody was visited; four are due, or one."""
    done, due = set(), 0
    for number in plain.visited_regularly:
        due += {"每季": 4, "每年": 1}[plain.everybody[number]["走访频次"]]
    for row in plain.services["走访慰问"]:
        number, day = row["身份证号"], row["完成日期"]
        if in_2013(day) and number in plain.visited_regularly:
            quarterly = plain.everybody[number]["走访频次"] == "每季"
            done.add((number, (int(day[5:7]) - 1) // 3 if quarterly else "year"))
    return len(done), due


def legal_aid(plain: Plain) -> list[Row]:
    return [row for row in plain.services["法律援助"] if in_2013(row["受理日期"])]


def visits(plain: Plain) -> list[Row]:
    return [row for row in plain.services["走访慰问"] if in_2013(row["完成日期"])]


COUNTS: dict[str, Callable[[Plain], Counted]] = {
    "P01": lambda p: p.declared("P01"),
    "P02": lambda p: p.aged(60),
    "P03": lambda p: (p.aged(60), p.declared("P01")),
    "P04": lambda p: p.aged(65),
    "P05": lambda p: p.aged(80),
    "P06": lambda p: p.aged(90, 99),
    "P07": lambda p: p.aged(100),
    "P08": lambda p: p.holding("居住情况", "独居", "仅与配偶同住"),
    "P09": lambda p: p.holding("居住情况", "独居"),
    "P10": lambda p: p.holding("能力等级", "轻度失能", "中度失能", "重度失能", "完全失能"),
    "P11": lambda p: len(p.seniors) - p.holding("困难类别", "无", ""),
    "P12": moved,
    "P14": lambda p: (verified(p), p.aged(60)),
    "B01": lambda p: persons(p.paid),
    "B02": lambda p: persons(p.roll),
    "B03": lambda p: money(p.paid, "金额"),
    "B04": lambda p: (money(p.paid, "金额"), persons(p.paid)),
    "B05": lambda p: (persons([row for row in p.roll if p.takes_up(row)]), len(p.eligible)),
    "B08": lambda p: money(p.recovered, "金额"),
    "B09": lambda p: money(p.paid, "金额") - money(p.recovered, "金额"),
    "B06": lambda p: sum(in_2013(row["申请日期"]) for row in p.benefits["申请"]),
    "B07": lambda p: p.declared("B07"),
    "I01": lambda p: p.insured,
    "I02": lambda p: (p.insured, p.aged(60)),
    "I03": lambda p: persons(p.claims),
    "I04": lambda p: money(p.claims, "金额"),
    "I05": lambda p: (money(p.claims, "金额"), persons(p.claims)),
    "C01": lambda p: sum(in_2013(row["审核日期"]) for row in p.benefits["发证"]),
    "C02": card_holders,
    "C03": lambda p: (card_holders(p), p.aged(60)),
    "L01": lambda p: persons(legal_aid(p)),
    "L02": lambda p: len(legal_aid(p)),
    "L03": lambda p: money(legal_aid(p), "慰问金额"),
    "L04": lambda p: sum(in_2013(row["受理日期"]) for row in p.services["信访"]),
    "L05": lambda p: p.petitions_in_time,
    "L06": lambda p: (p.petitions_in_time, len(p.petitions)),
    "S01": lambda p: len(visits(p)),
    "S02": lambda p: money(visits(p), "慰问金额"),
    "S03": regular_visits,
    "S04": lambda p: total([row for row in p.services["为老服务"] if in_2013(row["完成日期"])], "次数"),
    "S05": lambda p: p.declared("S05"),
    "S06": lambda p: sum(bool(p.everybody[number]["特长"]) for number in p.active),
    "F01": lambda p: len(p.places),
    "F02": lambda p: total(p.places, "床位数"),
    "F04": lambda p: total(p.places, "在院(在校)人数"),
    "F05": lambda p: (
        len({row["所在单位代码"] for row in p.places if row["设施类型"] in ("日间照料中心", "居家养老服务站")}),
        5307,
    ),
    "F06": lambda p: p.declared("F06"),
    "F07": lambda p: p.declared("F07"),
    "F08": lambda p: sum(row["建设阶段"] not in ("", "无建设项目") for row in rows_of(p.root, "养老设施")),
    "W01": lambda p: total(p.of_kind("培训", header="结束日期"), "参训人数"),
    "W02": lambda p: total(p.of_kind("培训", header="结束日期"), "取证人数"),
    "W03": lambda p: p.declared("W03"),
    "O01": lambda p: len(p.associations),
    "O02": lambda p: (len({row["所在单位代码"] for row in p.associations}), 5307),
    "O03": lambda p: total(p.associations, "会员数"),
    "O04": lambda p: (sum(row["规范化项目"].count("、") == 6 for row in p.associations), len(p.associations)),
    "A01": lambda p: total(p.of_kind(*EVENTS), "场次"),
    "A02": lambda p: total(p.of_kind(*EVENTS), "老年人参与人次"),
    "A03": lambda p: p.declared("A03"),
    "M01": lambda p: total(p.of_kind("媒体发稿"), "数量"),
    "M02": lambda p: total(p.of_kind("自办载体"), "数量"),
    "R01": lambda p: p.declared("R01"),
    "G01": lambda p: p.declared("G01"),
    "G02": lambda p: p.declared("G02"),
    "G03": lambda p: (p.declared("G03", "measure=numerator"), p.declared("G03", "measure=denominator")),
    "G05": lambda p: p.declared("G05"),
    "G06": lambda p: (p.declared("G06", "measure=numerator"), p.declared("G06", "measure=denominator")),
}
SPLIT: dict[str, tuple[str, Callable[[Plain], Counted]]] = {
    "P13": ("target_year=2020", lambda p: p.declared("P13", "target_year=2020")),
}


def counts_of(root: Path) -> Iterator[tuple[str, str, str, Decimal]]:
    """Indicator, breakdown, measure and value of each number that the files come to."""
    plain = Plain(root)
    wanted = {code: ("", count) for code, count in COUNTS.items()} | SPLIT
    for code, (breakdown, count) in wanted.items():
        counted = count(plain)
        numbers = counted if isinstance(counted, tuple) else (counted,)
        measures = ("numerator", "denominator") if isinstance(counted, tuple) else ("value",)
        for measure, number in zip(measures, numbers, strict=True):
            yield code, breakdown, measure, Decimal(number or 0)
