"""One big register for the benches, in small."""

import csv
from collections import Counter
from dataclasses import dataclass

import pytest

from tiersync.example.identity import is_sound
from tiersync.example.register import NO_DIRT, RegisterPlan, write_register

COMMUNITIES = ("371402001001", "371402001002", "371402002012")
PLAN = RegisterPlan("371402000000", COMMUNITIES, 20_000)


@dataclass(frozen=True)
class Register:
    count: object
    rows: list


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    return written(tmp_path_factory.mktemp("register"), PLAN)


def written(folder, plan) -> Register:
    count = write_register(folder, plan)
    (path,) = folder.glob("*/inbox/*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return Register(count, list(csv.DictReader(file)))


def why_refused(row) -> str:
    number = row["身份证号"]
    if len(number) == 15:
        return "fifteen_digits"
    if "E" in number:
        return "precision_lost"
    if not is_sound(number):
        return "bad_checksum"
    return "impossible_date" if row["出生日期"].endswith("-02-30") else ""


def residents_60_plus(rows) -> Counter:
    latest = {row["身份证号"]: row for row in rows if not why_refused(row)}
    return Counter(
        row["常住地代码"] for row in latest.values()
        if row["出生日期"] <= "1953-12-31" and (row["生存状态"] == "健在" or row["状态日期"] > "2013-12-31")
    )  # fmt: skip


def test_it_has_as_many_rows_as_were_asked_for(register):
    assert len(register.rows) == register.count.rows == PLAN.rows


def test_refused_rows_are_exactly_as_many_as_the_shares_say(register):
    refused = Counter(filter(None, map(why_refused, register.rows)))
    assert refused == register.count.refused
    assert refused == {"bad_checksum": 30, "fifteen_digits": 10, "precision_lost": 6, "impossible_date": 4}


def test_doubled_and_contradicting_rows_are_exactly_as_many_as_the_shares_say(register):
    sound = [row for row in register.rows if not why_refused(row)]
    numbers = Counter(row["身份证号"] for row in sound)
    births = [row for row in sound if row["出生日期"].replace("-", "") != row["身份证号"][6:14]]
    sexes = [row for row in sound if (row["性别"] == "男") != int(row["身份证号"][16]) % 2]
    assert register.count.flagged == {"doubled": 120, "birth_conflict": 16, "sex_conflict": 20}
    assert (len(sound) - len(numbers), len(births), len(sexes)) == (120, 16, 20)


def test_its_residents_are_those_that_the_file_holds(register):
    assert register.count.residents_60_plus == residents_60_plus(register.rows)
    assert register.count.residents_60_plus.keys() == set(COMMUNITIES)


def test_a_clean_register_has_nothing_to_refuse_and_nobody_twice(tmp_path):
    clean = written(tmp_path, PLAN._replace(dirt=NO_DIRT))
    assert not any(map(why_refused, clean.rows))
    assert clean.count.refused == clean.count.flagged == {}
    assert len({row["身份证号"] for row in clean.rows}) == PLAN.rows


def test_people_stay_apart_where_their_region_and_sequence_repeat(tmp_path):
    clean = written(tmp_path, PLAN._replace(rows=120_000, dirt=NO_DIRT))
    assert len({row["身份证号"] for row in clean.rows}) == 120_000


def test_equal_seeds_write_equal_registers_and_others_do_not(register, tmp_path):
    assert written(tmp_path / "again", PLAN) == register
    assert written(tmp_path / "other", PLAN._replace(seed=1)).rows != register.rows
