"""Reports that a node files by hand, at any moment: figures without sources."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from tiersync.flow.figures.filing import file_reports, next_revisions
from tiersync.host.opening import open_node
from tiersync.model.cell import Cell, Cells
from tiersync.model.report import Part, Report, ReportKey
from tiersync.store.links.charters import load_keyring

THEN = datetime(2013, 7, 8, 2, tzinfo=UTC)


def value(
    indicator: str, number: int | None, breakdown: str = "", measure: str = "value", scale: int = 0,
    status: str = "", present: int = 1, expected: int = 1,
) -> Cell:  # fmt: skip
    said = status or ("missing" if number is None else "ok")
    return Cell(indicator, breakdown, measure, number, scale, said, "summed", expected, present)  # type: ignore[arg-type]


def pair(indicator: str, above: int, below: int, **named: object) -> list[Cell]:
    """Both numbers of a ratio."""
    sides = (("numerator", above), ("denominator", below))
    return [value(indicator, number, measure=measure, **named) for measure, number in sides]  # type: ignore[arg-type]


def file_report(
    folder: Path, unit: str, period: str, cells: Iterable[Cell], form: str = "aging-quarter", part: Part = "total",
    at: datetime = THEN,
) -> None:  # fmt: skip
    """One report more of a unit, at a moment."""
    node = open_node(folder)
    with node.store.write() as db:
        key = ReportKey(form, unit, period, part)
        revision = next_revisions(db, [key])[key]
        report = Report(
            form=form, unit=unit, period=period, part=part, tenure=load_keyring(db).tenure(unit, node.tree(db)),
            revision=revision.number, catalogue=node.catalogue(db).number, cells=Cells.of(list(cells)),
            replaces=revision.replaces, reason="changed" if revision.replaces else "first",
        )  # fmt: skip
        file_reports(db, node, [report], at)
    node.store.close()
