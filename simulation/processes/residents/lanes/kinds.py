"""Types of compiled code whose values are one number for each of some rows, and how many rows a machine takes at once.

A function of operators compiles for lanes as for scalars: `clip01(x)` limits one float32 or sixteen. The width is a
type, known when a function is compiled; at width 1 all values are plain scalars, which is the reference for tests.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from llvmlite import binding, ir
from numba import types
from numba.core.datamodel import models
from numba.core.imputils import lower_constant
from numba.extending import NativeValue, lower_builtin, register_model, type_callable, typeof_impl, unbox

WIDEST = 16
_WIDE = ("avx512f", "avx512bw", "avx512vl")


@dataclass(frozen=True)
class Width:
    """How many rows a compiled function takes at once: 1 (scalars), 8 or 16."""

    count: int


@cache
def of_machine() -> Width:
    """16 rows where vectors of 512 bits and masks in registers are there (AVX-512), else 8, for AVX2 as for NEON."""
    features = binding.get_host_cpu_features()
    return Width(WIDEST if all(features.get(name) for name in _WIDE) else 8)


class WidthType(types.Type):
    """The type of a `Width`, which is all that is known of it."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(f"width({count})")


class Lanes(types.Type):
    """`count` numbers of a numba scalar type, or as many booleans: a mask."""

    def __init__(self, element: Any, count: int) -> None:
        self.element, self.count = element, count
        super().__init__(f"lanes({element} x {count})")


def lanes(element: Any, count: int) -> Any:
    """The type of `count` numbers: at 1 the scalar type itself."""
    return element if count == 1 else Lanes(element, count)


register_model(WidthType)(models.OpaqueModel)


@register_model(Lanes)
class _Vector(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Lanes) -> None:
        element = manager.lookup(kind.element).get_value_type()
        super().__init__(manager, kind, ir.VectorType(element, kind.count))


@typeof_impl.register(Width)
def _type_of_width(width: Width, _: Any) -> WidthType:
    return WidthType(width.count)


@lower_constant(WidthType)
def _width_constant(context: Any, builder: Any, kind: WidthType, value: Width) -> Any:
    return context.get_dummy_value()


@unbox(WidthType)
def _from_python(kind: WidthType, value: Any, context: Any) -> NativeValue:
    return NativeValue(context.context.get_dummy_value())


def count(width: Any) -> int:
    """Rows at once (in compiled code, a constant)."""
    return int(width.count)


@type_callable(count)
def _type_count(context: Any) -> Any:
    return lambda width: types.int64 if isinstance(width, WidthType) else None


@lower_builtin(count, WidthType)
def _count(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    return context.get_constant(types.int64, signature.args[0].count)
