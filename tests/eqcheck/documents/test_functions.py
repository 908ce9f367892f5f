"""Checks may name what a module exports and can be called, and nothing else."""

import types

from eqcheck.documents import functions_of, public_functions


def module(**content):
    made = types.ModuleType("house.rooms")
    for name, value in content.items():
        if callable(value):
            value.__module__ = "house.rooms"
        setattr(made, name, value)
    return made


def test_a_module_says_what_it_exports():
    kept, other = (lambda: 1), (lambda: 2)
    found = public_functions(module(kept=kept, other=other, number=3, __all__=["kept", "number"]))
    assert found == {"house.rooms.kept": kept}


def test_a_module_that_does_not_say_exports_its_own_public_functions():
    made = module(own=lambda: 1, _hidden=lambda: 2)
    made.borrowed = public_functions
    assert list(public_functions(made)) == ["house.rooms.own"]


def test_the_functions_of_several_modules_are_those_of_what_is_loaded_by_their_names():
    rooms = module(own=lambda: 1)
    loaded = {"house.rooms": rooms, "house.none": types.ModuleType("house.none")}
    assert functions_of(loaded, loaded.get) == {"house.rooms.own": rooms.own}
