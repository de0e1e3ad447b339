"""Work that threads share: a compiled function on all of them, and the counter from which each takes its next part.

A loop of numba's own (`prange`) does the same. It takes several times as long to compile where many columns are
passed, and deals out equal parts beforehand, so that all wait for the thread that a neighbour slows down.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from llvmlite import ir
from numba import get_num_threads, types
from numba.extending import intrinsic, overload


def take(counter: Any) -> int:
    """The number of a counter (int64 array of one), which goes up by one, whichever thread asks."""
    raise NotImplementedError("in compiled code only")


@overload(take, strict=False)  # annotations of arguments
def _take(_: Any) -> Any:
    return lambda counter: _add_one(counter)  # type: ignore[call-arg]  # numba gives it the context


@intrinsic
def _add_one(_: Any, counter: Any) -> Any:
    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.atomic_rmw("add", place, ir.Constant(ir.IntType(64), 1), "monotonic")

    return types.int64(counter), emit


@cache
def _others() -> ThreadPoolExecutor:
    """Threads that wait for work: to begin one takes longer than many a share of it."""
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="huitian")


os.register_at_fork(after_in_child=_others.cache_clear)  # threads stay with the parent


def on_threads(kernel: Callable[..., object], *work: Any) -> None:
    """Call a compiled function that holds no lock (`nogil`) with the same `work`, on all threads that numba may use.

    The caller takes part, and does not wait for a thread that has not begun when no part is left.
    """
    asked = [_others().submit(kernel, *work) for _ in range(get_num_threads() - 1)]
    kernel(*work)
    for other in asked:
        if not other.cancel():
            other.result()
