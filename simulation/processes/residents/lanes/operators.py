"""Operators and functions of lanes, each with the bits of the same operator on scalars.

What differs from scalars: no division is checked for zero; `where(mask, x, y)` stands for `x if mask else y`, since no
row can go a way of its own; and integers keep their 32 or 64 bits.
"""

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin

from simulation.processes.residents.lanes.kinds import Lanes, WidthType, lanes

_MASK = types.boolean
Emit = Callable[[Any, Any, Any, Any], Any]


def where(mask: Any, x: Any, y: Any) -> Any:
    """`x` where the mask holds, else `y`."""
    return x if mask else y


def as_float(x: Any) -> Any:
    """float32 of integers below 2**31."""
    raise NotImplementedError("in compiled code only")


def as_int(x: Any) -> Any:
    """int32 of float32, towards zero."""
    raise NotImplementedError("in compiled code only")


def signed(x: Any) -> Any:
    """int32 of integers below 2**31."""
    raise NotImplementedError("in compiled code only")


def low(bits: Any) -> Any:
    """The lower 32 of 64 bits, uint32."""
    raise NotImplementedError("in compiled code only")


def high(bits: Any) -> Any:
    """The upper 32 of 64 bits, uint32."""
    raise NotImplementedError("in compiled code only")


def zeros(width: Any) -> Any:
    """int32 lanes to add to (int64 at width 1)."""
    raise NotImplementedError("in compiled code only")


def total(x: Any) -> Any:
    """Sum of int32 lanes, int64."""
    raise NotImplementedError("in compiled code only")


def marked(mask: Any) -> Any:
    """A mask as the lowest bits of a uint64, the first row lowest."""
    raise NotImplementedError("in compiled code only")


def lowest(bits: Any) -> Any:
    """Place of the lowest bit that is set in a uint64 which is not 0, int64."""
    raise NotImplementedError("in compiled code only")


def splat(builder: Any, value: Any, count: int) -> Any:
    """LLVM code: a scalar in each lane."""
    kind = ir.VectorType(value.type, count)
    nothing = ir.Constant(kind, ir.Undefined)
    first = builder.insert_element(nothing, value, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(ir.IntType(32), count), None))


def widened(context: Any, builder: Any, value: Any, kind: Any, wanted: Any) -> Any:
    """LLVM code: a value as lanes of the type `wanted`, where a scalar is repeated."""
    if isinstance(kind, Lanes) or not isinstance(wanted, Lanes):
        return value if kind == wanted else context.cast(builder, value, kind, wanted)
    return splat(builder, context.cast(builder, value, kind, wanted.element), wanted.count)


def teach(function: Any, resolve: Callable[..., Any], *shapes: tuple[Any, ...]) -> Callable[[Emit], Emit]:
    """Let compiled code call a function: `resolve` makes the type of the result, or None, from those of arguments."""

    def decorate(emit: Emit) -> Emit:
        def generic(self: Any, arguments: Any, _: Any) -> Any:
            made = resolve(*arguments)
            return None if made is None else signature(made, *arguments)

        infer_global(function)(type("Template", (AbstractTemplate,), {"key": function, "generic": generic}))
        for shape in shapes:
            lower_builtin(function, *shape)(emit)
        return emit

    return decorate


def _common(x: Any, y: Any) -> Any:
    """The lanes that two operands become: both of them, or the one beside a scalar."""
    if isinstance(x, Lanes) and isinstance(y, Lanes):
        return x if x == y else None
    if isinstance(x, Lanes) and isinstance(y, types.Number):
        return x
    return y if isinstance(y, Lanes) and isinstance(x, types.Number) else None


def _binary(function: Any, of_floats: str, of_integers: str, *, of_masks: bool = False) -> None:
    """An operator of two operands by the name of its LLVM instruction, empty where it has none."""
    compares = of_integers in _COMPARISONS

    def resolve(*arguments: Any) -> Any:
        kind = _common(*arguments) if len(arguments) == 2 else None
        if kind is None or (kind.element is _MASK and not of_masks):
            return None
        return Lanes(_MASK, kind.count) if compares else kind

    @teach(function, resolve, (Lanes, Lanes), (Lanes, types.Number), (types.Number, Lanes))
    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = _common(*signature.args)
        x, y = (widened(context, builder, *pair, kind) for pair in zip(arguments, signature.args, strict=True))
        if compares:
            return _compared(builder, of_integers, kind, x, y)
        if kind.element is types.float32:
            return getattr(builder, of_floats)(x, y)
        if of_integers == "shr":
            return (builder.ashr if kind.element.signed else builder.lshr)(x, y)
        return getattr(builder, of_integers)(x, y)


_COMPARISONS = ("<", ">", "<=", ">=", "==")


def _compared(builder: Any, sign: str, kind: Lanes, x: Any, y: Any) -> Any:
    if kind.element is types.float32:
        return builder.fcmp_ordered(sign, x, y)
    return (builder.icmp_signed if kind.element.signed else builder.icmp_unsigned)(sign, x, y)


for _function, _name in zip(
    (operator.add, operator.iadd, operator.sub, operator.isub), ("add", "add", "sub", "sub"), strict=True
):
    _binary(_function, f"f{_name}", _name)
_binary(operator.mul, "fmul", "mul")
_binary(operator.truediv, "fdiv", "")
_binary(operator.and_, "", "and_", of_masks=True)
_binary(operator.or_, "", "or_", of_masks=True)
_binary(operator.xor, "", "xor")
_binary(operator.rshift, "", "shr")
_binary(operator.lshift, "", "shl")
for _function, _sign in zip(
    (operator.lt, operator.gt, operator.le, operator.ge, operator.eq), _COMPARISONS, strict=True
):
    _binary(_function, _sign, _sign)


def _extreme(function: Any, sign: str) -> None:
    """Python's rule: the second operand only where it is beyond the first."""

    def resolve(*arguments: Any) -> Any:
        return _common(*arguments) if len(arguments) == 2 else None

    @teach(function, resolve, (Lanes, Lanes), (Lanes, types.Number), (types.Number, Lanes))
    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.return_type
        x, y = (widened(context, builder, *pair, kind) for pair in zip(arguments, signature.args, strict=True))
        return builder.select(_compared(builder, sign, kind, y, x), y, x)


_extreme(min, "<")
_extreme(max, ">")


def _chosen(mask: Any, x: Any, y: Any) -> Any:
    """Type of `where`: lanes if the mask has them; scalars of both sides have one type, literals that of 32 bits."""
    if isinstance(mask, Lanes):
        for side in (x, y):
            if isinstance(side, Lanes):
                return side
        element = types.unliteral(x)
        return Lanes(types.int32 if element is types.int64 else element, mask.count)
    return types.unliteral(x) if isinstance(mask, types.Boolean) else None


@teach(where, _chosen, (types.Any, types.Any, types.Any))
def _where(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    _, *kinds = signature.args
    x, y = (
        widened(context, builder, value, kind, signature.return_type)
        for value, kind in zip(arguments[1:], kinds, strict=True)
    )
    return builder.select(arguments[0], x, y)


def _converts(function: Any, element: Any, instruction: Callable[[Any, Any, Any], Any]) -> None:
    """A function of one argument that makes numbers of another type of each lane, or of a scalar."""

    def resolve(x: Any) -> Any:
        return lanes(element, x.count if isinstance(x, Lanes) else 1)

    @teach(function, resolve, (types.Any,))
    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return instruction(builder, arguments[0], context.get_value_type(signature.return_type))


def _upper(builder: Any, bits: Any, wanted: Any) -> Any:
    return builder.trunc(builder.lshr(bits, ir.Constant(bits.type, _repeated(bits.type, 32))), wanted)


def _repeated(kind: Any, value: int) -> Any:
    return [value] * kind.count if isinstance(kind, ir.VectorType) else value


_converts(as_float, types.float32, lambda builder, x, wanted: builder.sitofp(x, wanted))
_converts(as_int, types.int32, lambda builder, x, wanted: builder.fptosi(x, wanted))
_converts(signed, types.int32, lambda builder, x, wanted: x if x.type == wanted else builder.trunc(x, wanted))
_converts(low, types.uint32, lambda builder, bits, wanted: builder.trunc(bits, wanted))
_converts(high, types.uint32, _upper)


@teach(zeros, lambda width: types.int64 if width.count == 1 else Lanes(types.int32, width.count), (WidthType,))
def _zeros(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    return ir.Constant(context.get_value_type(signature.return_type), None)


@teach(total, lambda x: types.int64, (types.Any,))
def _total(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    (x,) = arguments
    if not isinstance(x.type, ir.VectorType):
        return context.cast(builder, x, signature.args[0], types.int64)
    kind = ir.FunctionType(x.type.element, [x.type])
    name = f"llvm.vector.reduce.add.v{x.type.count}i{x.type.element.width}"
    added = builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [x])
    return builder.sext(added, ir.IntType(64))


@teach(marked, lambda mask: types.uint64, (types.Any,))
def _marked(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    (mask,) = arguments
    if isinstance(mask.type, ir.VectorType):
        mask = builder.bitcast(mask, ir.IntType(mask.type.count))
    return builder.zext(mask, ir.IntType(64))


@teach(lowest, lambda bits: types.int64, (types.uint64,))
def _lowest(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))
