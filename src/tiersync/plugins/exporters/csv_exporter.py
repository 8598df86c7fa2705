"""Exports as CSV, which spreadsheets open with every character right and with no formula that would run."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from tiersync.plugins.exporters.exported import Exported

BEGINS_A_FORMULA = tuple("=+-@＝＋－＠")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def write(exported: Exported, path: Path) -> None:
    """The facts, a line each; then the figures under their headings."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # Excel takes UTF-8 for GBK without its mark.
        rows = csv.writer(file)
        rows.writerows(harmless((fact.label, fact.text)) for fact in exported.facts)
        rows.writerow(())
        rows.writerow(harmless(exported.headings))
        rows.writerows(harmless(line.words) for line in exported.lines)


def harmless(texts: Iterable[str]) -> list[str]:
    """Texts of which a spreadsheet takes none for a formula: one that could be begins with an apostrophe."""
    return [f"'{text}" if _is_formula(text) else text for text in texts]


def _is_formula(text: str) -> bool:
    return text.lstrip().startswith(BEGINS_A_FORMULA) and not NUMBER.fullmatch(text)
