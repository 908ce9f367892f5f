"""Optima: a candidate is checked by what makes it optimal, not against rivals at random.

Feasibility; a gradient that the constraints balance, with multipliers of the right sign; curvature
along every direction that is left; small steps along each of these; and, where the author knows it,
a certificate: an expression that is never negative and equals the excess over the optimum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

import numpy as np

from ..errors import Refusal
from ..grammar import tree
from ..grammar.statements import free_names
from ..grammar.tree import Node
from ..values.arithmetic import Array, Value, plain, scalar, size
from ..values.derivative import basis, measure
from ..values.ranges import declared_range
from ..values.scope import Key, Scope
from .membership import check_space

SLACK = 1e-7
ROUNDING = 1e-14  # a condition that is met to it is met
STRICT = ("<", ">")
INEQUALITIES = ("\\le", "\\ge", *STRICT)
VectorFunction: TypeAlias = Callable[[Array], Array]


@dataclass(frozen=True)
class Problem:
    """An optimum on one draw, as a function of all variables in one vector."""

    scope: Scope
    node: tree.Optimum
    conditions: tuple[tree.Chain, ...]
    shapes: tuple[tuple[int, ...], ...]

    def objective(self, point: Array) -> Array:
        """Return the value to be minimised."""
        value = scalar(self.bound(point).evaluate(self.node.body), "what is optimised")
        return value if self.node.direction == "min" else np.asarray(-value)

    def constraints(self, point: Array, relations: tuple[str, ...]) -> Array:
        """Return left minus right of the conditions with these relations, as one vector."""
        found = [np.zeros(0)]
        for chain in self.conditions:
            if chain.relations[0] in relations:
                for scope in _for_all_indices(self.bound(point), chain):
                    left, right = (plain(scope.evaluate(part)) for part in chain.parts)
                    if left.shape != right.shape:
                        raise Refusal("a condition between unequal shapes", span=chain.span)
                    sign = -1 if chain.relations[0] in ("\\ge", ">") else 1
                    found.append(np.asarray(sign * (left - right)).reshape(-1))
        return np.concatenate(found)

    def bound(self, point: Array) -> Scope:
        """Return the draw with the variables at ``point``."""
        bound: dict[Key, Value] = {}
        start = 0
        for variable, shape in zip(self.node.variables, self.shapes, strict=True):
            end = start + size(shape)
            bound[variable.name] = point[start:end].reshape(shape)
            start = end
        return self.scope.binding(bound)


def _for_all_indices(scope: Scope, condition: Node) -> Iterator[Scope]:
    """Yield the draw with each value of the indices that are free in a condition."""
    letters = sorted(name for name in free_names(condition) if scope.page.table.is_index(name))
    ranges = [declared_range(scope, letter) for letter in letters]
    for values in product(*ranges):
        yield scope.at(**dict(zip(letters, values, strict=True)))


def verify(
    scope: Scope,
    node: tree.Optimum,
    conditions: Sequence[Node],
    candidate: Sequence[Value],
    certificate: Node | None,
) -> tuple[float, Array, Array | None]:
    """Check that ``candidate`` is optimal; return the relative error and the optimal value.

    If a step down the slope improves on it, the value there is returned as well.

    Raises
    ------
    Refusal
        If the candidate is infeasible, or a small step improves on it.
    """
    arrays = [plain(value) for value in candidate]
    _has_shapes(scope, node, arrays)
    chains = tuple(
        chain
        for chain in (*node.conditions, *conditions)
        if isinstance(chain, tree.Chain) and chain.relations != ("\\in",)
    )
    for chain in chains:
        if len(chain.parts) != 2:
            raise Refusal("a condition is one relation")
        if chain.relations[0] not in ("=", *INEQUALITIES):
            raise Refusal("a condition is an equation, an inequality, or \\in", span=chain.span)
    problem = Problem(scope, node, chains, tuple(array.shape for array in arrays))
    point = np.concatenate([array.reshape(-1) for array in arrays])
    error, lower = _first_order(problem, point)
    best = problem.objective(point)
    if certificate is not None:
        error = max(error, _certified(problem, certificate, best))
    sign = 1 if node.direction == "min" else -1
    return error, np.asarray(sign * best), None if lower is None else np.asarray(sign * lower)


def _has_shapes(scope: Scope, node: tree.Optimum, arrays: list[Array]) -> None:
    if len(arrays) != len(node.variables):
        raise Refusal(f"{len(node.variables)} variables, but {len(arrays)} values for them")
    for variable, array in zip(node.variables, arrays, strict=True):
        wanted = scope.array(variable).shape
        if wanted != array.shape:
            raise Refusal(
                f"the optimum has shape {array.shape}, its variable {wanted}", span=variable.span
            )
    for chain in node.conditions:
        if isinstance(chain, tree.Chain) and chain.relations == ("\\in",):
            check_space(scope, chain.parts[0], chain.parts[1])


def _first_order(problem: Problem, point: Array) -> tuple[float, Array | None]:
    """Check feasibility, stationarity, the signs of multipliers, and then the curvature."""
    equal = problem.constraints(point, ("=",))
    most = problem.constraints(point, INEQUALITIES)
    scale = 1 + float(np.max(np.abs(point)))
    if np.any(np.abs(equal) > SLACK * scale) or np.any(most > SLACK * scale):
        raise Refusal("the candidate does not satisfy the conditions")
    active = np.abs(most) <= SLACK * scale
    if np.any(np.abs(problem.constraints(point, STRICT)) <= SLACK * scale):
        raise Refusal("the candidate lies where a strict condition excludes it", "write \\le")

    def binding(at: Array) -> Array:
        inequalities = problem.constraints(at, INEQUALITIES)[active]
        return np.concatenate([problem.constraints(at, ("=",)), inequalities])

    slope = _gradient(problem.objective, point)
    normals = _jacobian(binding, point)
    multipliers = -np.linalg.lstsq(normals.T, slope, rcond=None)[0]
    rest = slope + normals.T @ multipliers
    step = np.random.default_rng(problem.scope.seed).standard_normal(point.shape) * scale
    typical = float(np.linalg.norm(_gradient(problem.objective, point + step)))
    error = float(np.linalg.norm(rest)) / (typical + float(np.linalg.norm(slope)) + 1e-300)
    if np.any(multipliers[equal.size :] < -1e-8 * (1 + typical)):
        raise Refusal(
            "a multiplier has the wrong sign: the condition does not hold the optimum back"
        )
    if error < SLACK:
        _second_order(problem, point, binding, multipliers, normals)
        return error, None
    return error, _lower(problem, point, rest, binding)


def _lower(problem: Problem, point: Array, slope: Array, binding: VectorFunction) -> Array | None:
    """Return the value a step down the slope, on the conditions, if it is lower."""
    for length in 2.0 ** -np.arange(10):
        other = _onto_conditions(point - length * slope, binding)
        feasible = np.all(problem.constraints(other, INEQUALITIES) <= SLACK)
        if feasible and problem.objective(other) < problem.objective(point):
            return problem.objective(other)
    return None


def _second_order(
    problem: Problem, point: Array, binding: VectorFunction, multipliers: Array, normals: Array
) -> None:
    free = _null_space(normals)
    if free.shape[1] == 0:
        return

    def lagrangian(at: Array) -> Array:
        return np.asarray(problem.objective(at) + np.sum(multipliers * binding(at)))

    axes = [*free.T]  # of all directions, those that the conditions leave free

    def slopes(at: Array) -> Array:
        return np.stack(measure(lagrangian, at, axes, confirm=False))

    wide = 1e-3
    columns = [
        (slopes(point + wide * axis) - slopes(point - wide * axis)) / (2 * wide) for axis in axes
    ]
    curvature = np.stack(columns, axis=1)
    bends, turns = np.linalg.eigh((curvature + curvature.T) / 2)
    largest = float(np.max(np.abs(bends)))
    if largest == 0:
        raise Refusal("flat along every direction: there is nothing to see")
    if bends[0] < -1e-5 * largest:
        raise Refusal("the curvature is negative along some direction: no optimum")
    start = float(problem.objective(point))
    for direction in (free @ turns).T:
        for length in (1e-2, -1e-2):
            other = _onto_conditions(point + length * direction, binding)
            if float(problem.objective(other)) < start - 1e-10 * (1 + abs(start)):
                raise Refusal("a small step improves on it: no optimum")


def _onto_conditions(point: Array, binding: VectorFunction) -> Array:
    """Return to the conditions that are active, by Newton's method."""
    for _ in range(8):
        gap = binding(point)
        if not np.any(np.abs(gap) > ROUNDING):
            return point
        point = point - np.linalg.lstsq(_jacobian(binding, point), gap, rcond=None)[0]
    return point


def _certified(problem: Problem, certificate: Node, best: Array) -> float:
    """Compare the excess at a drawn point with an expression that is never negative."""
    drawn = [problem.scope.array(variable) for variable in problem.node.variables]
    point = np.concatenate([array.reshape(-1) for array in drawn])
    if np.any(np.abs(problem.constraints(point, ("=",))) > SLACK):
        raise Refusal(
            "the variables are not drawn from the set that the conditions describe",
            "declare their domain, such as orthonormal[d,k]",
        )
    if np.any(problem.constraints(point, INEQUALITIES) > 0):
        return 0.0
    excess = problem.objective(point) - best
    bound = scalar(problem.scope.evaluate(certificate), "a certificate")
    if bound < 0:
        raise Refusal("the certificate is negative")
    return float(abs(excess - bound) / (abs(excess) + abs(bound) + 1e-300))


def _gradient(function: VectorFunction, point: Array) -> Array:
    return np.stack(measure(function, point, basis(point.shape), confirm=False))


def _jacobian(function: VectorFunction, point: Array) -> Array:
    if function(point).size == 0:
        return np.zeros((0, point.size))
    return np.stack(measure(function, point, basis(point.shape), confirm=False), axis=1)


def _null_space(rows: Array) -> Array:
    if rows.shape[0] == 0:
        return np.eye(rows.shape[1])
    _, sizes, right = np.linalg.svd(rows)
    rank = int(np.sum(sizes > 1e-9 * sizes[0])) if sizes.size and sizes[0] > 0 else 0
    return right[rank:].T
