"""Compiled functions for other compiled ones only, and how they handle the arrays that they are given.

Numba counts who holds an array: for a function that is given some forty columns that is ninety atomic additions a call,
which the threads take from each other; births, deaths and moves spent most of their time so. What is compiled by
`inner_njit` does not count. It may use and pass on the arrays that it is given and parts of them, as its caller holds
them; it can make no array, and a function that counts must take none from it.
"""

from numba import njit

inner_njit = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)  # type: ignore[call-overload]
"""Compiles without a way in from Python, which for many columns takes seconds; numba's types lack the three options."""
