"""What is refused, why, and what is kept with a flag."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tests.rules.made_rows import BENEFIT, CONTEXT, FAR, HOME, SENIOR, frame, identity_number
from tiersync.errors import BadCatalogue
from tiersync.model.identity import check_character
from tiersync.model.records.field import CheckContext
from tiersync.rules.rows.check import Checked, check
from tiersync.rules.rows.flags import FLAGS, RAISED_LATER
from tiersync.rules.rows.reasons import FLAGGED, REASONS

ASSOCIATION: dict[str, str | None] = {"assoc_id": "3799010010010001", "unit": HOME}
ACTIVITY: dict[str, str | None] = {"activity_id": "1", "kind": "1", "unit": HOME, "start_at": "2013-10-13"}


PERSONS = {"senior": SENIOR, "benefit": BENEFIT, "service": BENEFIT | {"kind": "1"}}


def check_one(record: str, row: dict[str, str | None], context: CheckContext = CONTEXT) -> Checked:
    return check(record, frame([row], list(row)), context)


def refusal(record: str, row: dict[str, str | None]) -> tuple[str, str]:
    """The field and the reason of a row that is refused."""
    [(row_index, field, reason)] = check_one(record, row).refused.rows()
    assert row_index == 0
    return field, reason


def flags(row: dict[str, str | None]) -> str:
    return str(check_one("senior", row).accepted["flags"].item())


def numbered(digits: str) -> str:
    return digits + check_character(digits)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("379901310203001", "fifteen_digits"),
        ("379901193102030017", "bad_checksum"),
        ("379901193102030000", "precision_lost"),
        ("3.79901E+17", "precision_lost"),
        (f"=NUMBER:{identity_number()}", "precision_lost"),
        (numbered("37990119310230001"), "impossible_date"),
        (numbered("37990118491231001"), "impossible_date"),
        (numbered("37990120140101001"), "not_yet"),
        ("G12345678", "not_an_identity"),
        ("37990119310203001", "not_an_identity"),
        ("37990119310203001８", "signs_inside"),
        ("379901193102030018\n", "signs_inside"),
        ("3799011931 0203001", "signs_inside"),
        ("379901193102030018(已故)", "signs_inside"),
        ("无", "not_an_identity"),
    ],
)
def test_a_number_that_is_none_is_refused_with_its_reason(number: str | None, reason: str) -> None:
    assert refusal("senior", SENIOR | {"id_number": number}) == ("id_number", reason)
    assert refusal("benefit", BENEFIT | {"id_number": number}) == ("id_number", reason)


def test_a_number_that_ends_in_three_noughts_and_fits_is_a_number() -> None:
    number = next(n for n in (identity_number(sequence=s, region=r) for s in range(100, 1000, 100) for r in REGIONS)
                  if n.endswith("000"))  # fmt: skip
    assert check_one("senior", SENIOR | {"id_number": number}).refused.is_empty()


REGIONS = [f"3799{n:02}" for n in range(100)]


@pytest.mark.parametrize(
    ("record", "field", "text", "reason"),
    [
        ("senior", "residence_unit", None, "missing"),
        ("senior", "sex", "男", "unknown_code"),
        ("senior", "sex", "", "unknown_code"),
        ("senior", "birth_date", "1931年2月3日", "impossible_date"),
        ("senior", "birth_date", "1931-02-30", "impossible_date"),
        ("senior", "birth_date", "1931-13", "impossible_date"),
        ("senior", "birth_date", "1931", "year_only"),
        ("senior", "birth_date", "民国二十年", "year_only"),
        ("senior", "birth_date", "3/2/1931", "day_or_month_first"),
        ("association", "established_on", "2012.1", "nought_lost"),
        ("activity", "start_at", "10月9日", "no_year"),
        ("activity", "start_at", "5-6", "day_or_span"),
        ("activity", "start_at", "2025.5-12", "day_or_span"),
        ("senior", "birth_date", "15000", "day_number"),
        ("senior", "birth_date", "2014-01-01", "not_yet"),
        ("senior", "status_date", "2014-01-01", "not_yet"),
        ("senior", "residence_unit", "第一社区", "no_such_unit"),
        ("senior", "hukou_unit", "37990100100", "no_such_unit"),
        ("senior", "hardship_kind", "1;2", "unknown_code"),
        ("senior", "phone", "1" * 21, "too_long"),
        ("benefit", "unit", FAR, "other_unit"),
        ("benefit", "unit", "110101001001", "other_unit"),
        ("benefit", "unit", "第一社区", "no_such_unit"),
        ("benefit", "amount", "三百", "not_a_number"),
        ("benefit", "amount", "300.001", "too_precise"),
        ("benefit", "amount", "=measure:16.8", "measure_unclear"),
        ("benefit", "amount", "300.1.1", "not_a_number"),
        ("benefit", "amount", "#N/A", "cell_error"),
        ("benefit", "paid_on", "#VALUE!", "cell_error"),
        ("association", "assoc_id", "#REF!", "cell_error"),
        ("benefit", "amount", "-300", "out_of_range"),
        ("benefit", "start_month", "2013-13", "impossible_date"),
        ("benefit", "period", "2013-Q5", "impossible_date"),
        ("association", "members_total", "1.5", "not_whole"),
        ("association", "members_total", "-1", "out_of_range"),
        ("association", "unit", FAR, "other_unit"),
        ("activity", "sessions", "0", "out_of_range"),
        ("activity", "end_at", "2013-10-12", "out_of_range"),
        ("activity", "unit", FAR, "other_unit"),
    ],
)
def test_a_field_that_cannot_be_read_is_refused_with_its_reason(
    record: str, field: str, text: str | None, reason: str
) -> None:
    sound = {"senior": SENIOR, "benefit": BENEFIT, "association": ASSOCIATION, "activity": ACTIVITY}[record]
    assert refusal(record, sound | {field: text}) == (field, reason)


SPARING = CheckContext(CONTEXT.codes, CONTEXT.today, CONTEXT.units, CONTEXT.allowed, {
    "senior": frozenset({"id_number", "sex", "birth_date", "residence_unit"}), "activity": frozenset({"start_at"}),
})  # fmt: skip


def test_what_cannot_be_read_of_a_field_that_nobody_needs_is_left_unknown_and_flagged() -> None:
    rows = [SENIOR | {"phone": phone, "file_opened_on": day}
            for phone, day in (("139", "?"), ("1" * 21, "2012-01-02"), ("139", None))]  # fmt: skip
    checked = check("senior", frame(rows, list(rows[0])), SPARING)
    assert checked.refused.is_empty()
    assert checked.accepted["phone"].to_list() == ["139", None, "139"]
    assert checked.accepted["file_opened_on"].to_list() == [None, date(2012, 1, 2), None]
    assert checked.accepted["flags"].cast(pl.String).to_list() == ["left_unknown", "left_unknown", ""]


def test_a_field_that_is_needed_refuses_the_row_whatever_else_is_left_unknown() -> None:
    row = SENIOR | {"phone": "1" * 21, "birth_date": "?"}
    assert check("senior", frame([row], list(row)), SPARING).refused.rows() == [(0, "birth_date", "impossible_date")]


def test_a_part_is_not_measured_by_a_whole_that_is_unknown() -> None:
    row = ACTIVITY | {"participants_total": "许多", "participants_senior": "12"}
    checked = check("activity", frame([row], list(row)), SPARING)
    assert checked.accepted.select("participants_total", "participants_senior").rows() == [(None, 12)]


def test_a_date_known_to_the_month_is_its_first_day_and_an_end_its_last() -> None:
    assert check_one("association", ASSOCIATION | {"established_on": "2012-03"}).accepted[
        "established_on"
    ].item() == date(2012, 3, 1)
    row = check_one("activity", ACTIVITY | {"start_at": "2013-02", "end_at": "2013-02"}).accepted
    assert row.select("start_at", "end_at").row(0) == (date(2013, 2, 1), date(2013, 2, 28))


def test_a_birth_known_to_the_month_conflicts_with_another_month_only() -> None:
    assert flags(SENIOR | {"birth_date": "1931-02"}) == ""
    assert flags(SENIOR | {"birth_date": "1931-03"}) == "birth_conflict"


def test_an_approximate_number_counts_as_written_and_is_flagged() -> None:
    rows = [ACTIVITY | {"participants_senior": number} for number in ("over 200", "45", None)]
    checked = check("activity", frame(rows, list(rows[0])), CONTEXT)
    assert checked.refused.is_empty()
    assert checked.accepted["participants_senior"].to_list() == [200, 45, None]
    assert checked.accepted["flags"].cast(pl.String).to_list() == ["approximate", "", ""]
    assert refusal("activity", ACTIVITY | {"participants_senior": "over many"})[1] == "not_a_number"


def test_a_part_above_its_whole_is_refused() -> None:
    whole = ASSOCIATION | {"members_total": "10"}
    assert refusal("association", whole | {"members_female": "11"}) == ("members_female", "out_of_range")
    assert check_one("association", whole | {"members_female": "10"}).refused.is_empty()


def test_only_a_recovery_is_negative() -> None:
    recovered = check_one("benefit", BENEFIT | {"kind": "recovery", "amount": "-300.5"})
    assert recovered.accepted["amount"].to_list() == [Decimal("-300.50")]


def test_a_row_with_several_faults_is_refused_once_for_the_first_field() -> None:
    rows = [SENIOR, SENIOR | {"sex": "9", "birth_date": "?", "residence_unit": None}, SENIOR]
    checked = check("senior", frame(rows, list(SENIOR)), CONTEXT)
    assert checked.refused.rows() == [(1, "sex", "unknown_code")]
    assert checked.accepted["place_row"].to_list() == [2, 4]


def test_a_needed_column_that_is_not_there_refuses_every_row() -> None:
    row = {name: text for name, text in SENIOR.items() if name != "residence_unit"}
    checked = check("senior", frame([row, row], list(row)), CONTEXT)
    assert checked.refused.rows() == [(0, "residence_unit", "missing"), (1, "residence_unit", "missing")]


def test_a_register_without_a_status_column_lists_the_living_and_the_active() -> None:
    assert check_one("senior", SENIOR).accepted["life_status"].to_list() == ["1"]
    assert check_one("association", ASSOCIATION).accepted["status"].to_list() == ["active"]
    assert check_one("activity", ACTIVITY).accepted["sessions"].to_list() == [1]


def test_a_blank_in_a_status_column_is_unknown_and_never_guessed() -> None:
    assert check_one("senior", SENIOR | {"life_status": None}).accepted["life_status"].to_list() == [None]
    assert check_one("activity", ACTIVITY | {"sessions": None}).accepted["sessions"].to_list() == [None]


@pytest.mark.parametrize(
    ("changes", "flagged"),
    [
        ({}, ""),
        ({"sex": "2"}, "sex_conflict"),
        ({"sex": "0"}, ""),
        ({"birth_date": "1931-02-04"}, "birth_conflict"),
        ({"id_number": identity_number(region="991101")}, "region_unknown"),
        ({"residence_unit": FAR}, "attributed_elsewhere"),
        ({"residence_unit": "110101001001"}, "attributed_elsewhere,unit_unknown"),
        ({"sex": "2", "birth_date": "1931-02-04"}, "sex_conflict,birth_conflict"),
    ],
)
def test_an_odd_row_is_kept_and_flagged(changes: dict[str, str | None], flagged: str) -> None:
    assert flags(SENIOR | changes) == flagged


@pytest.mark.parametrize("kind", [None, "111", "414", "990"])
@pytest.mark.parametrize("record", ["senior", "benefit", "service"])
def test_the_digits_of_the_number_count_and_not_the_columns(record: str, kind: str | None) -> None:
    wrong = {"id_kind": kind, "sex": "2", "birth_date": "1931-02-04"}
    for beside in (wrong, {"id_kind": kind}, dict.fromkeys(wrong)):
        accepted = check_one(record, PERSONS[record] | beside).accepted
        assert accepted["sex"].to_list() == ["1"]
        assert accepted["birth_date"].to_list() == [date(1931, 2, 3)]
    assert check_one(record, PERSONS[record] | wrong).accepted["flags"].to_list() == ["sex_conflict,birth_conflict"]


def test_a_register_without_birth_or_sex_is_read_by_its_numbers() -> None:
    row = {"id_number": identity_number(date(1940, 5, 6), 2), "residence_unit": HOME}
    accepted = check_one("senior", row).accepted
    assert accepted.select("sex", "birth_date", "flags").rows() == [("2", date(1940, 5, 6), "")]


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("414", "g 1234 5678", "G12345678"),
        ("511", "H0123456700", "H0123456700"),
        ("516", "00123456(b)", "00123456(B)"),
        ("414", "123456195302030", "123456195302030"),
    ],
)
@pytest.mark.parametrize("record", ["senior", "benefit", "service"])
def test_another_paper_is_kept_by_kind_and_number_and_tells_neither_birth_nor_sex(
    record: str, kind: str, text: str, number: str
) -> None:
    row = PERSONS[record] | {"id_kind": kind, "id_number": text, "birth_date": "1950-01-02", "sex": "2"}
    accepted = check_one(record, row).accepted
    fields = accepted.select("id_kind", "id_number", "birth_date", "sex", "flags").rows()
    assert fields == [(kind, number, date(1950, 1, 2), "2", "")]


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("414", "G123", "not_a_paper"),
        ("414", "ABCDEFGH", "not_a_paper"),
        ("414", "1234567890123456", "not_a_paper"),
        ("511", "810000193102030010", "bad_checksum"),
        ("516", "8.10000E+17", "precision_lost"),
        ("414", None, "missing"),
        ("111", None, "missing"),
        ("111", "无", "not_an_identity"),
        ("990", "379901310203001", "fifteen_digits"),
        (None, "G12345678", "not_an_identity"),
        ("1", "G12345678", "unknown_code"),
    ],
)
def test_what_is_no_number_of_its_paper_is_refused(kind: str | None, text: str | None, reason: str) -> None:
    field = "id_kind" if reason == "unknown_code" else "id_number"
    assert refusal("senior", SENIOR | {"id_kind": kind, "id_number": text}) == (field, reason)


@pytest.mark.parametrize("number", [{"id_kind": "990"}, {"id_kind": "990", "id_number": "无"}, {"id_number": None}, {}])
@pytest.mark.parametrize("record", ["senior", "benefit", "service"])
def test_who_has_no_paper_is_known_by_name_birth_sex_and_unit(record: str, number: dict[str, str | None]) -> None:
    named = PERSONS[record] | {"name": "某甲", "birth_date": "1950-01-02", "sex": "2"}
    row = {name: text for name, text in named.items() if name != "id_number"} | number
    assert check_one(record, row).accepted["flags"].to_list() == ["no_paper"]
    for name in ("name", "birth_date", "sex"):
        left = {field: text for field, text in row.items() if field != name}
        if record == "service":  # Much is done for nobody in particular.
            assert check_one(record, left).accepted["flags"].to_list() == [""]
        else:
            assert refusal(record, left) == ("id_number", "missing")


def test_columns_that_are_no_fields_are_left_behind() -> None:
    assert "note" not in check_one("senior", SENIOR | {"note": "自由文字"}).accepted.columns


def test_a_catalogue_without_a_needed_list_checks_nothing() -> None:
    bare = CheckContext(codes={}, today=CONTEXT.today, units=CONTEXT.units, allowed=CONTEXT.allowed)
    with pytest.raises(BadCatalogue, match="SEX"):
        check_one("senior", SENIOR, bare)


def test_a_catalogue_that_is_older_than_a_field_checks_whatever_the_source_brings() -> None:
    older = {name: codes for name, codes in CONTEXT.codes.items() if name != "QUALIFIER"}
    indicator, role = min(CONTEXT.codes["INDICATOR"]), min(CONTEXT.codes["ROLE"])
    context = CheckContext(codes=older, today=CONTEXT.today, units=CONTEXT.units, allowed=CONTEXT.allowed)
    row = {"indicator": indicator, "unit": HOME, "period": "2013", "value": "5", "value_role": role}
    assert check_one("figure", row, context).accepted.height == 1
    with pytest.raises(BadCatalogue, match="QUALIFIER"):
        check_one("figure", row | {"qualifier": "yu"}, context)


def test_every_reason_and_every_flag_has_words_in_both_languages() -> None:
    assert set(FLAGGED) == {flag.name for flag in FLAGS} | {*RAISED_LATER}
    assert all(said.zh and said.en for said in (*REASONS.values(), *FLAGGED.values()))
