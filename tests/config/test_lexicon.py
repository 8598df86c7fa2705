"""The lexicon names only what there is, and no word of it means two things."""

import pytest

from tiersync.config.lexicon import packaged_lexicon
from tiersync.config.packaged import packaged_catalogue
from tiersync.model.lexicon import Lexicon
from tiersync.model.records.record import RECORDS


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return packaged_lexicon()


def test_every_header_is_a_field_of_its_record(lexicon: Lexicon) -> None:
    assert lexicon.headers.keys() == RECORDS.keys()
    for record, headers in lexicon.headers.items():
        assert set(headers.values()) == set(RECORDS[record].model_fields)


def test_every_word_is_a_code_of_its_list(lexicon: Lexicon) -> None:
    codes = packaged_catalogue().code_sets
    for name, words in lexicon.words.items():
        assert set(words.values()) <= codes[name], name


@pytest.mark.parametrize("foreign", ["联系人电话", "监护人", "户主姓名", "年龄", "备注", "银行卡号"])
def test_what_belongs_to_others_is_no_header(lexicon: Lexicon, foreign: str) -> None:
    assert all(foreign not in headers for headers in lexicon.headers.values())


def test_men_and_women_are_told_apart(lexicon: Lexicon) -> None:
    assert {word: lexicon.words["SEX"][word] for word in ("男", "女", "男性", "女性", "1", "2")} == {
        "男": "1", "女": "2", "男性": "1", "女性": "2", "1": "1", "2": "2",
    }  # fmt: skip
