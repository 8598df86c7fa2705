"""JSON Schemas of our models, for programs that are not ours."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel

DRAFT = "https://json-schema.org/draft/2020-12/schema"


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
