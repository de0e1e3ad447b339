"""Expressions over the recorded columns of a run, as a file may say them: arithmetic, a few functions, nothing else."""

import ast
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.spelling import did_you_mean

LONGEST = 500
"""Letters of an expression."""
DEEPEST = 100
"""Expressions within each other; Python's own limit on calls in calls lies far beyond."""
_STEEPEST = 10  # exponent
_LARGEST = 1e15
FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "abs": (1, np.abs),
    "sqrt": (1, np.sqrt),
    "log": (1, np.log),
    "exp": (1, np.exp),
    "min": (2, np.minimum),
    "max": (2, np.maximum),
    "clip": (3, np.clip),
    "where": (3, np.where),
}
"""By name: how many arguments each takes, and what it does week by week."""
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}
_KNOWN = "+ - * / ** < <= > >=, numbers, names of metrics, and " + ", ".join(FUNCTIONS)


def tree_of(text: str, known: str) -> ast.expr:
    """The tree of an expression as Python reads it; whoever asks checks what is in it.

    Parameters
    ----------
    known : str
        What an expression may have, for the message.

    Raises
    ------
    ValueError
        One line: it is too long, nested too deeply, or no expression.
    """
    if len(text) > LONGEST:
        raise ValueError(f"{len(text)} letters; an expression has at most {LONGEST}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"'{text}' is no expression; it may have {known}") from None
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [inner for node in level for inner in ast.iter_child_nodes(node)]
        if not level:
            return tree
    raise ValueError(f"an expression is nested at most {DEEPEST} deep, not '{text}'")


def parse(text: str, columns: Collection[str]) -> ast.expr:
    """The tree of an expression in which everything is known.

    Raises
    ------
    ValueError
        One line: what is not understood, and what would be.
    """
    tree = tree_of(text, _KNOWN)
    _check(tree, columns)
    return tree


def _check(node: ast.expr, columns: Collection[str]) -> None:
    match node:
        case ast.Constant(value=bool() | None as word):
            raise ValueError(f"{word} is no number")
        case ast.Constant(value=int() | float() as number):
            if not abs(number) <= _LARGEST:
                raise ValueError("a number is at most 1e15")
        case ast.Name(id=name):
            if name not in columns:
                raise ValueError(f"unknown metric '{name}'{did_you_mean(name, columns)}")
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            _check(left, columns)
            _check(right, columns)
            if isinstance(op, ast.Pow) and not _small(right):
                raise ValueError(f"an exponent is a number from -{_STEEPEST} to {_STEEPEST}")
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _check(operand, columns)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
            _check(left, columns)
            _check(right, columns)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            if name not in FUNCTIONS:
                raise ValueError(f"unknown function '{name}'{did_you_mean(name, FUNCTIONS)}")
            if len(arguments) != FUNCTIONS[name][0]:
                raise ValueError(f"{name} takes {FUNCTIONS[name][0]} values, not {len(arguments)}")
            for argument in arguments:
                _check(argument, columns)
        case _:
            raise ValueError(f"'{ast.unparse(node)}' is not allowed; an expression may have {_KNOWN}")


def _small(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and abs(node.value) <= _STEEPEST


def names(tree: ast.expr) -> set[str]:
    """Columns that an expression reads."""
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - called


def evaluate(tree: ast.expr, weeks: Mapping[str, Any]) -> pd.Series:
    """Value of an expression by week; NaN where it has none (0 / 0, the root of less than 0), 1 and 0 of a comparison.

    Parameters
    ----------
    tree : expression
        What `parse` gives.
    weeks : DataFrame
        Recorded columns.
    """
    index = weeks.index if isinstance(weeks, pd.DataFrame) else None
    return pd.Series(evaluate_all(tree, weeks, (len(weeks["tick"]),)), index)


def evaluate_all(tree: ast.expr, columns: Mapping[str, Any], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """The same of columns of any shape, float64 each: of many places at once, a row for each week."""
    with np.errstate(all="ignore"):
        found = np.broadcast_to(np.asarray(_value(tree, columns), float), shape)
    return np.where(np.isfinite(found), found, np.nan)


def _value(node: ast.expr, weeks: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return float(value)  # type: ignore[arg-type]
        case ast.Name(id=name):
            return np.asarray(weeks[name], float)
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_value(left, weeks), _value(right, weeks))
        case ast.UnaryOp(op=op, operand=operand):
            value = _value(operand, weeks)
            return -value if isinstance(op, ast.USub) else value
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            a, b = _value(left, weeks), _value(right, weeks)
            return np.where(np.isnan(a) | np.isnan(b), np.nan, _COMPARE[type(op)](a, b))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return FUNCTIONS[name][1](*(_value(argument, weeks) for argument in arguments))
    raise ValueError("an expression that was not parsed here")
