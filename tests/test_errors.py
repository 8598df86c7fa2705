"""Every error speaks both languages about the same things."""

import re

import pytest

from tiersync import errors

CLASSES = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]
FAMILIES = {errors.TiersyncError, errors.YourInput, errors.ThisNode, errors.NotOurFault, errors.Refused}


def fields_of(text: str) -> set[str]:
    """The fields a message names; `why_en` and `why_zh` are one field in two languages."""
    return {re.sub("_(en|zh)$", "", name) for name in re.findall(r"\{([^}]*)\}", text)}


@pytest.mark.parametrize("error", CLASSES)
def test_an_error_names_the_same_fields_in_both_languages(error: type[errors.TiersyncError]) -> None:
    assert "zh" in vars(error)
    assert re.search(r"[\u4e00-\u9fff]", error.zh)
    assert fields_of(error.zh) == fields_of(error.__doc__ or "")


@pytest.mark.parametrize("error", CLASSES)
def test_an_error_fills_in_every_field_it_names(error: type[errors.TiersyncError]) -> None:
    names = re.findall(r"\{([^}]*)\}", f"{error.__doc__} {error.zh}")
    said = error(**dict.fromkeys(names, "X"))
    assert all(name.isidentifier() for name in names)
    assert "{" not in said.say("en") + said.say("zh")


@pytest.mark.parametrize("error", CLASSES)
def test_an_error_says_whose_turn_it_is(error: type[errors.TiersyncError]) -> None:
    assert error.exit_code in range(1, 10)
    assert error in FAMILIES or error.__bases__[0] in FAMILIES
