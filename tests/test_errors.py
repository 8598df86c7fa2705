"""Every error speaks both languages about the same things."""

import errno
import os
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


@pytest.mark.parametrize("name", ["ENOENT", "EACCES", "ENOSPC", "EISDIR", "ENOTDIR", "EROFS", "EEXIST"])
def test_what_the_machine_refuses_is_said_in_one_language_at_a_time(name: str) -> None:
    number = getattr(errno, name)
    refused = errors.MachineRefused(path="x", **errors.why_not(OSError(number, os.strerror(number))))
    assert os.strerror(number) in refused.say("en")
    assert not re.search("[A-Za-z]{2}", refused.say("zh"))


def test_a_refusal_that_has_no_words_here_stays_in_those_of_the_system() -> None:
    assert errors.why_not(OSError(errno.ELOOP, "loop"))["why_zh"] == "loop"
    assert errors.why_not(ValueError("odd")) == {"why_en": "odd", "why_zh": "odd"}
