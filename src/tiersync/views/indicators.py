"""What a catalogue counts."""

from collections.abc import Iterable

from tiersync.model.catalogue import Catalogue
from tiersync.model.indicator import Indicator
from tiersync.model.text import Text
from tiersync.views.table import Table, table
from tiersync.views.words import measured_in, word


def indicators_of(catalogue: Catalogue, form: str | None) -> list[Indicator]:
    """The indicators of a catalogue, or those that one of its forms asks for; raises UnknownName."""
    wanted = catalogue.form(form).entries if form else catalogue.by_code
    return [indicator for indicator in catalogue.indicators if indicator.code in wanted]


def indicators_table(indicators: Iterable[Indicator]) -> Table:
    return table(
        Text("指标", "Indicators"),
        Text("代码,名称,计量单位,方式", "code,name,in,measure"),
        ((one.code, Text(one.zh, one.en), measured_in(one.measured_in), word(one.measure)) for one in indicators),
    )
