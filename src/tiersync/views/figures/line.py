"""A line of figures side by side in words and for programs: exact decimals, blank where missing, … where masked."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tiersync.model.bounds import EXACT
from tiersync.model.cell import Cell
from tiersync.model.indicator import Indicator
from tiersync.model.text import EMPTY, Text, join
from tiersync.rules.agreement.difference import decimal_text
from tiersync.rules.comparing.cumulated import NOT_ADDED
from tiersync.views.figures.compared import ComparedFigures
from tiersync.views.reports.figures import value_text
from tiersync.views.table import Shown
from tiersync.views.words import n_of_m, word

Line = dict[str, Any]
MASKED, HIDDEN = "…", ("masked", "suppressed")
POINTS, PERCENT = Text("个百分点", "percentage points"), Text("%", "%")
COUNTS = Text("不可累加", "not addable")
WHY_NOT = {
    "incomplete": Text("数据不完整，不作比较", "incomplete, not compared"),
    "defined_otherwise": Text("口径不同，不作比较", "defined otherwise, not compared"),
    "not_positive": Text("基数不是正数，不作比较", "the base is no positive number, not compared"),
}
WITH = {"last": Text("上期", "last period"), "year": Text("上年同期", "last year")}


def decimal(value: int | None, places: int | None) -> str | None:
    """An exact decimal, as programs read it."""
    return None if value is None else decimal_text(value, places or 0)


def shown(indicator: Indicator | None, line: Line, of: str = "") -> Shown:
    """A figure as people read it: a number, or a text where it is only at least that, about that, or hidden."""
    value, status, places = line[f"{of}value"], line[f"{of}status"], line["places"] or 0
    if value is None:
        return MASKED if status in HIDDEN else None
    expected, present = line.get(f"{of}expected") or 0, line.get(f"{of}present") or 0
    bounds = line.get(f"{of}bounds") or EXACT
    if status != "partial" and not bounds:
        return Decimal(decimal_text(value, places))
    if indicator is not None and indicator.measure == "ratio":
        said = n_of_m(present, expected)
        return Text(f"{decimal_text(value, places)}（{said.zh}）", f"{decimal_text(value, places)} ({said.en})")
    return value_text(indicator, Cell("", "", "value", value, places, status, "summed", expected, present, bounds))


def grew(line: Line, base: str) -> Text:
    """The growth in words: +2.50 percentage points, 5.00 %."""
    growth = line.get(f"{base}_growth")
    if growth is None:
        return EMPTY
    said, unit = decimal_text(growth, line["growth_places"]), POINTS if line["in_points"] else PERCENT
    said = f"+{said}" if growth > 0 else said
    return Text(f"{said} {unit.zh}", f"{said} {unit.en}")


def remarks(found: ComparedFigures, line: Line) -> Text:
    """What has to be known of a line beside its numbers."""
    return join(_remarks(found, line), zh="；", en="; ")


def _remarks(found: ComparedFigures, line: Line) -> Iterator[Text]:
    if line["status"] not in ("ok", "missing"):
        yield word(line["status"])
    if line["is_flash"]:
        yield Text("快报数，正式报表未到", "of the flash return; the final one has not come")
    if line["flash_value"] is not None:
        flash, difference = (decimal(line[name], line["flash_places"]) for name in ("flash_value", "difference"))
        yield Text(f"快报 {flash}（暂定），相差 {difference}", f"flash {flash} (provisional), difference {difference}")
    if (moved := moved_since(found, line)) is not None:
        then, differs = moved["then"] or "—", moved["difference"] or "—"
        yield Text(
            f"按指定单位树由基层表重新汇总；当时为 {then}，相差 {differs}（隶属变更）",
            f"added anew from base reports by this tree; then it was {then}, difference {differs} (units moved)",
        )
    for base, words in WITH.items():
        if (why := WHY_NOT.get(line.get(f"{base}_why", ""))) is not None:
            yield Text(f"比{words.zh}：{why.zh}", f"against {words.en}: {why.en}")
        if (was := correction(found, line, base)) is not None:
            yield Text(
                f"{words.zh}数已更正：原为 {was['was']}，{was['on']} 更正",
                f"{words.en} was corrected: it was {was['was']} until {was['on']}",
            )


def moved_since(found: ComparedFigures, line: Line) -> dict[str, str | None] | None:
    """What a figure that is made anew by another tree was when it was added, and the difference; the reason is that
    units moved. None where it is no other."""
    then = found.moved.get((line["indicator"], line["unit"], line["breakdown"], line["period"]))
    if then is None:
        return None
    places = max(then.places, line["places"] or 0)
    both = [Decimal(decimal_text(v, p)) for v, p in ((line["value"], line["places"] or 0), then) if v is not None]
    differs = f"{both[0] - both[1]:.{places}f}" if len(both) == 2 else None
    return {"then": decimal(*then), "difference": differs, "reason": "unit_moved"}


def correction(found: ComparedFigures, line: Line, base: str) -> dict[str, str] | None:
    """What the figure that this one is compared with was before it was corrected, and on which day that was."""
    key = (line["indicator"], line["unit"], line["breakdown"], line.get(f"{base}_period") or "")
    one = found.corrections.get(key)
    if one is None or line.get(f"{base}_growth") is None:
        return None
    return {"was": decimal_text(one.was, one.places), "on": f"{one.at.astimezone(found.zone):%Y-%m-%d}"}


def cumulated_shown(indicator: Indicator | None, line: Line) -> Shown:
    """What the year's periods come to; a word where adding them says nothing."""
    if line["sum_status"] == NOT_ADDED:
        return COUNTS
    sums = {"value": line["sum_value"], "status": line["sum_status"] or "missing", "places": line["sum_places"]}
    return shown(indicator, sums | {"expected": line["sum_of"], "present": line["sum_there"]})


def as_object(found: ComparedFigures, line: Line) -> dict[str, Any]:
    """One line for programs: decimals as exact text, null where there is no value, and its status."""
    code, indicator = line["indicator"], found.indicators.get(line["indicator"])
    told: dict[str, Any] = {
        "indicator": code, "name": {"zh": indicator.zh, "en": indicator.en} if indicator else None,
        "unit": line["unit"], "unit_name": found.name_of(line["unit"]), "period": line["period"],
        "breakdown": line["breakdown"], "form": found.asked.forms[code].form,
        "value": decimal(line["value"], line["places"]), "status": line["status"],
        "expected": line["expected"], "present": line["present"], "bounds": line["bounds"] or "",
        "in": indicator.measured_in if indicator else "",
    }  # fmt: skip
    if line["above"] is not None or line["below"] is not None:
        told["numerator"] = decimal(line["above"], line["above_scale"])
        told["denominator"] = decimal(line["below"], line["below_scale"])
    for base in WITH:
        if f"{base}_period" in line:
            told[base] = _base_object(found, line, base)
    if "share" in line:
        told["share"] = decimal(line["share"], 2)
    if "rank" in line:
        told |= {"rank": line["rank"], "ranked": line["ranked"]}
    if "sum_of" in line:
        told["cumulated"] = _cumulated_object(line)
    told["flash"] = _flash_object(found, line)
    if (moved := moved_since(found, line)) is not None:
        told["moved"] = moved
    told["remarks"] = remarks(found, line)._asdict()
    return told


def _base_object(found: ComparedFigures, line: Line, base: str) -> dict[str, Any]:
    growth = line[f"{base}_growth"]
    return {
        "period": line[f"{base}_period"], "value": decimal(line[f"{base}_value"], line["places"]),
        "status": line[f"{base}_status"] or "missing", "growth": decimal(growth, line["growth_places"]),
        "growth_in": (POINTS if line["in_points"] else PERCENT).en, "growth_said": grew(line, base)._asdict(),
        "not_compared": line[f"{base}_why"], "corrected": correction(found, line, base),
    }  # fmt: skip


def _cumulated_object(line: Line) -> dict[str, Any]:
    value = decimal(line["sum_value"], line["sum_places"])
    return {
        "value": value, "status": line["sum_status"] or "missing", "present": line["sum_there"] or 0,
        "expected": line["sum_of"],
    }  # fmt: skip


def _flash_object(found: ComparedFigures, line: Line) -> dict[str, Any] | None:
    if line["flash_value"] is None:
        return None
    places = line["flash_places"]
    return {
        "form": found.asked.forms[line["indicator"]].flash, "value": decimal(line["flash_value"], places),
        "status": "provisional", "difference": decimal(line["difference"], places),
    }  # fmt: skip
