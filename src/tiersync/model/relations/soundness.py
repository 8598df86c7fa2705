"""What the rules of a catalogue must say to be judged: relations that can be read, of figures that are alike."""

from collections.abc import Iterator

from tiersync.errors import BadRelation
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form, Rule
from tiersync.model.indicator import Indicator
from tiersync.model.relations.notation import (
    CellMeant,
    Combined,
    Expression,
    LinkWritten,
    Negated,
    PlaceMeant,
    read_relation,
)
from tiersync.model.relations.places import EVERY, leaves, placed_link, scalar_links
from tiersync.model.text import Text

MOST_LINKS = 1000  # of one rule
MEASURES = ("numerator", "denominator")
UNKNOWN_CODE = "unknown"
UNLIKE, ANY = "?", ""  # what a side is measured in: things that do not add, or a mere number


def rule_faults(catalogue: Catalogue, rule: Rule) -> Iterator[Text]:
    """Everything wrong with `rule`, in both languages."""
    forms = {form.code: form for form in catalogue.forms}
    if rule.form and rule.form not in forms:
        yield Text(f"未知的报表 {rule.form}", f"unknown form {rule.form}")
        return
    for code in (*rule.indicators, *rule.negative):
        if code not in catalogue.by_code:
            yield Text(f"未知的指标 {code}", f"unknown indicator {code}")
    tiers = {tier for most in rule.most.values() for tier in most} - {*catalogue.tiers}
    yield from (Text(f"未知的层级 {tier}", f"unknown tier {tier}") for tier in sorted(tiers))
    for text in (*rule.relations, *([rule.when] if rule.when else [])):
        try:
            yield from _relation_faults(catalogue, forms.get(rule.form), rule, text)
        except BadRelation as error:
            yield Text(
                f"审核关系 {text} 不能使用：{error.fields['why_zh']}", f"relation {text}: {error.fields['why_en']}"
            )


def _relation_faults(catalogue: Catalogue, form: Form | None, rule: Rule, text: str) -> Iterator[Text]:
    links = [one for link in read_relation(text).links for one in scalar_links(link, text)]
    if len(links) > MOST_LINKS:
        yield Text(f"审核关系 {text} 过大", f"relation {text} is too large")
    for link in links:
        placed = placed_link(catalogue, form, link, text)
        cells = [leaf.cell for leaf in leaves(placed) if isinstance(leaf, PlaceMeant)]
        yield from (_of(text, fault) for cell in cells for fault in _cell_faults(catalogue, cell))
        yield from (_of(text, fault) for fault in _scope_faults(rule, cells))
        yield from (_of(text, fault) for fault in _unlike_faults(catalogue, placed))


def _of(text: str, fault: Text) -> Text:
    return Text(f"审核关系 {text}：{fault.zh}", f"relation {text}: {fault.en}")


def _cell_faults(catalogue: Catalogue, cell: CellMeant) -> Iterator[Text]:
    """A breakdown that the indicator does not have, or a number that is not its own."""
    indicator = catalogue.by_code[cell.indicator]
    if cell.measure != "value" and (indicator.measure != "ratio" or cell.measure not in MEASURES):
        yield Text(f"{indicator.code} 没有 {cell.measure}", f"{indicator.code} has no {cell.measure}")
    if cell.breakdown == EVERY:
        if not indicator.breakdowns:
            yield Text(f"{indicator.code} 没有分组", f"{indicator.code} has no breakdown")
    elif cell.breakdown and not _has(catalogue, indicator, cell.breakdown):
        yield Text(f"{indicator.code} 没有分组 {cell.breakdown}", f"{indicator.code} has no {cell.breakdown}")


def _has(catalogue: Catalogue, indicator: Indicator, breakdown: str) -> bool:
    pairs = [pair.partition("=") for pair in breakdown.split(";")]
    dims = [dim for dim, _, _ in pairs]
    split = next((one for one in indicator.breakdowns if sorted(one.dims) == dims), None)
    return split is not None and all(
        code in split.fields if split.fields else code in _codes(catalogue, dim) for dim, _, code in pairs
    )


def _codes(catalogue: Catalogue, dim: str) -> frozenset[str]:
    known = catalogue.codes.get(catalogue.by_dimension[dim].codes, ()) if dim in catalogue.by_dimension else ()
    return frozenset({UNKNOWN_CODE, *(code.code for code in known)})


def _scope_faults(rule: Rule, cells: list[CellMeant]) -> Iterator[Text]:
    """A rule that looks at another table or time and does not say so."""
    if any(cell.form for cell in cells) and rule.form and rule.scope != "cross_form":
        yield Text("引用了其他表，scope 须为 cross_form", "it names another table: scope is cross_form")
    elif any(cell.time for cell in cells) and rule.scope not in ("period", "cross_form"):
        yield Text("引用了其他统计期，scope 须为 period", "it names another period: scope is period")


def _unlike_faults(catalogue: Catalogue, link: LinkWritten) -> Iterator[Text]:
    """What is measured in unlike things neither adds nor equals (rule V15): 篇 and 期, 人 and 人次. There may be fewer
    households than persons."""
    sides = [_measured_in(catalogue, side) for side in (link.left, link.right)]
    if UNLIKE in sides or (link.op == "=" and len({*sides} - {ANY}) > 1):
        yield Text("计量单位不同，不能相加或相等", "it adds or equals what is measured in unlike units")


def _measured_in(catalogue: Catalogue, side: Expression) -> str:
    match side:
        case PlaceMeant(_, cell):
            indicator = catalogue.by_code[cell.indicator]
            pieces = [pair for pair in cell.breakdown.split(";") if pair.startswith("item_unit=")]
            return ANY if cell.measure in MEASURES else "".join([indicator.measured_in, *pieces])
        case Combined(left, sign, right) if sign in "+-":
            both = {_measured_in(catalogue, left), _measured_in(catalogue, right)} - {ANY}
            return UNLIKE if len(both) > 1 else next(iter(both), ANY)
        case Negated(of):
            return _measured_in(catalogue, of)
        case _:
            return ANY
