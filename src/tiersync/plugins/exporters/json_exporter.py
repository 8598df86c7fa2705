"""Exports as JSON, for programs: exact decimals as text, and null with a status where there is no number to show."""

import json
from pathlib import Path

from tiersync.plugins.exporters.exported import Exported, ExportedFigure


def write(exported: Exported, path: Path) -> None:
    """One object: what is said of the report, and its figures."""
    whole = {
        "report": {fact.name: fact.value for fact in exported.facts},
        "figures": [as_object(exported, line) for line in exported.lines],
    }
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def as_object(exported: Exported, line: ExportedFigure) -> dict[str, object]:
    """One figure: what programs compare, and beside it what people read."""
    told = line.model_dump(exclude={"numbers", "words"})
    return told | line.numbers | {"words": dict(zip(exported.headings, line.words, strict=True))}
