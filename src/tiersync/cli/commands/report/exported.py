"""One report as it leaves the office: sensitive counts to the nearest 5, in the words of its readers."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from tiersync.cli.terminal.spoken import arrived, codes, n_of_m, set_aside, spoken
from tiersync.cli.terminal.words import heads, say, text
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell, Status
from tiersync.plugins.exporters.exported import Exported, ExportedFigure, Fact
from tiersync.rules.agreement.published import exact
from tiersync.rules.disclosure.rounding import Disclosed, disclose
from tiersync.rules.totals.unallocated import with_unallocated
from tiersync.views.reports.figures import NOTHING, FigureLine, figures, ratio
from tiersync.views.reports.report import Trace

HEADINGS = heads("代码,指标,分组,数值,计量单位,状态,报送数", "code,indicator,group,value,in,status,reports")
ROUNDED_NOTE = say(
    "涉及敏感信息的人数、件数等计数一律约到 5 的倍数（状态注明“约到5”），各项约数相加可能不等于合计；"
    "可由同一报告中的合计推算出的敏感计数不列出；"
    "不足 5 人的金额、人均数和比率不列出，据以可推算的数据亦不列出（状态注明“已隐去”）。",
    "Sensitive counts are rounded to the nearest 5, as their status says, and may not add up to their rounded total. "
    "Those that the totals of the report would give away are left blank. "
    "Money, averages and ratios of fewer than 5 persons are left blank, and what they could be worked out by; their "
    "status is masked.",
)
ROUNDED = say("约到5", "to the nearest 5")
AT_LEAST = say("不完整：标有 ≥ 的数据为下限", "partial: figures marked ≥ are at least that")
STALE = say("待重新汇总：汇总后又有新的报告", "stale: newer reports have come since it was made")


def exported(catalogue: Catalogue, found: Trace, made_at: str) -> Exported:
    """What an exporter is given of one report; `made_at` is the moment as the office's clock shows it."""
    cells = disclose(catalogue, with_unallocated(catalogue, list(found.report.cells.rows())))
    return Exported(
        facts=tuple(facts_of(catalogue, found, made_at)),
        headings=tuple(HEADINGS),
        lines=tuple(lines_of(catalogue, cells)),
    )


def facts_of(catalogue: Catalogue, found: Trace, made_at: str) -> Iterator[Fact]:
    """What stands at the head, in order."""
    line, form = found.line, catalogue.form(found.line.form)
    yield fact("form", line.form, say("报表", "form"), f"{say(form.zh, form.en)} ({form.code})")
    yield fact("unit", line.unit, say("单位", "unit"), f"{line.name} ({line.unit})")
    yield fact("period", line.period, say("统计期", "period"))
    yield fact("part", line.part, say("部分", "part"), spoken(line.part))
    yield fact("revision", line.rank, say("版本", "revision"))
    complete = f"{line.reports_arrived}/{line.reports_expected}"
    yield fact("complete", complete, say("报告数", "reports"), reports_text(found))
    if line.lacking:
        yield fact("lacking", " ".join(line.lacking), say("缺数指标", "lacks"), codes(line.lacking))
    if line.stale:
        yield fact("stale", "true", say("状态", "state"), STALE)
    if line.aside:
        yield fact("set_aside", "true", say("状态", "state"), set_aside())
    yield fact("made", made_at, say("导出时间", "made"))
    yield fact("note", ROUNDED_NOTE, say("说明", "note"))


def fact(name: str, value: str, label: str, text: str = "") -> Fact:
    return Fact(name=name, value=value, label=label, text=text or value)


def reports_text(found: Trace) -> str:
    """How many of the base reports are in it, and what that means for the figures where any of them is partial."""
    told = arrived(found.line.reports_arrived, found.line.reports_expected)
    is_partial = Status.PARTIAL in found.report.cells.status
    return say(f"{told}（{AT_LEAST}）", f"{told} ({AT_LEAST})") if is_partial else told


def lines_of(catalogue: Catalogue, cells: Sequence[Disclosed]) -> Iterator[ExportedFigure]:
    """A line for each figure; a ratio is one."""
    for _, group in groupby(cells, key=lambda one: (one.cell.indicator, one.cell.breakdown)):
        disclosed = list(group)
        pair, is_rounded = [one.cell for one in disclosed], any(one.is_rounded for one in disclosed)
        [figure] = figures(catalogue, pair)
        status = Status.MASKED if any(cell.status == Status.MASKED for cell in pair) else figure.status
        yield ExportedFigure(
            indicator=figure.indicator, breakdown=pair[0].breakdown, numbers=numbers_of(catalogue, pair), status=status,
            rounded=is_rounded, present=figure.present, expected=figure.expected,
            words=words_of(figure, status, is_rounded),
        )  # fmt: skip


def words_of(figure: FigureLine, status: str, is_rounded: bool) -> tuple[str, ...]:
    """A figure as people read it; what is masked is blank, and its status says so."""
    said = spoken(status)
    return (
        figure.indicator, text(figure.name), text(figure.breakdown),
        "" if status == Status.MASKED else figure.value, text(figure.measured_in),
        say(f"{said}，{ROUNDED}", f"{said}, {ROUNDED}") if is_rounded else said,
        n_of_m(figure.present, figure.expected),
    )  # fmt: skip


def numbers_of(catalogue: Catalogue, cells: Sequence[Cell]) -> dict[str, str | None]:
    """The numbers of one figure as exact decimals."""
    numbers = {cell.measure: None if cell.value is None else str(exact(cell)) for cell in cells}
    if "value" in numbers:
        return numbers
    quotient = ratio(catalogue.by_code.get(cells[0].indicator), {cell.measure: cell for cell in cells})
    return {"value": None if quotient == NOTHING else quotient, **numbers}
