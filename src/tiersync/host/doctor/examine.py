"""All examinations of a node, in their order; what one cannot look at is named, and keeps no other from looking."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from tiersync.errors import NotOurFault, TiersyncError
from tiersync.host.doctor import line, machine, node
from tiersync.host.doctor.patient import Found, Patient
from tiersync.model.text import Text
from tiersync.views.running.examined import Examination

Looks = Mapping[str, tuple[Text, Callable[[Patient], Found]]]
ALONE: Looks = machine.LOOKS | node.LOOKS
OF_OPEN: Looks = machine.LOOKS_OF_OPEN | line.LOOKS_OF_OPEN | node.LOOKS_OF_OPEN
THEIRS, OURS = Text("由上级处理", "the unit above's turn"), Text("在本机处理", "to be mended here")


def examine(folder: Path, now: datetime, asks: bool = True) -> Iterator[Examination]:
    """Look at everything; at nothing else where the settings cannot be read, and at nothing in a database that cannot
    be opened. With `asks` the line to the unit above is tried."""
    patient = Patient(folder, now, asks)
    for what, (name, look) in ALONE.items():
        found = _look(patient, what, name, look)
        yield found
        if what == "settings" and found.level == "wrong":
            return
    if patient.node is None:
        return
    for what, (name, look) in OF_OPEN.items():
        yield _look(patient, what, name, look)
    patient.node.store.close()


def _look(patient: Patient, what: str, name: Text, look: Callable[[Patient], Found]) -> Examination:
    try:
        level, said, todo = look(patient)
    except TiersyncError as error:
        level, said = "wrong", Text(error.say("zh"), error.say("en"))
        todo = THEIRS if isinstance(error, NotOurFault) else OURS
    except OSError as error:
        said = Text(f"无法查看：{type(error).__name__}", f"it cannot be looked at: {type(error).__name__}")
        level, todo = "wrong", Text("检查权限", "look at its permissions")
    return Examination(what, name, level, said, todo)
