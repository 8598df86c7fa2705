"""A city adds an indicator, a code list and a form of its own without any code."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.stories.known import number
from tests.stories.office import HEADS, UNIT, Office, row, tiersync

OWN = """
[[dimension]]
code = "sex_shown"
zh = "性别"
en = "sex"
field = "sex"
codes = "SEX_SHOWN"

[[indicator]]
code = "X01"
zh = "75岁及以上老年人口数"
en = "Population aged 75+"
definition = "count distinct person_key; age(T)>=75"
record = "senior"
measure = "distinct"
field = "person_key"
attributed_by = "residence_unit"
where = [{ field = "age", at_least = 75 }]
breakdowns = [{ dims = ["sex_shown"] }]
kind = "stock"
periods = ["M"]
measured_in = "人"
entered = ["community"]

[[indicator]]
code = "X02"
zh = "女性占比"
en = "Share of women"
definition = "women of 75 and over / all of 75 and over * 100"
record = "figure"
measure = "ratio"
pair.numerator = { record = "senior", attributed_by = "residence_unit", where = [
  { field = "age", at_least = 75 }, { field = "sex", equals = ["2"] } ] }
pair.denominator = { record = "senior", attributed_by = "residence_unit", where = [{ field = "age", at_least = 75 }] }
factor = 100
kind = "ratio"
periods = ["M"]
measured_in = "%"
decimals = 2
entered = ["community"]

[[form]]
code = "old-old-month"
zh = "高龄老人月报"
en = "The oldest, monthly"
period = "M"

[form.entries]
X01 = ["community"]
X02 = ["community"]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    (folder / "codes").mkdir(parents=True)
    (folder / "own.toml").write_text(OWN, encoding="utf-8")
    (folder / "codes" / "sex_shown.csv").write_text("code,zh,en\n1,男,men\n2,女,women\n", encoding="utf-8")
    return folder


def init(folder: Path, own: Path, lang: str = "en") -> str:
    said = tiersync("init", UNIT, "--dir", folder, "--url", "http://127.0.0.1:8471", "--catalogue", own, lang=lang)
    return "" if said.code == 0 else said.err


def test_an_indicator_of_the_citys_own_is_counted_and_shown_beside_the_packaged_ones(own: Path, tmp_path: Path) -> None:
    assert init(tmp_path / "node", own) == ""
    office = Office(tmp_path / "node")
    older = [row(n, born="1931-01-05", id=number(n, date(1931, 1, 5))) for n in range(1, 4)]
    office.source("\n".join([HEADS, *older, row(4, born="1940-02-02"), ""]).encode())
    assert tiersync("push", "--period", "2013-06", "--dir", office.folder).code == 0
    shown = tiersync(
        "report", "show", UNIT, "--form", "old-old-month", "--period", "2013-06", "--dir", office.folder, "--json"
    )
    cells = {(c["indicator"], c["breakdown"], c["measure"]): c["value"] for c in json.loads(shown.out)["cells"]}
    assert cells["X01", "", "value"] == 3
    assert cells["X01", "sex_shown=1", "value"] + cells["X01", "sex_shown=2", "value"] == 3
    assert (cells["X02", "", "numerator"], cells["X02", "", "denominator"]) == (1, 3)
    assert tiersync("push", "--period", "2013", "--dir", office.folder).code == 0
    assert office.seniors() == 4
    listed = tiersync("indicators", "list", "--form", "old-old-month", "--dir", office.folder)
    assert "Population aged 75+" in listed.out


@pytest.mark.parametrize(("old", "new", "why"), [
    ('codes = "SEX_SHOWN"', 'codes = "NOBODYS"', "unknown code list NOBODYS"),
    ('code = "X01"', 'code = "P02"', "is defined twice"),
    ('X02 = ["community"]', 'X02 = ["city"]', "unknown tier to enter it city"),
    ("[[form]]", "[[forms]]", "unknown heading forms"),
])  # fmt: skip
def test_a_mistake_in_it_is_named_and_nothing_is_founded(
    own: Path, tmp_path: Path, old: str, new: str, why: str
) -> None:
    text = (own / "own.toml").read_text(encoding="utf-8")
    (own / "own.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert why in init(tmp_path / "node", own)
    assert not (tmp_path / "node" / "node.db").exists()
