"""Writes the JSON Schemas of a checkout anew, after a model has changed: python -m tools.schemas."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from tiersync.config.packaged import schemas_dir
from tiersync.link.dialogue.messages import Said
from tiersync.model.envelope import Body, Head
from tiersync.model.records.record import RECORDS

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def members(union: object) -> tuple[type[BaseModel], ...]:
    """The models of an annotated union."""
    return get_args(get_args(union)[0])


def files() -> dict[str, str]:
    """Path and text of every schema: of what a row may hold, and of all that crosses a link."""
    return schema_files({"records": RECORDS.values(), "messages": (Head, *members(Body), *members(Said))})


def spell_schema(model: type[BaseModel]) -> str:
    """The JSON Schema of one model, as a file's text."""
    schema = {"$schema": DRAFT, **model.model_json_schema(mode="validation")}
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def schema_files(groups: Mapping[str, Iterable[type[BaseModel]]]) -> dict[str, str]:
    """Path below `schemas/` and text of every schema; each group of models has its folder."""
    return {
        f"{folder}/{model.__name__.lower()}.json": spell_schema(model)
        for folder, models in groups.items()
        for model in models
    }


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write `files` (path and text) below `folder`."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_files(schemas_dir(), files())
