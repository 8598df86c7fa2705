"""A sample of a file, read in a worker process: what is wrong with the file cannot reach whoever asks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tiersync.errors import BadSource
from tiersync.plugins.drafting.samples.sample import Sample, sample_of
from tiersync.plugins.folder.bounds import WorkerLimits
from tiersync.plugins.kinds.file_faults import breaks_its_reader, takes_too_long
from tiersync.plugins.kinds.files import shown_name
from tiersync.plugins.worker.pipe import Failure, Frame, Look, spelled_path
from tiersync.plugins.worker.process import Flooded, Gone, Process, Silent


def read_sample_apart(path: Path, bounds: WorkerLimits) -> Sample:
    """The first rows of every table in the file at `path`. Raises BadSource for one that cannot be read."""
    with sample_apart(path, bounds) as heard:
        return heard()


@contextmanager
def sample_apart(path: Path, bounds: WorkerLimits) -> Iterator[Callable[[], Sample]]:
    """The same, read while somebody does something else until they ask for it."""
    name, process = shown_name(path.name), Process((), bounds.frame, bounds.log)
    try:
        process.ask(Look(path=spelled_path(path.absolute()), memory=bounds.memory))
        yield lambda: _sample(_hear(process, name, bounds), path, name)
    finally:
        process.end()


def _sample(frame: Frame, path: Path, name: str) -> Sample:
    if frame.kind == b"S":
        return sample_of(path, frame.body)
    failure = Failure.model_validate_json(frame.body)
    if failure.error == BadSource.__name__:
        raise BadSource(**failure.fields)
    raise breaks_its_reader(name)


def _hear(process: Process, name: str, bounds: WorkerLimits) -> Frame:
    seconds = min(bounds.silence, bounds.overall)
    try:
        return process.hear(seconds)
    except Silent:
        raise takes_too_long(name, seconds) from None
    except (Gone, Flooded):
        raise breaks_its_reader(name) from None
