"""What a field of a record is: its Chinese label, its kind, whether it is needed, and how private it is.

A kind reads one text and says by a reason code why it cannot; `rules.check` judges whole columns by the same kinds.
Texts are as the mapping left them: normalised, stripped, and None where the source has nothing.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from dataclasses import field as dataclass_field
from datetime import date
from typing import Any, Literal, Self, cast

from pydantic import ValidationInfo, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from tiersync.errors import BadCatalogue
from tiersync.model.canonical import Value

Need = Literal["R", "C", "O"]  # needed, needed when it applies, optional
Privacy = Literal["P0", "P1", "P2", "P3"]  # open, pseudonymous, identifying, sensitive


CELL_ERRORS = frozenset(
    (
        *("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"),
        *("#FIELD!", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!", "#BUSY!"),
    )
)  # What a spreadsheet shows where a formula failed.

DOUBTFUL = "=doubtful:"  # Before the code of a row whose remark nobody understands; alone, of a day that cannot be.
UNMEASURED = "=measure:"  # Before a number of which nobody knows whether it is one of ones or of ten thousands.


@dataclass(frozen=True)
class CheckContext:
    """What rows are checked against: code lists, today, the units of the catalogue, and the plugin's own among them.

    `needed` are the fields, by record, for which a row is refused; of a record that is not among them, all are.
    """

    codes: Mapping[str, frozenset[str]]
    today: date
    units: frozenset[str]
    allowed: frozenset[str]
    needed: Mapping[str, frozenset[str]] = dataclass_field(default_factory=dict)

    def needs(self, record: str, name: str) -> bool:
        """Whether a row is refused for this field; what cannot be read of any other is left unknown."""
        return record not in self.needed or name in self.needed[record]

    def list_of(self, name: str) -> frozenset[str]:
        """The codes of one list; a catalogue without it cannot check anything."""
        if name not in self.codes:
            raise BadCatalogue(place=f"codes/{name}", why_en="this code list is missing", why_zh="缺少该代码表")
        return self.codes[name]


class NotThisField(Exception):
    """A text cannot be this field; the argument is the reason code."""


@dataclass(frozen=True)
class FieldKind:
    """What every field says of itself. `kept`: a sensitive value that an indicator needs, so a snapshot keeps it."""

    zh: str
    need: Need
    privacy: Privacy
    _: KW_ONLY
    kept: bool = False

    def read(self, text: str, given: Mapping[str, Any], context: CheckContext) -> object:
        """The value that `text` stands for; `given` are the fields read before it. Raises `Refusal`."""
        return text

    def accept_blank(self, given: Mapping[str, Any]) -> object:
        """What stands where the source has nothing. Raises `Refusal`."""
        if self.need == "R":
            raise NotThisField("missing")
        return None

    def implies(self, value: Any) -> Mapping[str, object]:
        """What a value that was read says of the record's other fields; it counts before their own columns."""
        return {}

    @property
    def in_snapshot(self) -> bool:
        return self.privacy in ("P0", "P1") or self.kept

    def _read_or_refuse(self, value: object, info: ValidationInfo) -> object:
        try:
            if value is None:
                return self.accept_blank(info.data)
            if value in CELL_ERRORS:
                raise NotThisField("cell_error")
            return self.read(str(value), info.data, cast(CheckContext, info.context))
        except NotThisField as refusal:
            raise PydanticCustomError(refusal.args[0], "refused") from None

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._read_or_refuse)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        said = {"type": "string", "title": self.zh, "x-need": self.need, "x-privacy": self.privacy} | self.schema()
        return said if self.need == "R" else said | {"type": [said["type"], "null"]}

    def schema(self) -> dict[str, Any]:
        """What a JSON Schema says of this kind."""
        return {}


class Record(Value):
    """One row of a source, read. A field's default stands where a stream has no such column, never for a blank."""

    @model_validator(mode="after")
    def _take_what_fields_imply(self) -> Self:
        each = (kind.implies(getattr(self, name)) for name, kind in self.kinds().items())
        implied = {of: value for values in each for of, value in values.items()}
        return self.model_copy(update=implied) if implied else self

    @classmethod
    def kinds(cls) -> dict[str, FieldKind]:
        """Each field's name with its kind, in the order in which reasons are given."""
        return {name: field.metadata[0] for name, field in cls.model_fields.items()}
