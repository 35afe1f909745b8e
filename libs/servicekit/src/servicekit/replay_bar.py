"""Shows how far a rebuild has come: the events of every school, counted as they are replayed."""

from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager

from eventlog import SchoolId, Watch
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TaskID, TextColumn


class ReplayBar:
    """A bar over the events of all schools, those that an interrupted rebuild replayed included."""

    def __init__(
        self, progress: Progress, task: TaskID, goals: Mapping[SchoolId, int], done: Set[SchoolId]
    ) -> None:
        self._progress = progress
        self._task = task
        self._goals = dict(goals)
        self._reached = {school: goals[school] for school in goals.keys() & done}
        self._show(sum(self._reached.values()), sum(goals.values()))

    def watch(self, school: SchoolId) -> Watch:
        """Make what is told how far one school has come.

        One that is followed live meanwhile has more to replay than was known at first.
        """

        def tell(reached: int, goal: int) -> None:
            further = reached - self._reached.get(school, 0)
            more = goal - self._goals[school]
            self._reached[school], self._goals[school] = reached, goal
            self._show(self._completed + further, self._total + more)

        return tell

    def _show(self, completed: int, total: int) -> None:
        self._completed, self._total = completed, total
        self._progress.update(self._task, completed=completed, total=total)


@contextmanager
def replay_bar(
    console: Console, title: str, goals: Mapping[SchoolId, int], done: Set[SchoolId]
) -> Iterator[ReplayBar]:
    """Show a bar while the block lasts.

    Args:
        goals: the schools, and the position each one's replay goes up to as far as is known.
        done: those that needn't be replayed any more.
    """
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TextColumn("events"))
    with Progress(*columns, console=console) as progress:
        yield ReplayBar(progress, progress.add_task(title), goals, done)
