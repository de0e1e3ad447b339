"""Work on all threads: every part once, whoever comes, and nobody waits for a thread that never began."""

import multiprocessing
import threading

import numba
import numpy as np
import pytest
from numba import njit

from simulation import threads
from simulation.threads import on_threads, take

PARTS = 1000


@njit(nogil=True)
def mark(counter, done):
    part = take(counter)
    while part < done.shape[0]:
        done[part] += 1
        part = take(counter)


@pytest.fixture
def two_threads():
    before = numba.get_num_threads()
    if numba.config.NUMBA_NUM_THREADS < 2:
        pytest.skip("one thread only")
    numba.set_num_threads(2)
    yield
    numba.set_num_threads(before)


def marked():
    done = np.zeros(PARTS, np.int64)
    on_threads(mark, np.zeros(1, np.int64), done)
    return done


def test_every_part_is_taken_once(two_threads):
    for _ in range(20):
        assert (marked() == 1).all()


def test_a_thread_that_has_not_begun_is_not_waited_for(two_threads):
    """The others are held up until the caller is back: were they waited for, this would never end."""
    held, pool = threading.Event(), threads._others()
    busy = [pool.submit(held.wait) for _ in range(pool._max_workers)]
    try:
        assert (marked() == 1).all()
    finally:
        held.set()
    assert all(one.result() for one in busy)


def test_what_goes_wrong_on_another_thread_is_told(two_threads):
    here, both = threading.current_thread(), threading.Barrier(2)

    def fail_elsewhere():
        both.wait()
        if threading.current_thread() is not here:
            raise ValueError("on another thread")

    with pytest.raises(ValueError, match="on another thread"):
        on_threads(fail_elsewhere)


def _in_a_child(answer):
    answer.put(int(marked().sum()))


def test_a_forked_process_has_threads_of_its_own(two_threads):
    marked()  # the parent's threads are there
    context = multiprocessing.get_context("fork")
    answer = context.SimpleQueue()
    child = context.Process(target=_in_a_child, args=(answer,))
    child.start()
    assert answer.get() == PARTS
    child.join()
