"""Progress of long work, drawn by rich on standard error and cleared in the end."""

from rich.console import Console
from rich.progress import Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


class DoneOfKnown(ProgressColumn):
    """How much of how much is done; of how much is left out where that is not known."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.completed:,.0f}" + (f" / {task.total:,.0f}" if task.total else ""))


class ShownProgress:
    """The phase that was shown last, on one line."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._phase = ""

    def show(self, phase: str, done: int, known: int) -> None:
        """Show how far a phase is; another phase takes the place of the one before."""
        if self._progress is None:
            columns = (TextColumn("{task.description}:"), DoneOfKnown(), TimeRemainingColumn(compact=True))
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._progress.start()
        if phase != self._phase:
            for task in self._progress.task_ids:
                self._progress.remove_task(task)
            self._progress.add_task(phase, total=None)
            self._phase = phase
        self._progress.update(self._progress.task_ids[-1], completed=done, total=known or None, refresh=True)

    def end(self) -> None:
        """Clear the line."""
        if self._progress is not None:
            self._progress.stop()
            self._progress, self._phase = None, ""


SHOWN = ShownProgress()
