"""How much memory the programs of a benchmark take."""

import os
from pathlib import Path
from typing import Final

MIB: Final = 1024 * 1024


def servers_mb() -> float:
    """Add up the memory of this process's descendants that run Python: the server's workers."""
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(")")
            pages = stat.with_name("statm").read_text().split()[1]
        except OSError:
            continue  # it has ended since
        pid = int(stat.parent.name)
        parents[pid] = int(rest.split()[1])
        if "(python" in name:
            resident[pid] = int(pages) * os.sysconf("SC_PAGE_SIZE")
    return sum(size for pid, size in resident.items() if _ours(pid, parents)) / MIB


def _ours(pid: int, parents: dict[int, int]) -> bool:
    """Whether a process is a descendant of this one."""
    while pid := parents.get(pid, 0):
        if pid == os.getpid():
            return True
    return False
