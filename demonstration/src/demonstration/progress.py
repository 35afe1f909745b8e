"""The progress bar of a seeding."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def progress_of(requests: int) -> Iterator[Callable[[], None]]:
    """Show a bar while the context lasts, and give the function that moves it on by one request."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns) as progress:
        task = progress.add_task("Posting a simulated school", total=requests)
        yield lambda: progress.advance(task)
