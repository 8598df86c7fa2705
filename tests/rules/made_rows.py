"""Rows for tests: sound texts for every kind of field, wild ones, and a context to check them in."""

import string
from datetime import date

import polars as pl
from hypothesis import strategies as st

from tiersync.model.identity import check_character
from tiersync.model.records import kinds
from tiersync.model.records.field import CheckContext, FieldKind, Record
from tiersync.model.records.record import RECORDS

TODAY = date(2013, 12, 31)
HOME, NEAR, FAR = "379901001001", "379901001002", "379902001001"
CODES = ("0", "1", "2", "80+", "active", "none", "recovery", "payment", "P02", "1.")
LISTS = {getattr(kind, "codes", "") for record in RECORDS.values() for kind in record.kinds().values()} - {""}
ID_KINDS = ("111", "414", "511", "516", "990")
CONTEXT = CheckContext(
    codes={name: frozenset(CODES) for name in LISTS} | {"ID_KIND": frozenset(ID_KINDS)},
    today=TODAY,
    units=frozenset({HOME, NEAR, FAR}),
    allowed=frozenset({HOME, NEAR}),
)

DAYS = st.dates(date(1850, 1, 1), TODAY)
ODD_DAYS = [
    "2012-02",
    "2012-00",
    "2012",
    "3/2/1931",
    "5.1",
    "10月9日",
    "2013-02-29",
    "2013-2-3",
    "+013-02-03",
    "2013- 2-03",
    "20130203",
    "1849-12-31",
    "2014-01-01",
    "2200-01-01",
]
ODD_MONTHS = ["2013-13", "2013-00", "2013-1", "2013-02-29", "1849-12", "2013-06-", "201306"]
ODD_PERIODS = ["2013-W53", "2015-W53", "1899", "3000", "2013-Q5", "2013-h1", "2013-1", "２０１３", "2013-W00"]
ODD_NUMBERS = ["-0", "-1", "1.0", "1.5", "-3.005", "007", "9" * 15, "9" * 16, "0.120", "1.", ".5", "1e3", "+1", "-.0"]
ODD_CODES = ["1,2", "1,", ",", "1,,2", "1,3", "1.", "1x", "80+", "1, 2", "", "１", FAR, "3799010010011", f"{HOME}\n"]
ODD_IDS = ["37990119310203001", "379901310203001", "3.79901E+17", "379901193102030000", "=NUMBER:379901193102030018"]
ODD_IDS += ["37990119310203001８", "379901193102030018\n", "+7990119310203001" + check_character("07990119310203001")]
ODD_PAPERS = [
    "G12345678",
    "g 1234\t5678",
    "00123456(b)",
    "123456789012345",
    "12E10",
    "=NUMBER:12345678",
    "ABCDEF",
    "无",
]
ODD_PAPERS += ["G123", "G12345678901234５", "1234567890123456", "37990119310203001x", "ı1234ſß", "-", "护12345"]
ODD_PAPERS += ["#N/A", "#DIV/0!", "#1"]
ODD = ODD_PAPERS + ODD_DAYS + ODD_MONTHS + ODD_PERIODS + ODD_NUMBERS + ODD_CODES + ODD_IDS


def identity_number(birth: date = date(1931, 2, 3), sequence: int = 1, region: str = "379901") -> str:
    """A sound identity number of nobody."""
    digits = f"{region}{birth:%Y%m%d}{sequence:03}"
    return digits + check_character(digits)


def plain_text(kind: FieldKind) -> str:
    """One sound text of a needed field."""
    match kind:
        case kinds.Identity():
            return identity_number()
        case kinds.UnitRef():
            return HOME
        case kinds.Day() | kinds.PeriodRef():
            return "2013-10-13"[: 10 if isinstance(kind, kinds.Day) else 4]
    return "1"


def wild(kind: FieldKind) -> st.SearchStrategy[str]:
    """Texts most of which this kind refuses, many of them only just."""
    digits = st.text(string.digits + "-+., XxE年１²\n", max_size=20)
    match kind:
        case kinds.Identity():
            return st.sampled_from(ODD_IDS) | st.sampled_from(ODD_PAPERS) | exchanged() | misborn()
        case kinds.Code(codes="ID_KIND"):
            return st.sampled_from([*ID_KINDS, *ODD_CODES])
        case kinds.Day():
            return st.sampled_from(ODD_DAYS) | st.dates(date(1, 1, 1)).map(str) | digits
        case kinds.Month() | kinds.PeriodRef():
            return st.sampled_from(ODD_MONTHS + ODD_PERIODS) | digits
        case kinds.Count() | kinds.Number():
            return st.sampled_from(ODD_NUMBERS) | st.integers(-1, 3).map(str) | digits
        case kinds.FreeText(most=most):
            return st.text(min_size=most - 1, max_size=most + 1) | st.text()
    return st.sampled_from(ODD_CODES) | st.text(max_size=3)


def exchanged() -> st.SearchStrategy[str]:
    """Identity numbers with one character exchanged."""
    parts = st.tuples(numbers(), st.integers(0, 17), st.sampled_from(string.digits + "Xx"))
    return parts.map(lambda told: told[0][: told[1]] + told[2] + told[0][told[1] + 1 :])


def misborn() -> st.SearchStrategy[str]:
    """Identity numbers whose check character fits and whose birth date is mostly none."""
    dates = st.from_regex(r"\A(18|19|20)[0-9]{2}[01][0-9][0-3][0-9]\Z").map(lambda eight: f"379901{eight}001")
    return dates.map(lambda digits: digits + check_character(digits))


def numbers() -> st.SearchStrategy[str]:
    return st.builds(identity_number, DAYS, st.integers(0, 999), st.sampled_from(["379901", "991100", "110101"]))


def sound(kind: FieldKind) -> st.SearchStrategy[str]:
    """Texts that are sound whatever stands in the row's other fields."""
    match kind:
        case kinds.FreeText(most=most):
            return st.text("老x1", max_size=most)
        case kinds.Code(codes=codes):
            return st.sampled_from(sorted(CONTEXT.codes[codes]))
        case kinds.Codes():
            return st.lists(st.sampled_from(CODES), min_size=1, max_size=3).map(",".join)
        case kinds.Identity():
            return numbers()
        case kinds.UnitRef(own=own):
            return st.sampled_from([HOME, NEAR] if own else [HOME, FAR, "110101001001"])
        case kinds.Day(not_before=earlier):
            return st.just(str(TODAY)) if earlier else DAYS.map(str)
        case kinds.Month():
            return DAYS.map(lambda day: f"{day:%Y-%m}") | DAYS.map(str)
        case kinds.PeriodRef():
            return st.sampled_from(["1900", "2013-H2", "2013-Q4", "2013-06", "2013-W23", "2999-12"])
        case kinds.Count(least=least, at_most=most):
            count = st.just(least) if most else st.integers(least, kinds.LARGEST_COUNT)
            return st.tuples(count, st.sampled_from(["", ".0", ".00"])).map(lambda said: f"{said[0]}{said[1]}")
        case kinds.Number(at_most=most, at_least=least) if most or least:
            return st.just("0" if most else str(10**9))
    return st.decimals(0, 10**9, places=2).map(str)


def sound_rows(model: type[Record]) -> st.SearchStrategy[dict[str, str | None]]:
    """Rows with sound texts, or none where none is needed."""
    fields = {
        name: sound(kind) if kind.need == "R" else st.none() | sound(kind) for name, kind in model.kinds().items()
    }
    number = model.kinds().get("id_number")
    if not isinstance(number, kinds.Identity):
        return st.fixed_dictionaries(fields)
    rows = st.fixed_dictionaries(fields | {"id_number": numbers()})
    return st.tuples(rows, st.just({}) | papers() | nobody(model, number)).map(lambda both: both[0] | both[1])


def papers() -> st.SearchStrategy[dict[str, str | None]]:
    """Kinds and numbers of passports and permits, typed in several ways."""
    texts = st.from_regex(r"\A[A-Z0-9][A-Z0-9()/-]{3,13}[0-9]\Z")
    typed = st.tuples(texts, st.sampled_from([str, str.lower, lambda text: f" {text[:2]}  {text[2:]}\t"]))
    kind = st.sampled_from(ID_KINDS[1:4])
    return st.fixed_dictionaries({"id_kind": kind, "id_number": typed.map(lambda told: told[1](told[0]))})


def nobody(model: type[Record], number: kinds.Identity) -> st.SearchStrategy[dict[str, str | None]]:
    """Of who has no paper everything else that a person is known by."""
    instead = {name: sound(model.kinds()[name]) for name in number.instead}
    without = {"id_kind": st.sampled_from([None, "990"]), "id_number": st.none()}
    said = {"id_kind": st.just("990"), "id_number": st.sampled_from(["无", "-", " "])}
    return st.fixed_dictionaries(instead | without) | st.fixed_dictionaries(instead | said)


def odd_rows(model: type[Record]) -> st.SearchStrategy[dict[str, str | None]]:
    """Rows of which one field or two have a wild text, or none at all."""
    odd = {name: st.none() | wild(kind) | wild(kind) for name, kind in model.kinds().items()}
    picked = st.lists(st.sampled_from(sorted(odd)), min_size=1, max_size=2, unique=True)
    spoilt = picked.flatmap(lambda names: st.fixed_dictionaries({name: odd[name] for name in names}))
    return st.tuples(sound_rows(model), spoilt).map(lambda both: both[0] | both[1])


def frame(rows: list[dict[str, str | None]], columns: list[str]) -> pl.DataFrame:
    """Rows as the worker hands them over: text, with their places."""
    texts = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    places = {"place_file": pl.lit("inbox/a.csv"), "place_sheet": pl.lit("")}
    return texts.with_columns(place_row=pl.int_range(2, pl.len() + 2, dtype=pl.UInt32), **places)


SENIOR: dict[str, str | None] = {
    "id_number": identity_number(), "name": "某甲", "sex": "1", "birth_date": "1931-02-03", "residence_unit": HOME,
}  # fmt: skip
BENEFIT: dict[str, str | None] = {"id_number": identity_number(), "kind": "payment", "scheme": "1", "unit": HOME}
