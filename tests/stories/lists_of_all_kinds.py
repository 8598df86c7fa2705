"""Lists of an office that are no registers of seniors: facilities, associations, activities, visits, petitions."""

from collections.abc import Iterable
from typing import NamedTuple

from tests.stories.known import DISTRICT, NAMES, District

UNIT = {"unit": '{ from = "社区", lookup = "units" }'}


class Kind(NamedTuple):
    """What a list is of, how its columns are mapped, and its headers: number, unit, what else."""

    record: str
    key: str
    mapped: dict[str, str]
    more: str = ""

    @property
    def headings(self) -> str:
        return f"编号,社区{',' * bool(self.more)}{self.more}"


FACILITIES = Kind("facility", "facility_id", {"facility_type": '{ constant = "nursing_home" }'})
BEDS = FACILITIES._replace(mapped=FACILITIES.mapped | {"beds": '"床位"'}, more="床位")
ASSOCIATIONS = Kind("association", "assoc_id", {})
EVENTS = Kind(
    "activity",
    "activity_id",
    {"kind": '{ constant = "event" }', "start_at": '{ from = "日期", parse = "date" }'},
    "日期",
)
VISITS = Kind(
    "service", "service_id", {"kind": '{ constant = "visit" }', "done_on": '{ from = "日期", parse = "date" }'}, "日期"
)
APPLICATIONS = Kind(
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


def keep(
    district: District, kind: Kind, name: str, rows: Iterable[tuple[str, ...]], plugin: str = "", unit: str = DISTRICT
) -> None:
    """An office keeps a list: each row has its unit, and what else the list holds."""
    id_ = plugin or kind.record
    district.plugin(id_, kind.record, {kind.key: '"编号"', **UNIT, **kind.mapped}, unit, key=f'"{kind.key}"')
    lines = [",".join([str(at), NAMES.get(of, of), *more]) for at, (of, *more) in enumerate(rows, 1)]
    district.drop(id_, name, lines, kind.headings)
