"""The JSON Schemas in schemas/ say what the models say."""

from tiersync.config.packaged import schemas_dir
from tiersync.model.envelope import KINDS
from tiersync.model.records.record import RECORDS
from tools.schemas import files


def test_the_schemas_are_those_of_the_models() -> None:
    """When this fails: python -m tools.schemas"""
    for name, text in files().items():
        assert (schemas_dir() / name).read_text(encoding="utf-8") == text, name


def test_no_schema_is_left_of_a_model_that_is_gone() -> None:
    kept = {
        f"{folder}/{path.name}" for folder in ("records", "messages") for path in (schemas_dir() / folder).iterdir()
    }
    assert kept == files().keys()


def test_every_record_type_and_every_kind_of_envelope_has_a_schema() -> None:
    wanted = {f"records/{name}.json" for name in RECORDS} | {f"messages/{kind}.json" for kind in KINDS}
    assert wanted <= files().keys()
