"""What a catalogue must hold to be used: every name it uses is defined, and a form asks only what can be entered."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tiersync.errors import BadCatalogue
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import LATEST, Form
from tiersync.model.indicator import Indicator
from tiersync.model.relations.soundness import rule_faults
from tiersync.model.unit import Unit, UnitPlace, day_after


class CatalogueFault(NamedTuple):
    """One thing that makes a catalogue unusable: at which entry, in both languages."""

    entry: str
    zh: str
    en: str


def check_sound(catalogue: Catalogue, folder: Path) -> None:
    """Raise BadCatalogue with the first fault of `catalogue`, which was read from `folder`."""
    for fault in faults(catalogue):
        raise BadCatalogue(place=f"{folder}, {fault.entry}", why_en=fault.en, why_zh=fault.zh)


def faults(catalogue: Catalogue) -> Iterator[CatalogueFault]:
    """Everything wrong with `catalogue`."""
    yield from doubled(catalogue)
    yield from unit_faults(catalogue)
    for dimension in catalogue.dimensions:
        yield from unknown(dimension.code, "code list", "代码表", [dimension.codes], catalogue.codes)
    for indicator in catalogue.indicators:
        yield from indicator_faults(catalogue, indicator)
    for form in catalogue.forms:
        yield from form_faults(catalogue, form)
    yield from calendar_faults(catalogue)
    for rule in catalogue.rules:
        yield from (CatalogueFault(rule.code, *said) for said in rule_faults(catalogue, rule))


def doubled(catalogue: Catalogue) -> Iterator[CatalogueFault]:
    """Codes that stand twice among entries of one sort."""
    for entries in (catalogue.dimensions, catalogue.indicators, catalogue.forms, catalogue.rules):
        counted = Counter(entry.code for entry in entries)
        yield from (
            CatalogueFault(code, "重复定义", "is defined twice") for code, times in counted.items() if times > 1
        )


def unknown(entry: str, en: str, zh: str, names: Iterable[str], known: Container[str]) -> Iterator[CatalogueFault]:
    """The names that are not known."""
    for name in names:
        if name not in known:
            yield CatalogueFault(entry, f"未知的{zh} {name}", f"unknown {en} {name}")


def unit_faults(catalogue: Catalogue) -> Iterator[CatalogueFault]:
    """A top that is not among the units, units of a tier that the catalogue does not name."""
    yield from unknown("top", "unit", "单位", [catalogue.top], catalogue.tree.units)
    for unit in catalogue.units:
        yield from unknown(unit.code, "tier", "层级", [unit.tier], catalogue.tiers)
        yield from life_faults(unit)
        yield from successor_faults(catalogue, unit)
        for place in unit.places:
            yield from place_faults(catalogue, unit, place)


def life_faults(unit: Unit) -> Iterator[CatalogueFault]:
    """Dates of one unit that contradict each other."""
    days = [unit.valid_from, *(day_after(one.until) for one in unit.earlier), unit.last_day]
    if days != sorted(days) or len({*days[:-1]}) < len(days) - 1:
        yield CatalogueFault(
            unit.code, "valid_from、earlier、valid_to 的日期须先后相接",
            "the dates of valid_from, earlier and valid_to have to follow each other",
        )  # fmt: skip


def place_faults(catalogue: Catalogue, unit: Unit, place: UnitPlace) -> Iterator[CatalogueFault]:
    """A parent that is not known, that lies no higher than its child, or that is not there all the time."""
    if place.parent is None:
        if unit.code != catalogue.top:
            yield CatalogueFault(unit.code, "没有上级", "it has no parent")
        return
    yield from unknown(unit.code, "parent", "上级单位", [place.parent], catalogue.tree.units)
    parent = catalogue.tree.units.get(place.parent)
    if parent is None or not {parent.tier, unit.tier} <= {*catalogue.tiers}:
        return
    if catalogue.tiers.index(parent.tier) >= catalogue.tiers.index(unit.tier):
        yield CatalogueFault(
            unit.code, f"上级单位 {parent.code} 的层级不高于本级", f"its parent {parent.code} is of no higher tier"
        )
    if not (parent.valid_from <= place.first and place.last <= parent.last_day):
        span = f"{parent.valid_from} – {parent.valid_to or '…'}"
        yield CatalogueFault(
            unit.code, f"上级单位 {parent.code} 只存在于 {span}，不能自 {place.first} 起作其上级",
            f"its parent {parent.code} is there {span} only, and cannot be its parent from {place.first} on",
        )  # fmt: skip


def successor_faults(catalogue: Catalogue, unit: Unit) -> Iterator[CatalogueFault]:
    """Units that take over and are not there, that take over from what has gone before, or that take too much."""
    yield from unknown(unit.code, "unit", "单位", [one.code for one in unit.replaced_by], catalogue.tree.units)
    for one in unit.replaced_by:
        known = catalogue.tree.units.get(one.code)
        is_after = unit.valid_from < one.on <= day_after(unit.last_day) and one.code != unit.code
        if known and not (known.valid_on(one.on) and is_after):
            yield CatalogueFault(
                unit.code, f"{one.code} 不能自 {one.on} 起接替：该日前后两单位须先后存在",
                f"{one.code} cannot take over on {one.on}: one has to be there the day before, the other that day",
            )  # fmt: skip
    if any(sum(one.share for one in unit.replaced_by if one.on == day) > 1 for day in {o.on for o in unit.replaced_by}):
        yield CatalogueFault(unit.code, "replaced_by 的份额之和超过 1", "the shares of replaced_by exceed 1")


def indicator_faults(catalogue: Catalogue, indicator: Indicator) -> Iterator[CatalogueFault]:
    """Names that an indicator uses and nobody defined."""
    dims = [dim for breakdown in indicator.breakdowns for dim in breakdown.dims]
    rules = {rule.code for rule in catalogue.rules}
    pair = [code for code in (indicator.numerator, indicator.denominator) if code]
    yield from unknown(indicator.code, "dimension", "分组", dims, catalogue.by_dimension)
    yield from unknown(indicator.code, "rule", "审核规则", indicator.rules, rules)
    yield from unknown(indicator.code, "tier", "层级", indicator.entered, catalogue.tiers)
    yield from unknown(indicator.code, "indicator", "指标", pair, catalogue.by_code)
    if len(pair) == 1 or (pair and indicator.pair):
        yield CatalogueFault(
            indicator.code, "比率须有一个分子和一个分母", "a ratio needs numerator and denominator, once"
        )


def form_faults(catalogue: Catalogue, form: Form) -> Iterator[CatalogueFault]:
    """Entries that ask for what is unknown, not computed, of another period, or not entered at that tier."""
    yield from unknown(form.code, "indicator", "指标", form.entries, catalogue.by_code)
    yield from date_faults(catalogue, form)
    for code, tiers in form.entries.items():
        if code in catalogue.by_code:
            yield from entry_faults(form, catalogue.by_code[code], tiers)


def date_faults(catalogue: Catalogue, form: Form) -> Iterator[CatalogueFault]:
    """Dates that nobody means, that close a form before it may be due, or that no calendar decides."""
    days = form.due_days
    if not (
        -366 <= days.open <= LATEST and all(0 <= one <= LATEST for one in (days.due, days.late_until, days.closed))
    ):
        yield CatalogueFault(form.code, f"due_days 须在 0 至 {LATEST} 之间", f"due_days are from 0 to {LATEST}")
    elif days.needs_calendar and days.closed < days.longest_due:
        yield CatalogueFault(
            form.code, f"按工作日计算的截止日可能晚于关闭日：closed 至少为 {days.longest_due}",
            f"by working days it may be due after it is closed: closed is at least {days.longest_due}",
        )  # fmt: skip
    if days.needs_calendar and catalogue.calendar is None:
        yield CatalogueFault(
            form.code, "截止日按工作日计算，而目录没有日历（calendar 目录）",
            "it is due by working days, and there is no calendar (the folder calendar)",
        )  # fmt: skip


def calendar_faults(catalogue: Catalogue) -> Iterator[CatalogueFault]:
    """Years between the first and the last that is known of which nothing is."""
    if catalogue.calendar is None:
        return
    years = catalogue.calendar.years
    for year in sorted(set(range(min(years, default=0), max(years, default=0))) - years):
        yield CatalogueFault("calendar", f"缺少 {year} 年", f"there is nothing of {year}")


def entry_faults(form: Form, indicator: Indicator, tiers: tuple[str, ...]) -> Iterator[CatalogueFault]:
    """What is wrong with asking `tiers` for `indicator` in `form`."""
    name = f"{form.code} {indicator.code}"
    yield from unknown(name, "tier to enter it", "填报层级", tiers, indicator.entered)
    if form.period not in indicator.periods:
        yield CatalogueFault(
            name, f"该指标没有 {form.period} 统计期", f"the indicator is not made for period {form.period}"
        )
