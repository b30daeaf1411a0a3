# SPDX-License-Identifier: Apache-2.0
"""Every refusal has words in both languages, and says nothing that it should not."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest

import gis
import layers
from api.problems import STATUS
from layers import errors
from layers.errors import MarsaError
from web.problems import sentences, told
from web.texts import LANGS, Lang

# A class is known once its module is: all of them, or the family would depend on which tests ran before.
for package in (gis, layers):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not {"child", "migrations"} & set(module.name.split(".")):
            importlib.import_module(module.name)

PROBLEM_MEMBERS = {"type", "title", "status", "detail", "instance"}


def family(parent: type[MarsaError] = MarsaError) -> Iterator[type[MarsaError]]:
    """Every class that is raised: those without subclasses."""
    for child in parent.__subclasses__():
        if child.__subclasses__():
            yield from family(child)
        else:
            yield child


def raised(kind: type[MarsaError]) -> MarsaError:
    parameters = inspect.signature(kind.__init__).parameters
    required = [
        name
        for name, parameter in parameters.items()
        if name != "self"
        and parameter.default is inspect.Parameter.empty
        and parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    ]
    return kind(*[f"{{{name}}} <b>" for name in required])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", list(family()), ids=lambda kind: kind.__name__)
def test_every_refusal_speaks_both_languages(kind: type[MarsaError], lang: Lang) -> None:
    title, detail = told(kind.__name__, raised(kind).facts(), lang)
    assert title
    assert detail
    assert any("\u0600" <= letter <= "\u06ff" for letter in title) == (lang == "ar")


@pytest.mark.parametrize("kind", list(family()), ids=lambda kind: kind.__name__)
def test_no_fact_takes_the_name_of_a_problem_member(kind: type[MarsaError]) -> None:
    assert not PROBLEM_MEMBERS & raised(kind).facts().keys()


@pytest.mark.parametrize("lang", LANGS)
def test_no_sentence_is_left_over(lang: Lang) -> None:
    assert set(sentences(lang)) == {kind.__name__ for kind in family()}


def test_statuses_are_of_raised_classes() -> None:
    assert set(STATUS) <= set(family())
    assert STATUS[errors.NoSuchFeature] == STATUS[errors.NoSuchLayer]
