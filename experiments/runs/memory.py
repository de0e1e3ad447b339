"""How much memory runs take, and how much there is: told before the work, so that the system need not end it."""

from collections.abc import Iterator
from pathlib import Path

import psutil

from simulation.yaml_source import SourceError

GB = 1e9
_PROCESS = 0.6e9  # bytes of a process that makes a run, whatever the scale; see docs/performance.md
_RESIDENT = 600.0  # bytes of a resident while people are made and burnt in
_PLAYED = 300.0  # bytes of a resident in a model that has been made
_GROUPS = Path("/sys/fs/cgroup")
_LIMITS = (("memory.max", "memory.current", "inactive_file"),
           ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"))  # fmt: skip


def of_a_run(residents: float) -> float:
    """Bytes that the process of a run takes at most, by its simulated residents."""
    return _PROCESS + _RESIDENT * residents


def of_a_page(residents: float, visitors: int) -> float:
    """Bytes that the page takes at most when so many visitors are there: each has a model and that of the baseline."""
    return _PROCESS + 2 * visitors * _PLAYED * residents


def there_is(memory: float | None = None) -> float:
    """Bytes that processes may take in all: `memory` GB, or what the machine, or the container, has."""
    return memory * GB if memory is not None else min([float(psutil.virtual_memory().total), *dict(_containers())])


def free(memory: float | None = None) -> float:
    """Bytes that are free for runs: `memory` GB, or what the machine, or the container, has left."""
    if memory is not None:
        return memory * GB
    left = [limit - used for limit, used in _containers()]
    return min([float(psutil.virtual_memory().available), *left])


def _containers(groups: Path = _GROUPS) -> Iterator[tuple[float, float]]:
    """Limit and use, in bytes, of each control group that this process is in and that has a limit (Linux)."""
    try:
        lines = Path("/proc/self/cgroup").read_text("utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, kind, path = line.split(":", 2)
        if kind not in ("", "memory"):
            continue
        own = groups / kind / path.strip("/")
        for folder in (own, *(parent for parent in own.parents if parent.is_relative_to(groups / kind))):
            for limit, use, cached in _LIMITS:
                try:
                    most, used = ((folder / name).read_text("utf-8").strip() for name in (limit, use))
                    stat = dict(row.split() for row in (folder / "memory.stat").read_text("utf-8").splitlines())
                    yield float(most), float(used) - float(stat.get(cached, 0))
                except (OSError, ValueError):  # none there, or `max`
                    continue


def workers_that_fit(residents: float, most: int, memory: float | None = None) -> int:
    """As many workers as memory can hold, at least one and up to `most`."""
    return max(1, min(most, int(free(memory) // of_a_run(residents))))


def check(residents: float, workers: int | None = None, memory: float | None = None) -> None:
    """Refuse work that cannot fit, before it begins.

    Parameters
    ----------
    residents : float
        Simulated residents of the largest run.
    workers : int, optional
        Runs at a time that are asked for; without it as many as fit, at least one.
    memory : float, optional
        GB that may be taken; without it all that there is.

    Raises
    ------
    SourceError
        One line with the estimate and what to do.
    """
    count, most = workers or 1, there_is(memory)
    need = count * of_a_run(residents)
    if need <= most:
        return
    what = f"a run of {residents:,.0f} residents takes" if count == 1 else f"{count} runs of {residents:,.0f} take"
    limit = f"--memory {memory:g} allows" if memory is not None else "there are"
    fewer = "fewer --workers, or " if count > 1 else ""
    raise SourceError(
        f"not enough memory: {what} up to {need / GB:.1f} GB and {limit} {most / GB:.1f} GB; "
        f"give {fewer}a smaller --scale"
    )


def oom_kills() -> int:
    """Processes that the system has ended so far because memory was full; 0 where it does not say (Linux says)."""
    try:
        lines = Path("/proc/vmstat").read_text("utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)
