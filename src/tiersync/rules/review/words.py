"""Findings of review in the words of the office: figures by their names, rows as the rule was written."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tiersync.model.catalogue import Catalogue
from tiersync.model.relations.notation import CellMeant, Combined, Constant, Expression, Negated, PlaceMeant
from tiersync.model.text import EMPTY, Text, join, plain
from tiersync.rules.review.compared.exact import Extent, decimal_said
from tiersync.rules.review.compared.relations import Broken

STANDS = {
    "=": Text("应等于", "should equal"),
    "<=": Text("应不大于", "should be at most"),
    "<": Text("应小于", "should be below"),
    ">=": Text("应不小于", "should be at least"),
    ">": Text("应大于", "should be above"),
}
TIMES = {
    "": EMPTY,
    "@-1": Text("上期", "last period's "),
    "@-Y": Text("上年同期", "last year's "),
    "@-S": Text("年内上期", "this year's earlier "),
}
NUMBERS = {"numerator": Text("分子", "numerator"), "denominator": Text("分母", "denominator")}
SIGNS_SAID = {"+": "＋", "-": "－", "*": "×", "/": "÷"}
UNKNOWN_SAID = Text("不详", "unknown")
DIGITS = "零一二三四五六七八九"


def relation_words(catalogue: Catalogue, found: Broken) -> Text:
    """What a report breaks: both sides with all their figures, and how far they are apart."""
    left = _side(catalogue, found.link.said.left, found.values, found.left)
    right = _side(catalogue, found.link.said.right, found.values, found.right)
    stands, apart = STANDS[found.link.judged.op], decimal_said(abs(found.left - found.right))
    return Text(
        f"{left.zh} {stands.zh} {right.zh}，相差 {apart}",
        f"{left.en} {stands.en} {right.en}; the difference is {apart}",
    )


def _side(catalogue: Catalogue, side: Expression, values: Mapping[CellMeant, Extent], result: Fraction) -> Text:
    """A side as it was written; of several figures with what they come to."""
    said = _said(catalogue, side, values)
    if isinstance(side, PlaceMeant) and side.cell not in values:  # A ratio, which is computed from its two numbers.
        return Text(f"{said.zh} {decimal_said(result)}", f"{said.en} {decimal_said(result)}")
    if isinstance(side, PlaceMeant | Constant):
        return said
    return Text(f"{said.zh}＝{decimal_said(result)}", f"{said.en} = {decimal_said(result)}")


def _said(catalogue: Catalogue, side: Expression, values: Mapping[CellMeant, Extent]) -> Text:
    match side:
        case PlaceMeant():
            name = place_words(catalogue, side)
            value = f" {decimal_said(values[side.cell].value)}" if side.cell in values else ""
            return Text(f"{name.zh}{value}", f"{name.en}{value}")
        case Negated(of):
            inside = _said(catalogue, of, values)
            return Text(f"－({inside.zh})", f"-({inside.en})")
        case Combined(left, sign, right):
            both = [_within(_said(catalogue, one, values), one, sign) for one in (left, right)]
            return Text(f"{both[0].zh} {SIGNS_SAID[sign]} {both[1].zh}", f"{both[0].en} {sign} {both[1].en}")
        case Constant(_, written):
            return plain(written)
    raise TypeError(side)


def _within(said: Text, one: Expression, sign: str) -> Text:
    """Sums keep their parentheses within products, and whatever is combined behind minus."""
    if isinstance(one, Combined) and one.sign in "+-" and sign != "+":
        return Text(f"({said.zh})", f"({said.en})")
    return said


def place_words(catalogue: Catalogue, place: PlaceMeant) -> Text:
    """A place as the rule writes it, with the name of its figure: 表二第16行（独居老年人数）."""
    written, name, time = place.written, cell_words(catalogue, place.cell), TIMES[place.cell.time]
    if written.name == place.cell.indicator:
        return Text(f"{time.zh}{name.zh}", f"{time.en}{name.en}")
    table = Text(f"表{_chinese(int(written.table))}", f"table {written.table} ") if written.table else EMPTY
    is_row = written.name.isdigit()
    where = Text(f"第{written.name}行", f"row {written.name}") if is_row else plain(written.name)
    return Text(f"{time.zh}{table.zh}{where.zh}（{name.zh}）", f"{time.en}{table.en}{where.en} ({name.en})")


def cell_words(catalogue: Catalogue, cell: CellMeant) -> Text:
    """A figure by the name of its indicator, its breakdown, and which number of a ratio it is."""
    indicator = catalogue.by_code.get(cell.indicator)
    name = Text(indicator.zh, indicator.en) if indicator else plain(cell.indicator)
    split = [_code_words(catalogue, *pair.split("=", 1)) for pair in cell.breakdown.split(";") if pair]
    further = [*split, *([NUMBERS[cell.measure]] if cell.measure in NUMBERS else [])]
    if not further:
        return name
    said = join(further)
    return Text(f"{name.zh}·{said.zh}", f"{name.en}, {said.en}")


def _code_words(catalogue: Catalogue, dim: str, code: str) -> Text:
    known = catalogue.by_dimension.get(dim)
    listed = next((one for one in catalogue.codes.get(known.codes, ()) if one.code == code), None) if known else None
    if listed:
        return Text(listed.zh, listed.en or listed.code)
    return UNKNOWN_SAID if code == "unknown" else plain(code)


def _chinese(number: int) -> str:
    """The number of a table as offices write it: 二, 十二."""
    tens, ones = divmod(number, 10)
    if number > 99 or not number:
        return str(number)
    return f"{DIGITS[tens] if tens > 1 else ''}{'十' if tens else ''}{DIGITS[ones] if ones or not tens else ''}"


def row_cell(row: Mapping[str, Any]) -> CellMeant:
    """The cell that a row of a frame is."""
    return CellMeant(row["indicator"], row["breakdown"], row["measure"])
