"""How compiled functions treat columns: those for other compiled ones only, and memory asked for before it is needed.

Numba counts who holds an array: for a function that is given some forty columns that is ninety atomic additions a call,
which threads take from each other; births, deaths and moves spent a third of their time so. And what a pass over
requests or birthdays reads lies all over the columns of the residents: each load waits a hundred nanoseconds for
memory, unless it was asked for some entries earlier.
"""

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic, overload

inner_njit = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)  # type: ignore[call-overload]
"""Compiles without a way in from Python, which for many columns takes seconds, and without counting who holds arrays.

Such a function may use and pass on the arrays that it is given, and parts of them, as its caller holds them. It can
make no array, and a function that counts must take none from it. Numba's types lack the three options.
"""
AHEAD = 12
"""Entries between asking and reading: enough for memory to answer, few enough for the first cache."""
_READ, _KEEP, _DATA = (ir.Constant(ir.IntType(32), value) for value in (0, 3, 1))


def ask(column: Any, row: Any) -> None:
    """Ask memory for a row of a contiguous column, or for the first value of a row of a contiguous table."""
    raise NotImplementedError("in compiled code only")


@overload(ask, strict=False)  # annotations of arguments
def _ask(column: Any, row: Any) -> Any:
    return lambda column, row: _prefetch(column, row)  # type: ignore[call-arg]  # numba gives it the context


@intrinsic
def _prefetch(_: Any, column: Any, row: Any) -> Any:
    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        array = context.make_array(kind)(context, builder, arguments[0])
        first = context.cast(builder, arguments[1], signature.args[1], types.intp)
        rest = [ir.Constant(first.type, 0)] * (kind.ndim - 1)
        place = cgutils.get_item_pointer(context, builder, kind, array, [first, *rest], wraparound=False)
        place = builder.bitcast(place, cgutils.voidptr_t)
        kinds = [place.type, _READ.type, _READ.type, _READ.type]
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), kinds), "llvm.prefetch.p0"
        )
        builder.call(function, [place, _READ, _KEEP, _DATA])
        return context.get_dummy_value()

    return types.void(column, row), emit
