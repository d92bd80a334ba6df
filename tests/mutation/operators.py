"""The changes that are made: those of mutmut that leave a program that runs, and some of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import libcst as cst
from libcst import matchers as m
from mutmut.mutation import mutators

Operator = tuple[type[cst.CSTNode], Callable[[Any], Any]]

TWINS = {
    "min": "max",
    "max": "min",
    "minimum": "maximum",
    "maximum": "minimum",
    "any": "all",
    "all": "any",
    "argmax": "argmin",
    "argmin": "argmax",
    "floor": "ceil",
    "ceil": "floor",
    "first": "last",
    "last": "first",
    "mean": "sum",
    "zeros": "ones",
    "ones": "zeros",
}
GUARDS = {"strict", "copy"}
CONVERSION = m.OneOf(*(m.Name(kind) for kind in ("int", "float", "str", "bool", "list", "tuple", "dict")))


def twin_function(node: cst.Call) -> Iterator[cst.Call]:
    """``max(a, b)`` becomes ``min(a, b)``."""
    name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    if isinstance(name, cst.Name) and name.value in TWINS:
        yield node.with_deep_changes(name, value=TWINS[name.value])


def argument_alone(node: cst.Call) -> Iterator[cst.BaseExpression]:
    """``np.abs(x)`` becomes ``x``; conversions are judged by the type checker."""
    if (
        not m.matches(node.func, CONVERSION)
        and len(node.args) == 1
        and not node.args[0].star
        and node.args[0].keyword is None
    ):
        yield cst.ensure_type(node.args[0].value, cst.BaseExpression).with_changes(
            lpar=[cst.LeftParen()], rpar=[cst.RightParen()]
        )


def method_left_out(node: cst.Call) -> Iterator[cst.BaseExpression]:
    """``x.clip(0, 1)`` becomes ``x``; functions of a module stay."""
    if isinstance(node.func, cst.Attribute) and not m.matches(node.func.value, m.Name("np") | m.Name("pd")):
        yield node.func.value


def argument_left_out(node: cst.Call) -> Iterator[cst.Call]:
    """``f(a, b, c=d)`` becomes ``f(a, c=d)`` and ``f(a, b)``; without its first argument, most calls fail."""
    plain = sum(arg.keyword is None for arg in node.args)
    for i, arg in enumerate(node.args):
        if i > 0 and i >= plain - 1 and not (arg.keyword and arg.keyword.value in GUARDS):
            yield node.with_changes(args=[*node.args[:i], *node.args[i + 1 :]])


def condition_forced(node: cst.If) -> Iterator[cst.Name]:
    """Another condition: ``if a:`` becomes ``if True:`` and ``if False:``."""
    yield cst.Name("True")
    yield cst.Name("False")


def comprehension_unfiltered(node: cst.CompFor) -> Iterator[cst.CompFor]:
    """``[a for a in b if c]`` becomes ``[a for a in b]``."""
    for i in range(len(node.ifs)):
        yield node.with_changes(ifs=[*node.ifs[:i], *node.ifs[i + 1 :]])


def statement_left_out(node: cst.Expr | cst.AugAssign) -> Iterator[cst.Pass]:
    """A statement that does something becomes ``pass``; a docstring does nothing."""
    if not m.matches(node, m.Expr(m.SimpleString() | m.Yield())):
        yield cst.Pass()


def number_down(node: cst.BaseNumber) -> Iterator[cst.BaseExpression]:
    """``1`` becomes ``0``."""
    if isinstance(node, cst.Integer | cst.Float) and node.evaluated_value >= 1:
        yield node.with_changes(value=repr(node.evaluated_value - 1))


OPERATORS: list[Operator] = [
    (cst.BaseNumber, mutators.operator_number),
    (cst.BaseNumber, number_down),
    (cst.Name, mutators.operator_name),
    (cst.UnaryOperation, mutators.operator_remove_unary_ops),
    (cst.AugAssign, mutators.operator_augmented_assignment),
    (cst.Call, mutators.operator_symmetric_string_methods_swap),
    (cst.CSTNode, mutators.operator_keywords),
    (cst.CSTNode, mutators.operator_swap_op),
    (cst.IfExp, mutators.operator_if_exp),
    (cst.Call, twin_function),
    (cst.Call, argument_alone),
    (cst.Call, method_left_out),
    (cst.Call, argument_left_out),
    (cst.If, condition_forced),
    (cst.CompFor, comprehension_unfiltered),
    (cst.Expr, statement_left_out),
    (cst.AugAssign, statement_left_out),
]
