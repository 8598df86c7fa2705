"""Writes the JSON Schemas of a checkout anew, after a model has changed: python -m tiersync.cli.schemas."""

from typing import get_args

from pydantic import BaseModel

from tiersync.config.json_schemas import schema_files, write_files
from tiersync.config.packaged import schemas_dir
from tiersync.link.dialogue.messages import Said
from tiersync.model.envelope import Body, Head
from tiersync.model.records.record import RECORDS


def members(union: object) -> tuple[type[BaseModel], ...]:
    """The models of an annotated union."""
    return get_args(get_args(union)[0])


def files() -> dict[str, str]:
    """Path and text of every schema: of what a row may hold, and of all that crosses a link."""
    return schema_files({"records": RECORDS.values(), "messages": (Head, *members(Body), *members(Said))})


if __name__ == "__main__":
    write_files(schemas_dir(), files())
