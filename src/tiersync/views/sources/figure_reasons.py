"""Why a figure was refused: which name of an indicator may be meant, and what of a figure no form asks for."""

from difflib import SequenceMatcher
from functools import cached_property

from tiersync.model.catalogue import Catalogue
from tiersync.model.indicator_names import name_key
from tiersync.model.text import Text, join
from tiersync.views.reasons import row_reason

UNKNOWN_CODE, NO_SUCH_CELL = "unknown_code", "no_such_cell"
NEAREST, LIKE = 3, 0.4  # A name less like a text than this is no help to anybody.
NOT_ASKED = {
    "indicator": Text("没有报表要填报这个指标（比率请填分子、分母）",
                  "no form asks for this indicator (a ratio is declared as its two numbers)"),
    "unit": Text("报表不要求这一层级的单位填报该指标；如本行是下级的合计，请不要列入",
             "no form asks a unit of this tier for this indicator; if the row adds up those below it, leave it out"),
    "period": Text("没有报表按这种统计期填报该指标，请核对是年、季还是月",
               "no form asks for this indicator for a period like this; look at year, quarter and month"),
    "dims": Text("该指标没有这样的分组", "the indicator has no such breakdown"),
    "value_role": Text("没有报表要填报这种性质的数", "no form asks for a figure of this nature"),
}  # fmt: skip


class FigureReasons:
    """The reasons of refused figures, by a catalogue's names of indicators."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def why(self, reason: str, field: str, written: str) -> Text:
        """A figure's reason; of an indicator that is not known by the name that is `written`, which it may be."""
        if reason == NO_SUCH_CELL:
            return NOT_ASKED.get(field) or row_reason(reason)
        like = join((Text(f"{zh}（{code}）", f"{en} ({code})") for code, zh, en in self._nearest(written)), "、", ", ")
        if not any(like):
            return Text(f"找不到指标“{written}”，请核对名称", f"there is no indicator “{written}”; look at its name")
        return Text(f"找不到指标“{written}”，是否：{like.zh}？", f"there is no indicator “{written}”; is it {like.en}?")

    @cached_property
    def _names(self) -> list[tuple[str, str, str, str]]:
        declared = (one for one in self._catalogue.indicators if one.measure != "ratio")
        return [(name_key(name), one.code, one.zh, one.en) for one in declared for name in (one.zh, one.en)]

    def _nearest(self, written: str) -> list[tuple[str, str, str]]:
        """The indicators whose names are most like a text."""
        key = name_key(written)
        ranked = sorted(
            (1 - SequenceMatcher(None, key, name).ratio(), code, zh, en) for name, code, zh, en in self._names
        )
        near = [(code, zh, en) for unlike, code, zh, en in ranked if 1 - unlike >= LIKE]
        return list(dict.fromkeys(near))[:NEAREST]
