"""Charts as SVG: every value is drawn as long as it is and said in words, and no text is anything but text."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from tiersync.model.text import EMPTY, Text, plain
from tiersync.views.chart import Chart, DrawnSeries
from tiersync.views.render.charts_svg import svg

PERSONS = Text("人", "persons")


def bars(*values: Decimal | None, title: str = "P02", labels: tuple[str, ...] = ()) -> Chart:
    names = labels or tuple(f"unit {at}" for at in range(len(values)))
    return Chart("bars", plain(title), tuple(map(plain, names)), (DrawnSeries(EMPTY, values),), PERSONS)


def read(chart: Chart, lang: str = "zh") -> ElementTree.Element:
    return ElementTree.fromstring(svg(chart, lang))


def texts(drawn: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in drawn.iter("text")]


def test_bars_are_as_long_as_their_values() -> None:
    drawn = read(bars(Decimal(100), Decimal(50), Decimal(0), None))
    wide = [int(one.attrib["width"]) for one in drawn.iter("rect")]
    assert wide[0] == 2 * wide[1] > wide[2] == 0
    assert len(wide) == 3  # What is missing has no bar; nothing has one of no length.


@pytest.mark.parametrize(("lang", "missing"), [("zh", "unit 1：缺报"), ("en", "unit 1: missing")])
def test_a_chart_says_its_values_in_the_language_of_its_reader(lang: str, missing: str) -> None:
    drawn = read(bars(Decimal("1.50"), None), lang)
    assert drawn.attrib["role"] == "img"
    assert drawn.findtext("title") == "P02"
    assert "1.50" in (drawn.findtext("desc") or "")
    assert missing in (drawn.findtext("desc") or "")


def test_what_stands_in_a_name_is_text() -> None:
    bad = '</text><script>alert("x")</script>&'
    drawn = read(bars(Decimal(1), title=bad, labels=(bad,)))
    assert [one.tag for one in drawn.iter() if one.tag == "script"] == []
    assert bad in texts(drawn)
    assert drawn.findtext("title") == bad


def test_a_line_is_broken_where_a_quarter_is_missing() -> None:
    quarters = tuple(plain(f"2013-Q{at}") for at in range(1, 5))
    values = (Decimal(10), Decimal(20), None, Decimal(40))
    chart = Chart("line", plain("P02"), quarters, (DrawnSeries(plain("德城区"), values),), PERSONS)
    drawn = read(chart)
    assert len(list(drawn.iter("circle"))) == 3
    paths = [one.attrib["d"] for one in drawn.iter("path")]
    assert any(path.count("M") == 2 and path.count("L") == 1 for path in paths)
    heights = [int(one.attrib["cy"]) for one in drawn.iter("circle")]
    assert heights[0] > heights[1] > heights[2]
    assert {"2013-Q1", "2013-Q4", "德城区"} <= set(texts(drawn))


def test_a_pyramid_has_the_youngest_at_its_foot_and_men_to_the_left() -> None:
    bands = (plain("60-64"), plain("65-69"))
    sides = (DrawnSeries(plain("男"), (Decimal(40), Decimal(20))), DrawnSeries(plain("女"), (Decimal(30), Decimal(10))))
    drawn = read(Chart("pyramid", plain("P02"), bands, sides, PERSONS))
    at = {one.text: int(one.attrib["y"]) for one in drawn.iter("text")}
    assert at["60-64"] > at["65-69"]
    left, right = [one for one in drawn.iter("rect") if int(one.attrib["y"]) > at["65-69"]]
    assert int(left.attrib["x"]) + int(left.attrib["width"]) < int(right.attrib["x"])
    assert int(left.attrib["width"]) * 30 == int(right.attrib["width"]) * 40


def test_one_point_and_nothing_at_all_can_be_drawn() -> None:
    one = Chart("line", plain("x"), (plain("2013"),), (DrawnSeries(EMPTY, (Decimal(0),)),), EMPTY)
    assert len(list(read(one).iter("circle"))) == 1
    assert list(read(bars(None)).iter("rect")) == []
