"""Columns that nobody takes and that speak of people who died or left: what is asked, and how they are read."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tiersync.model.lexicon import Lexicon
from tiersync.model.records.field import DOUBTFUL
from tiersync.model.records.kinds import Code
from tiersync.model.records.record import RECORDS
from tiersync.model.spoken import DEPARTED
from tiersync.plugins.drafting.inference.infer import SURE, Column, Inferred, Proposal, Question
from tiersync.plugins.drafting.inference.naming import Strength
from tiersync.plugins.values.gone import words_seen
from tiersync.plugins.values.remarks import Remarks
from tiersync.plugins.values.ticks import says_yes

MOST_WORDS, SHORTEST = 6, 2
DOUBLED = {"senior": "4", "association": "merged"}  # A row that says so is told by its key.


def with_remarks(inferred: Inferred, record: str, columns: Sequence[Column], lexicon: Lexicon) -> Inferred:
    """The inference with a question about columns that speak of what became of people and are taken for nothing."""
    if record not in DEPARTED:
        return inferred
    left = [column for column in columns if column.header in inferred.left]
    speaking = tuple(_claim(record, column, lexicon) for column in left if spoken_in(column))
    field = DEPARTED[record][0]
    rest = [question for question in inferred.questions if question.field != field]
    return inferred._replace(questions=(*rest, Question(field, "speaks", speaking))) if speaking else inferred


def spoken_in(column: Column) -> list[str]:
    """The words in a column that say so, each with how often: 去世 2. Of one that asks it: how often it says yes."""
    asked = words_seen((column.header,))
    if asked and (yes := sum(bool(says_yes(cell, column.header)) for cell in column.filled)):
        return [f"{column.header} {yes}"]
    return [f"{word} {count}" for word, count in words_seen(column.filled).most_common(MOST_WORDS)]


def remarks_of(record: str, proposal: Proposal, lexicon: Lexicon) -> Proposal:
    """The same column read as remarks, where its cells are not simply the words of the field."""
    if record not in DEPARTED or proposal.field != DEPARTED[record][0] or proposal.fits >= SURE:
        return proposal
    reading = {"parse": "remark", "values": dict(_words(record, lexicon))}
    return proposal._replace(fits=1.0, reading=reading, strange=())


def day_beside(record: str, taken: Mapping[str, Proposal]) -> Iterator[Proposal]:
    """The date of what remarks tell stands in them, too, where no column has it."""
    status, dated, _ = DEPARTED.get(record, ("", "", ""))
    told = taken.get(status)
    if told and told.reading.get("parse") == "remark" and dated not in taken:
        yield told._replace(field=dated, reading={"parse": "remark"}, samples=())


def states_of(record: str, taken: Sequence[Proposal], columns: Sequence[Column]) -> Counter[str]:
    """How many people of a sample are in each state by the columns taken, "" for those of whom nobody knows; nothing
    where no column says it."""
    status, _, active = DEPARTED.get(record, ("", "", ""))
    told = next((proposal for proposal in taken if proposal.field == status), None)
    ours = {column.header: column.cells for column in columns if told and column.header in told.headers}
    if told is None or not ours:
        return Counter()
    values, ticks = told.reading.get("values"), told.reading.get("ticks")
    words = {str(word): str(code) for word, code in values.items()} if isinstance(values, dict) else {}
    otherwise = "" if words and active in words.values() and told.reading.get("parse") != "remark" else active
    if isinstance(ticks, dict):
        yes = [[str(code) if cell and says_yes(cell, header) else "" for cell in ours[header]]
               for header, code in ticks.items() if header in ours]  # fmt: skip
        return Counter(next(filter(None, row), otherwise) for row in zip(*yes, strict=True))
    remarks = Remarks(words, active)
    read = remarks.code_of if told.reading.get("parse") == "remark" else lambda cell: words.get(cell, cell)
    (cells,) = ours.values()
    said = (read(cell.strip()) if cell and cell.strip() else otherwise for cell in cells)
    return Counter((code or "").removeprefix(DOUBTFUL) for code in said)


def _claim(record: str, column: Column, lexicon: Lexicon) -> Proposal:
    field = DEPARTED[record][0]
    return Proposal(field, column.header, Strength.WEAK, 0.0, {}, tuple(spoken_in(column)), ())


def _words(record: str, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """The words for everything that takes somebody off the roll, but for being on it twice."""
    field, _, active = DEPARTED[record]
    kind = RECORDS[record].kinds()[field]
    words = lexicon.words.get(kind.codes, {}) if isinstance(kind, Code) else {}
    stay = (active, DOUBLED.get(record, ""))
    told = sorted((code, word) for word, code in words.items() if code not in stay and len(word) >= SHORTEST)
    yield from ((word, code) for code, word in told if not word.isascii())
