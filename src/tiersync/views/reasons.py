"""Why a row or an envelope was refused, in words, Chinese and English."""

from tiersync.link.refusals import REFUSALS
from tiersync.model.text import Text
from tiersync.plugins.hooks import offered
from tiersync.rules.rows.reasons import BESIDE_OTHERS, FLAGGED, REASONS
from tiersync.views.words import word


def row_reason(code: str) -> Text:
    """Why a row was refused, or what is odd about one that was kept."""
    reason = (REASONS | FLAGGED | BESIDE_OTHERS).get(code)
    return Text(reason.zh, reason.en) if reason else _of_package(code)


def _of_package(code: str) -> Text:
    """The reason that a plugin package gives; one that is not there any more leaves the code."""
    checks = [offer.value for offer in offered("tiersync_row_checks") if offer.value.name == code]
    return Text(checks[0].zh, checks[0].en) if checks else word(code)


def refusal(code: str) -> Text:
    """Why an envelope or a message was refused."""
    return REFUSALS.get(code) or word(code)
