"""Lists of an office that are no registers of seniors: facilities, associations, activities, visits, petitions."""

from collections.abc import Iterable
from typing import NamedTuple

from tests.stories.known import NAMES, District

UNIT = {"unit": '{ from = "社区", lookup = "units" }'}


class Listing(NamedTuple):
    """What a list is of, how its columns are mapped, and its headers: number, unit, what else."""

    record: str
    key: str
    mapped: dict[str, str]
    more: str = ""
    plugin: str = ""  # called as its records are, unless two lists are of the same

    @property
    def headings(self) -> str:
        return f"编号,社区{',' * bool(self.more)}{self.more}"


FACILITIES = Listing("facility", "facility_id", {"facility_type": '{ constant = "nursing_home" }'})
BEDS = FACILITIES._replace(mapped=FACILITIES.mapped | {"beds": '"床位"'}, more="床位")
ASSOCIATIONS = Listing("association", "assoc_id", {})
EVENTS = Listing(
    "activity",
    "activity_id",
    {"kind": '{ constant = "event" }', "start_at": '{ from = "日期", parse = "date" }'},
    "日期",
)
VISITS = Listing(
    "service", "service_id", {"kind": '{ constant = "visit" }', "done_on": '{ from = "日期", parse = "date" }'}, "日期"
)
APPLICATIONS = Listing(
    "benefit",
    "benefit_id",
    {
        "id_number": '"证号"',
        "kind": '{ constant = "application" }',
        "scheme": '{ constant = "allow_80" }',
        "applied_on": '{ from = "日期", parse = "date" }',
    },
    "证号,日期",
)


def keep(district: District, kind: Listing, name: str, rows: Iterable[tuple[str, ...]], source: str = "") -> None:
    """An office keeps a list: each row has its unit, and what else the list holds."""
    id_, mapped = kind.plugin or kind.record, {kind.key: '"编号"', **UNIT, **kind.mapped}
    district.plugin(id_, kind.record, mapped, source=source, key=f'"{kind.key}"')
    lines = [",".join([str(at), NAMES.get(of, of), *more]) for at, (of, *more) in enumerate(rows, 1)]
    district.drop(id_, name, lines, kind.headings)


FIGURE = {
    "indicator": '"指标"', "unit": '"单位"', "period": '"统计期"', "dims": '"分组"',
    "value": '{ from = "数值", parse = "number" }', "qualifier": '{ from = "数值", parse = "qualifier" }',
}  # fmt: skip


def declare(district: District, period: str, *figures: tuple[str, str, str, object]) -> None:
    """Figures (indicator, unit, breakdown, value) that an office states of a period, in place of those before."""
    district.plugin("figures", "figure", FIGURE, key='"indicator", "unit", "period", "dims"')
    rows = [f"{indicator},{unit},{period},{dims},{value}" for indicator, unit, dims, value in figures]
    district.drop("figures", "figures.csv", rows, "指标,单位,统计期,分组,数值")
