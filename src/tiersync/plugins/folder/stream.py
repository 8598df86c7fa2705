"""A stream as plugin.toml describes it: the record, the source, the limits, and which header becomes which field."""

from datetime import date
from pathlib import PureWindowsPath
from typing import Annotated, Any, Literal, LiteralString, Self

from pydantic import Field, JsonValue, field_validator, model_validator
from pydantic_core import PydanticCustomError

from tiersync.model.canonical import Value
from tiersync.model.lexicon import plain
from tiersync.model.records.field import FieldKind
from tiersync.model.records.figure_column import FIGURE, MADE, fields_of, is_column, kinds_with
from tiersync.model.records.kinds import Code, Codes, Count, Identity, Number, PeriodRef, UnitRef, is_number_needed
from tiersync.model.records.record import RECORDS

Clean = Literal["nfkc", "strip", "apostrophe", "upper", "lower", "signs", "nospace", "digits", "number"]
Parse = Literal["date", "day_first", "month_first", "number", "qualifier", "remark"]
DATES = ("date", "day_first", "month_first")
Share = Annotated[float, Field(ge=0, le=1)]

USUAL_ZONE = "Asia/Shanghai"
SHEET, TITLE, FILE = "@sheet", "@title", "@file"
LABELS = (SHEET, TITLE, FILE)  # what a table is called, where other fields name a column
MOST_TICKS = 50  # columns of one field
MOST_SHEETS = 200  # that somebody names one by one
FILE_SETTINGS = ("path", "sheet", "sheets", "leave", "encoding", "separator", "header_row", "files")
REACH = ("covers", "span", "begins")  # Of whom and of what time a source tells, whatever its kind.


def wrong(kind: LiteralString, **told: str) -> PydanticCustomError:
    """Something wrong that `model.wording` has words for."""
    return PydanticCustomError(kind, kind, dict(told))


class Source(Value):
    """Where a stream's rows come from. Hints are needed only where finding out fails.

    `path` names files in the plugin's folder, or anywhere when it is absolute; * and ** stand for any name.
    `files` says whether several files are one list at different times, of which the newest counts, or its parts;
    without it their rows tell. `sheets` are those of a workbook that are read, `leave` those that are not;
    without either, every one that has the mapped headers.
    `covers` says whether it tells only of the units that its rows name, or of all below the plugin's; without it a
    register tells of those that it names, and a list of events of all. Of events, `span` = "month" says that each month
    in which something happened is told of whole, whatever a file's name states, and `from` since when all is told.
    `options` are the settings of a kind that a plugin package brings.
    """

    kind: str
    path: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = Field(default=(), max_length=MOST_SHEETS)
    leave: tuple[str, ...] = Field(default=(), max_length=MOST_SHEETS)
    encoding: Literal["", "utf-8", "gb18030"] = ""
    separator: Literal["", ",", ";", "\t", "|"] = ""
    header_row: int = Field(default=0, ge=0)
    files: Literal["", "newest", "parts"] = ""
    covers: Literal["", "named", "all"] = ""
    span: Literal["", "month"] = ""
    begins: date | None = None  # `from`, as people write it
    options: dict[str, JsonValue] = Field(default={})

    @model_validator(mode="before")
    @classmethod
    def _gather_options(cls, given: Any) -> Any:
        """Settings that are not ours are the kind's own; whether it knows them is asked when the folder is loaded."""
        if not isinstance(given, dict) or "options" in given:
            return given
        given = {"begins" if name == "from" else name: value for name, value in given.items()}
        ours = {name: value for name, value in given.items() if name in ("kind", *FILE_SETTINGS, *REACH)}
        return ours | {"options": {name: value for name, value in given.items() if name not in ours}}

    @field_validator("begins", mode="before")
    @classmethod
    def _begins_a_day(cls, given: Any) -> Any:
        """A month or a year begins on its first day."""
        return f"{given}{'-01-01'[len(given) - 10 :]}" if isinstance(given, str) and len(given) in (4, 7) else given

    @field_validator("path")
    @classmethod
    def _stays_inside(cls, path: str) -> str:
        if ".." in PureWindowsPath(path).parts:
            raise wrong("leads_out")
        return path


class Cursor(Value):
    """How a stream is read again.

    `snapshot`: whole, and what is gone is gone. The others add to what is held, a row taking the place of the one with
    the same key: `value` asks for rows whose `field` (a column of the source) is not before the furthest that was seen,
    less a lag; `file` reads files that were not read as they are; `none` takes whatever comes.
    """

    kind: Literal["snapshot", "value", "file", "none"] = "snapshot"
    field: str = Field(default="", max_length=128)
    lag_seconds: int = Field(default=0, ge=0, le=366 * 86_400)
    param: str = Field(default="", max_length=64, pattern=r"^[\w.\-\[\]]*$")

    @model_validator(mode="after")
    def _knows_what_it_needs(self) -> Self:
        if (self.kind == "value") != bool(self.field):
            raise wrong("cursor_field")
        return self


class Resume(Value):
    """Where a run goes on, if it does: at what is not before `since`, and without the files that were `read`. `read_on`
    is the day at the office when it does."""

    goes_on: bool = False
    since: str = ""
    read: tuple[str, ...] = ()
    read_on: date | None = None


class Limits(Value):
    """How many rows may be refused, and how many may have vanished, before a run is not believed."""

    refused_rows: int = Field(default=200, ge=0)
    refused_share: Share = 0.01
    deleted_share: Share = 0.2


class MappedField(Value):
    """What becomes of a record's field: the column under one of `headers`, the same constant in every row, or, of a
    period, what the file's name, sheet or title `stated`. Instead of a header there may be a label: what the table's
    sheet, title or file says is then said of each of its rows.

    `ticks` are several columns instead of one, each with the code that a yes in it means; of a field that holds one
    code the first that says yes counts. `times` is by what the numbers of a column are multiplied (10000 for 万元),
    where its header does not say so.
    """

    headers: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    clean: tuple[Clean, ...] | None = None
    parse: Parse | None = None
    values: dict[str, str] = Field(default={})
    lookup: Literal["units"] | None = None
    ticks: dict[str, str] = Field(default={}, max_length=MOST_TICKS)
    times: int | None = Field(default=None, ge=1)
    constant: str | None = None
    stated: bool = False

    @model_validator(mode="before")
    @classmethod
    def _read_short_forms(cls, given: Any) -> Any:
        """A bare text is a header; `from` is one header or several."""
        if isinstance(given, str):
            return {"headers": (given,)}
        if isinstance(given, dict) and isinstance(given.get("ticks"), dict) and not given.keys() & {"from", "headers"}:
            return given | {"headers": tuple(given["ticks"])}
        if isinstance(given, dict) and "from" in given:
            headers = given["from"]
            rest = {name: value for name, value in given.items() if name != "from"}
            return rest | {"headers": (headers,) if isinstance(headers, str) else headers}
        return given

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers that are no labels."""
        return tuple(header for header in self.headers if header not in LABELS)

    @property
    def one_of(self) -> tuple[str, ...]:
        """The headers of which one must stand in a table: any, or of those that people tick the first."""
        return self.columns[:1] if self.ticks else self.columns

    @property
    def label(self) -> str:
        """The label that speaks where no column does; '' for none."""
        return next((header for header in self.headers if header in LABELS), "")

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if sum((bool(self.headers), self.constant is not None, self.stated)) != 1:
            raise wrong("header_or_constant")
        values = self.values if self.parse != "remark" else {}  # the words of remarks
        if sum(map(bool, (self.parse, values, self.lookup, self.ticks))) > 1:
            raise wrong("one_reading")
        return self


class Stream(Value):
    """One kind of record out of one source. `name` tells streams of one plugin apart and is the record's by default.

    Rows with the same `key` are one record; without one the whole row is the key.
    """

    record: str
    name: str = Field(default="", max_length=60)  # A finding has room for it behind its plugin's id.
    key: tuple[str, ...] = ()
    source: Source
    cursor: Cursor = Cursor()
    limits: Limits = Limits()
    map: dict[str, MappedField]
    resume: Resume = Field(default=Resume(), exclude=True)  # the worker is told it with each run,
    time_zone: str = Field(default=USUAL_ZONE, exclude=True)  # and this, which is the node's, once

    @model_validator(mode="before")
    @classmethod
    def _name_it(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.keys() & {"resume", "time_zone"}:
            raise wrong("extra_forbidden")
        named = isinstance(given, dict) and given.get("name")
        return given if named or not isinstance(given, dict) else given | {"name": given.get("record", "")}

    @model_validator(mode="after")
    def _fits_its_record(self) -> Self:
        if self.record not in RECORDS:
            raise wrong("no_record_type", record=self.record, known=", ".join(RECORDS))
        fields, kinds = RECORDS[self.record].model_fields, self.kinds
        if unknown := [name for name in self.map if name not in kinds]:
            raise wrong("no_field", record=self.record, names=", ".join(unknown), known=", ".join(fields))
        if self.figures and (twice := [name for name in MADE if name in self.map]):
            raise wrong("columns_of_figures", names=", ".join(twice))
        if odd := [name for name, field in self.map.items() if field.stated and not isinstance(kinds[name], PeriodRef)]:
            raise wrong("only_periods_stated", names=", ".join(odd))
        needed = [
            name for name, field in fields.items() if field.is_required() or is_number_needed(kinds[name], self.map)
        ]
        if missing := [name for name in needed if name not in self.fields]:
            raise wrong("needs_header", record=self.record, names=", ".join(missing))
        if loose := [name for name in self.key if name not in self.fields]:
            raise wrong("key_not_mapped", names=", ".join(loose))
        lost = [name for name in self.key if not kinds[name].in_snapshot and not isinstance(kinds[name], Identity)]
        if self.cursor.kind != "snapshot" and lost:
            raise wrong("key_not_kept", names=", ".join(lost), cursor=self.cursor.kind)
        if self.cursor.kind != "snapshot" and not self.key:
            raise wrong("key_needed", cursor=self.cursor.kind)
        if self.source.files == "newest" and (self.record == FIGURE or self.cursor.kind != "snapshot"):
            raise wrong("no_versions", record=self.record)
        private = {
            plain(header) for name, field in self.map.items() if not kinds[name].in_snapshot for header in field.headers
        }
        if self.cursor.field and plain(self.cursor.field) in private:
            raise wrong("cursor_private", name=self.cursor.field)
        return self

    @property
    def kinds(self) -> dict[str, FieldKind]:
        """The kind of each field of the record, and of each column of figures."""
        return kinds_with(self.record, self.map)

    @property
    def figures(self) -> tuple[str, ...]:
        """The columns of figures."""
        return tuple(name for name in self.map if is_column(self.record, name))

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that its records have, in order."""
        return fields_of(self.record, self.map)

    def headers_of(self, name: str) -> tuple[str, ...]:
        """The headers of the columns in which a field may stand."""
        columns = self.figures if self.figures and name in MADE else (name,) if name in self.map else ()
        return tuple(header for column in columns for header in self.map[column].headers)

    @property
    def has_kept_key(self) -> bool:
        """Whether a record has what tells it from others: a key of fields of which a snapshot keeps something."""
        kinds = self.kinds
        return bool(self.key) and all(kinds[name].in_snapshot or isinstance(kinds[name], Identity) for name in self.key)

    @property
    def identities(self) -> frozenset[str]:
        """The mapped fields that hold identity numbers."""
        return self._of_kind(Identity)

    @property
    def coded(self) -> frozenset[str]:
        """The mapped fields that hold a code, or several."""
        return self._of_kind(Code) | self.lists

    @property
    def lists(self) -> frozenset[str]:
        """The mapped fields that hold several codes."""
        return self._of_kind(Codes)

    @property
    def numbers(self) -> frozenset[str]:
        """The mapped fields that hold numbers."""
        return self._of_kind(Count) | self._of_kind(Number)

    @property
    def units(self) -> frozenset[str]:
        """The mapped fields that name units."""
        return self._of_kind(UnitRef)

    def _of_kind(self, kind: type) -> frozenset[str]:
        kinds = self.kinds
        return frozenset(name for name in self.map if isinstance(kinds[name], kind))
