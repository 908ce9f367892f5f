"""Python calls as they are written, before anything has a value."""

import pytest

from eqcheck import Refusal, Unbound
from eqcheck.grammar.calls import Binding, PythonCall, bindings, letters_of_code, read_call


def test_lines_may_name_what_they_compute():
    assert bindings("f(x)\n\n y_{t} = g(z, lr=1)") == [
        Binding("", "f(x)"),
        Binding("y_{t}", "g(z, lr=1)"),
    ]


@pytest.mark.parametrize(
    ("latex", "call"),
    [
        ("f", PythonCall("f", (), (), None)),
        ("m.f(x, [y, z], lr=\\eta)", PythonCall("m.f", ("x", "[y, z]"), (("lr", "\\eta"),), None)),
        ("f(x)[1]", PythonCall("f", ("x",), (), "1")),
        ("f(x)[t+1]", PythonCall("f", ("x",), (), "t+1")),
        ("f(\\{W_{l}\\}_{l=1}^{L}, a==b)",
         PythonCall("f", ("\\{W_{l}\\}_{l=1}^{L}", "a==b"), (), None)),
    ],
)  # fmt: skip
def test_a_call_has_a_name_arguments_and_an_item(latex, call):
    assert read_call(latex) == call


@pytest.mark.parametrize("latex", ["1 + 1", "f(x", "", "f(x) + 1", r"\mathbf{x}"])
def test_what_is_no_call_is_unbound(latex):
    with pytest.raises(Unbound, match="is not a call"):
        read_call(latex)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        (r"m.f(\mathbf{x}, [y, z], lr=\eta)", r"\mathbf{x} y z \eta"),
        ("u_{t} = f(x)\nv = g", "u t x v"),
        ("u = f(x)[t+1]", "u x t"),
        (r"m.f(m.g(\mathbf{A}, k=k), lr=m.h(z)[t])[s]", r"\mathbf{A} k z t s"),
        ("1 + 1", ""),
    ],
)
def test_the_letters_of_code_are_those_of_its_arguments_and_of_what_it_computes(code, wanted):
    assert letters_of_code(code) == set(wanted.split())


def test_a_call_that_is_nested_too_deeply_or_takes_an_item_that_is_none_is_refused():
    with pytest.raises(Refusal, match="nested too deeply: 40 levels"):
        read_call("f(" + "[x, " * 5000 + "]" * 5000 + ")")
    for item in ("9" * 5000, "", "[1]", "g(x)"):
        with pytest.raises(Refusal, match="is not a call"):
            read_call(f"f(x)[{item}]")
