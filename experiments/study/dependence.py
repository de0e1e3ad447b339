"""Factors that depend on each other: rank correlations by a Gaussian copula, and conditions that a point must meet."""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from experiments.answers.expression import tree_of

_EDGE = 1e-12  # shares of exactly 0 or 1 have no normal score


def correlated(
    shares: NDArray[np.float64], names: Sequence[str], pairs: Sequence[tuple[tuple[str, str], float]]
) -> NDArray[np.float64]:
    """Shares with given rank correlations, point by point, so that more points leave the first ones as they are.

    A Gaussian copula (Nelsen 2006, section 2.3); a rank correlation r is one of 2 sin(pi r / 6) between normal scores
    (Pearson 1907).

    Parameters
    ----------
    shares : float64 (points, factors)
        Independent, uniform from 0 to 1.
    pairs : sequence
        Names of two factors, and their rank correlation.

    Raises
    ------
    ValueError
        If no distribution has such correlations.
    """
    if not pairs:
        return shares
    matrix = np.eye(len(names))
    for (one, other), r in pairs:
        i, j = names.index(one), names.index(other)
        matrix[i, j] = matrix[j, i] = 2 * np.sin(np.pi * r / 6)
    try:
        root = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        raise ValueError("no distribution has all of these correlations at once") from None
    scores = ndtri(np.clip(shares, _EDGE, 1 - _EDGE))
    mixed = (scores[:, None, :] * root).sum(axis=2)  # no matrix product: its order of sums hangs on the processor
    return np.asarray(np.where(root.diagonal() == 1, shares, ndtr(mixed)))


_OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


_KNOWN = "factors, numbers, words in quotes, + - * /, comparisons, and, or, not"


class Condition:
    """An expression over the factors of a point, such as `parameters.access.detour + 0.2 <= 1.5 or context.epidemic`.

    Known are factors by their dotted paths, numbers, words and dates in quotes, + - * /, comparisons, and, or, not.

    Raises
    ------
    ValueError
        If the text is no such expression, or names a factor that does not vary.
    """

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self.text = text
        self._tree = tree_of(text, _KNOWN)
        unknown = sorted(set(self._check(self._tree)) - set(names))
        if unknown:
            raise ValueError(f"'{text}': {unknown[0]} does not vary; the factors are {', '.join(names)}")

    def holds(self, point: Mapping[str, Any]) -> bool:
        """Whether a point meets it.

        Raises
        ------
        ValueError
            If values in it cannot be compared.
        """
        try:
            return bool(self._value(self._tree, point))
        except (TypeError, ArithmeticError) as error:
            raise ValueError(f"'{self.text}' at {dict(point)}: {error}") from None

    def _check(self, node: ast.AST) -> list[str]:
        """Paths below a node."""
        if isinstance(node, ast.Name | ast.Attribute):
            return [_path(node, self.text)]
        if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float | str):
            return []
        if isinstance(node, ast.BoolOp):
            inner: list[ast.AST] = list(node.values)
        elif isinstance(node, ast.Compare) and all(type(op) in _OPERATORS for op in node.ops):
            inner = [node.left, *node.comparators]
        elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            inner = [node.left, node.right]
        elif isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATORS:
            inner = [node.operand]
        else:
            raise ValueError(f"'{self.text}': only {_KNOWN} may stand in a constraint")
        return [path for part in inner for path in self._check(part)]

    def _value(self, node: ast.AST, point: Mapping[str, Any]) -> Any:
        if isinstance(node, ast.Name | ast.Attribute):
            value = point[_path(node, self.text)]
            return value.isoformat() if isinstance(value, date) else value
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.BoolOp):
            found = (bool(self._value(part, point)) for part in node.values)
            return all(found) if isinstance(node.op, ast.And) else any(found)
        if isinstance(node, ast.BinOp):
            sides = [self._value(side, point) for side in (node.left, node.right)]
            if any(isinstance(side, str) for side in sides):  # a word times a number would fill the memory
                raise TypeError("words are compared, not reckoned with")
            return _OPERATORS[type(node.op)](*sides)
        if isinstance(node, ast.UnaryOp):
            return _OPERATORS[type(node.op)](self._value(node.operand, point))
        assert isinstance(node, ast.Compare)
        sides = [self._value(side, point) for side in (node.left, *node.comparators)]
        return all(
            _OPERATORS[type(op)](left, right) for op, left, right in zip(node.ops, sides[:-1], sides[1:], strict=True)
        )


def _path(node: ast.AST, text: str) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_path(node.value, text)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    raise ValueError(f"'{text}': a factor is named by its dotted path")
