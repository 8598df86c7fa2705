"""What fixtures of figures need beside rows: a title that states the period, and a record for each column."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tiersync.model.records.figure_column import MADE, column_of, is_column
from tiersync.plugins.drafting.draft import PluginDraft
from tiersync.plugins.drafting.inference.infer import Proposal
from tiersync.plugins.drafting.samples.sample_period import StatedPeriod
from tiersync.plugins.values.approximate import number_in, times_of


class FixtureCell(NamedTuple):
    """What stands in a fixture's cell, and what it must become."""

    written: str
    becomes: str | None


def number_cell(proposal: Proposal, written: str) -> FixtureCell:
    """A made-up number, in the measure of its column."""
    times = proposal.reading.get("times", times_of(proposal.header))
    return FixtureCell(written, number_in(written, times if isinstance(times, int) else 1))


def titles_of(draft: PluginDraft) -> list[str]:
    """As many titles as the sample has above its headers, and one that states the period where a file does."""
    stated = next((value for value in draft.constants.values() if isinstance(value, StatedPeriod)), "")
    titles = [draft.name] * len(draft.found.titles)
    return [f"{draft.name} {stated}", *titles[1:]] if stated else titles


def records_of(record: str, row: Mapping[str, FixtureCell]) -> Iterator[Mapping[str, FixtureCell]]:
    """The records that a row becomes: itself, or one for each column of figures."""
    columns = [name for name in row if is_column(record, name)]
    for name in columns:
        said = (*column_of(name), row[name].becomes)
        yield {**row, **{field: FixtureCell("", value) for field, value in zip(MADE, said, strict=True)}}
    if not columns:
        yield row
