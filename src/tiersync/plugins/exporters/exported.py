"""What an exporter is given: the figures of one report as readers outside the reporting chain may see them."""

from tiersync.model.canonical import Value


class Fact(Value):
    """Something that is said at the head: for programs a name and a value, for people a label and a text."""

    name: str
    value: str
    label: str
    text: str


class ExportedFigure(Value):
    """One figure. `words` are what people read, in the order of the headings; the rest is for programs.

    `numbers` holds decimals: `value`, and of a ratio also `numerator` and `denominator`; where `rounded` is true, of
    counts to the nearest 5. What has none is None there, and its status says why: `missing`, `masked` …
    """

    indicator: str
    breakdown: str
    numbers: dict[str, str | None]
    status: str
    rounded: bool = False
    present: int
    expected: int
    words: tuple[str, ...]


class Exported(Value):
    """One report, ready to be written: facts and headings in the language of whoever exports, and a line a figure."""

    facts: tuple[Fact, ...]
    headings: tuple[str, ...]
    lines: tuple[ExportedFigure, ...]
