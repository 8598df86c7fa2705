"""Two hundred files that are wrong in every way that was thought of: each is read, or refused in a sentence."""

from collections import Counter
from pathlib import Path

import pytest

from tests.plugins.nasty_books import KINDS, OLE, nasty_files
from tiersync.errors import BadSource
from tiersync.plugins.drafting.samples.sample import read_sample
from tiersync.plugins.kinds.books.compound import Compound, Endless

SEED, FILES = 20130607, 200


def outcome(path: Path) -> str:
    """What reading a file comes to: 'read', 'refused', or what went wrong; a panic in Rust is no Exception."""
    try:
        read_sample(path)
    except BadSource as error:
        return "refused" if path.name in error.say("zh") else f"{path.name}: not named: {error.say('zh')}"
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        return f"{path.name}: {type(error).__name__}: {error}"
    return "read"


def test_two_hundred_nasty_files_are_read_or_refused_and_nothing_else(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    outcomes: Counter[str] = Counter()
    for name, content in nasty_files(SEED, FILES):
        (tmp_path / name).write_bytes(content)
        outcomes[outcome(tmp_path / name)] += 1
    assert outcomes.keys() == {"read", "refused"}, outcomes
    assert min(outcomes.values()) >= FILES // 10
    assert capfd.readouterr() == ("", "")


def test_a_seed_makes_the_same_files_again() -> None:
    assert [*nasty_files(1, len(KINDS))][-6:] == [*nasty_files(1, len(KINDS))][-6:]


@pytest.mark.parametrize("at", [44, 64, 72])
def test_a_compound_file_that_speaks_of_more_than_it_holds_is_refused_at_once(at: int) -> None:
    content = bytearray(compound_file())
    assert Compound(bytes(content)).streams == {}
    content[at : at + 4] = b"\xff\xff\xff\x7f"
    with pytest.raises(Endless):
        Compound(bytes(content))


@pytest.mark.parametrize("at", [48, 60, 68, 76])
def test_a_compound_file_that_begins_far_behind_its_end_is_refused_at_once(at: int) -> None:
    content = bytearray(compound_file())
    content[at : at + 4] = b"\xff\xff\xff\x7f"
    with pytest.raises(Endless):
        Compound(bytes(content))


def test_a_compound_file_whose_sectors_go_round_in_a_circle_is_refused(tmp_path: Path) -> None:
    content = bytearray(compound_file())
    content[516:520] = b"\x01\x00\x00\x00"  # The directory is followed by itself.
    with pytest.raises(Endless):
        Compound(bytes(content))
    (tmp_path / "a.xls").write_bytes(content)
    assert outcome(tmp_path / "a.xls") == "refused"


def compound_file() -> bytes:
    """A compound file of two sectors, the table of sectors and an empty directory."""
    header = bytearray(512)
    header[:8], header[24:32] = OLE, b"\x3e\x00\x03\x00\xfe\xff\x09\x00"
    for at, number in ((44, 1), (48, 1), (60, 0xFFFFFFFE), (68, 0xFFFFFFFE)):
        header[at : at + 4] = number.to_bytes(4, "little")
    header[76:512] = bytes(4) + b"\xff" * 432
    return bytes(header) + b"\xfd\xff\xff\xff\xfe\xff\xff\xff" + b"\xff" * 504 + bytes(512)
