"""One report as it leaves the office: sensitive counts to the nearest 5, in the words of its readers."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell, Status
from tiersync.model.text import EMPTY, Text, plain
from tiersync.plugins.exporters.exported import Exported, ExportedFigure, Fact
from tiersync.rules.agreement.published import exact
from tiersync.rules.disclosure.rounding import Disclosed, disclose
from tiersync.rules.totals.unallocated import with_unallocated
from tiersync.views.reports.figures import NOTHING, FigureLine, figures, ratio
from tiersync.views.reports.report import Trace
from tiersync.views.words import arrived, codes, n_of_m, set_aside, word

HEADINGS = Text("代码,指标,分组,数值,计量单位,状态,报送数", "code,indicator,group,value,in,status,reports")
ROUNDED_NOTE = Text(
    "涉及敏感信息的人数、件数等计数一律约到 5 的倍数（状态注明“约到5”），各项约数相加可能不等于合计；"
    "可由同一报告中的合计推算出的敏感计数不列出；"
    "不足 5 人的金额、人均数和比率不列出，据以可推算的数据亦不列出（状态注明“已隐去”）。",
    "Sensitive counts are rounded to the nearest 5, as their status says, and may not add up to their rounded total. "
    "Those that the totals of the report would give away are left blank. "
    "Money, averages and ratios of fewer than 5 persons are left blank, and what they could be worked out by; their "
    "status is masked.",
)
ROUNDED = Text("约到5", "to the nearest 5")
AT_LEAST = Text("不完整：标有 ≥ 的数据为下限", "partial: figures marked ≥ are at least that")
STALE = Text("待重新汇总：汇总后又有新的报告", "stale: newer reports have come since it was made")


def exported(found: Trace, made_at: str, lang: str) -> Exported:
    """What an exporter is given of one report; `made_at` is the moment as the office's clock shows it."""
    cells = disclose(found.catalogue, with_unallocated(found.catalogue, list(found.report.cells.rows())))
    return Exported(
        facts=tuple(one.in_words(lang) for one in _heads(found, made_at)),
        headings=tuple(HEADINGS.say(lang).split(",")),
        lines=tuple(lines_of(found.catalogue, cells, lang)),
    )


class HeadLine(NamedTuple):
    """Something that stands at the head: its name and value for programs, and both in words."""

    name: str
    value: str
    label: Text
    words: Text = EMPTY

    def in_words(self, lang: str) -> Fact:
        return Fact(
            name=self.name, value=self.value, label=self.label.say(lang), text=self.words.say(lang) or self.value
        )


def _heads(found: Trace, made_at: str) -> Iterator[HeadLine]:
    """What stands at the head, in order."""
    line, form, state = found.line, found.catalogue.form(found.line.form), Text("状态", "state")
    named = Text(f"{form.zh} ({form.code})", f"{form.en} ({form.code})")
    yield HeadLine("form", line.form, Text("报表", "form"), named)
    yield HeadLine("unit", line.unit, Text("单位", "unit"), plain(f"{line.name} ({line.unit})"))
    yield HeadLine("period", line.period, Text("统计期", "period"))
    yield HeadLine("part", line.part, Text("部分", "part"), word(line.part))
    yield HeadLine("revision", line.rank, Text("版本", "revision"))
    complete = f"{line.reports_arrived}/{line.reports_expected}"
    yield HeadLine("complete", complete, Text("报告数", "reports"), _reports(found))
    if line.lacking:
        yield HeadLine("lacking", " ".join(line.lacking), Text("缺数指标", "lacks"), codes(line.lacking))
    if line.stale:
        yield HeadLine("stale", "true", state, STALE)
    if line.aside:
        yield HeadLine("set_aside", "true", state, set_aside())
    yield HeadLine("made", made_at, Text("导出时间", "made"))
    yield HeadLine("note", ROUNDED_NOTE.en, Text("说明", "note"), ROUNDED_NOTE)


def _reports(found: Trace) -> Text:
    """How many of the base reports are in it, and what that means for the figures where any of them is partial."""
    came = arrived(found.line.reports_arrived, found.line.reports_expected)
    if Status.PARTIAL not in found.report.cells.status:
        return came
    return Text(f"{came.zh}（{AT_LEAST.zh}）", f"{came.en} ({AT_LEAST.en})")


def lines_of(catalogue: Catalogue, cells: Sequence[Disclosed], lang: str) -> Iterator[ExportedFigure]:
    """A line for each figure; a ratio is one."""
    for _, group in groupby(cells, key=lambda one: (one.cell.indicator, one.cell.breakdown)):
        disclosed = list(group)
        pair, is_rounded = [one.cell for one in disclosed], any(one.is_rounded for one in disclosed)
        [figure] = figures(catalogue, pair)
        status = Status.MASKED if any(cell.status == Status.MASKED for cell in pair) else figure.status
        yield ExportedFigure(
            indicator=figure.indicator, breakdown=pair[0].breakdown, numbers=numbers_of(catalogue, pair), status=status,
            rounded=is_rounded, present=figure.present, expected=figure.expected,
            words=tuple(text.say(lang) for text in _words(figure, status, is_rounded)),
        )  # fmt: skip


def _words(figure: FigureLine, status: str, is_rounded: bool) -> tuple[Text, ...]:
    """A figure as people read it; what is masked is blank, and its status says so."""
    said = word(status)
    rounded = Text(f"{said.zh}，{ROUNDED.zh}", f"{said.en}, {ROUNDED.en}")
    return (
        plain(figure.indicator), figure.name, figure.breakdown,
        EMPTY if status == Status.MASKED else plain(figure.value), figure.measured_in,
        rounded if is_rounded else said, n_of_m(figure.present, figure.expected),
    )  # fmt: skip


def numbers_of(catalogue: Catalogue, cells: Sequence[Cell]) -> dict[str, str | None]:
    """The numbers of one figure as exact decimals."""
    numbers = {cell.measure: None if cell.value is None else str(exact(cell)) for cell in cells}
    if "value" in numbers:
        return numbers
    quotient = ratio(catalogue.by_code.get(cells[0].indicator), {cell.measure: cell for cell in cells})
    return {"value": None if quotient == NOTHING else quotient, **numbers}
