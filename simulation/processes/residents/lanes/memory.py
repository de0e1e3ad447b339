"""Rows of columns as lanes: which rows, their values from memory and back.

The last rows of a gate seldom fill a vector. Values are loaded all the same, of rows that lie beside it, and a mask
says which rows count: only these are stored, and only these may go into a sum. No load reaches beyond a column, since
the rows at its end are reached by a vector that begins earlier.
"""

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.core.imputils import impl_ret_untracked
from numba.extending import overload

from simulation.processes.residents.lanes.kinds import Lanes, WidthType, lanes
from simulation.processes.residents.lanes.operators import splat, teach

_LOADED = {
    types.float32: types.float32,
    types.uint8: types.uint32,
    types.int8: types.int32,
    types.int16: types.int32,
    types.uint32: types.uint32,
}
"""Type of lanes by that of a column."""


def rows(width: Any, first: Any, end: Any, length: Any) -> Any:
    """Rows from `first` on and before `end` of columns of `length` rows: the row of the first lane, and a mask."""
    raise NotImplementedError("in compiled code only")


def between(width: Any, begin: Any, end: Any) -> Any:
    """Mask of the lanes from `begin` on and before `end`."""
    raise NotImplementedError("in compiled code only")


@njit(forceinline=True)
def beside(here, offset):
    """The same lanes in columns where these rows lie `offset` further on."""
    return here[0] + offset, here[1]


def ramp(here: Any, first: Any, step: Any) -> Any:
    """uint64 `first` + `step` * lane, of the rows that `here` has."""
    raise NotImplementedError("in compiled code only")


def load(column: Any, here: Any) -> Any:
    """Values of a contiguous column: float32, uint32 (of bytes too) or int32 (of signed integers)."""
    raise NotImplementedError("in compiled code only")


def store(column: Any, here: Any, values: Any) -> None:
    """Write the values of the rows that count into a contiguous column, cut to the width of its type."""
    raise NotImplementedError("in compiled code only")


@overload(rows, strict=False)  # annotations of arguments
def _rows(width: Any, first: Any, end: Any, length: Any) -> Any:
    count = width.count
    if count == 1:
        return lambda width, first, end, length: (first, True)

    def of_lanes(width: Any, first: Any, end: Any, length: Any) -> Any:
        start = min(first, length - count)
        return start, between(width, first - start, end - start)

    return of_lanes


def _numbers(element: Any, count: int) -> Any:
    return ir.Constant(ir.VectorType(element, count), list(range(count)))


@teach(between, lambda width, begin, end: Lanes(types.boolean, width.count), (WidthType, types.Any, types.Any))
def _between(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    count = signature.args[0].count
    lane = _numbers(ir.IntType(32), count)
    begin, end = (
        splat(builder, context.cast(builder, value, kind, types.int32), count)
        for value, kind in zip(arguments[1:], signature.args[1:], strict=True)
    )
    return builder.and_(builder.icmp_signed(">=", lane, begin), builder.icmp_signed("<", lane, end))


def _count(here: Any) -> int:
    mask = here.types[1]
    return int(mask.count) if isinstance(mask, Lanes) else 1


@teach(ramp, lambda here, first, step: lanes(types.uint64, _count(here)), (types.BaseTuple, types.uint64, types.uint64))
def _ramp(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    _, first, step = arguments
    count = _count(signature.args[0])
    if count == 1:
        return first
    steps = builder.mul(_numbers(ir.IntType(64), count), splat(builder, step, count))
    return builder.add(splat(builder, first, count), steps)


def _place(context: Any, builder: Any, kind: Any, column: Any, start: Any, count: int) -> Any:
    """Address of the values in a column, as of a vector (of a scalar at width 1)."""
    if kind.ndim != 1 or kind.layout != "C":
        raise TypeError(f"{kind} is no contiguous column")
    first = builder.gep(context.make_array(kind)(context, builder, column).data, [start])
    element = context.get_value_type(kind.dtype)
    return builder.bitcast(first, (element if count == 1 else ir.VectorType(element, count)).as_pointer())


@teach(load, lambda column, here: lanes(_LOADED[column.dtype], _count(here)), (types.Array, types.BaseTuple))
def _load(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    column, here = signature.args
    start = builder.extract_value(arguments[1], 0)
    place = _place(context, builder, column, arguments[0], start, _count(here))
    value = builder.load(place, align=column.dtype.bitwidth // 8)
    wanted = context.get_value_type(signature.return_type)
    if column.dtype.bitwidth == 32:
        return value
    return (builder.sext if column.dtype.signed else builder.zext)(value, wanted)


@teach(store, lambda column, here, values: types.none, (types.Array, types.BaseTuple, types.Any))
def _store(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    column, here, _ = signature.args
    values, count, bits = arguments[2], _count(here), column.dtype.bitwidth
    place = _place(context, builder, column, arguments[0], builder.extract_value(arguments[1], 0), count)
    if count == 1:
        builder.store(context.cast(builder, values, signature.args[2], column.dtype), place)
    else:
        if bits == 8:
            values = builder.trunc(values, place.type.pointee)
        mask = builder.extract_value(arguments[1], 1)
        name = f"llvm.masked.store.v{count}{'f' if column.dtype is types.float32 else 'i'}{bits}.p0"
        kinds = [values.type, place.type, ir.IntType(32), mask.type]
        function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(ir.VoidType(), kinds), name)
        builder.call(function, [values, place, ir.Constant(ir.IntType(32), bits // 8), mask])
    return impl_ret_untracked(context, builder, types.none, context.get_dummy_value())
