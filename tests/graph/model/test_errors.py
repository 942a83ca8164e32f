"""Errors of gongjian cross a process's boundary whole."""

from __future__ import annotations

import pickle

import pytest

from graph.database.patience import Hung
from graph.model.errors import GongjianError


def kinds(of: type[GongjianError]) -> list[type[GongjianError]]:
    return [of, *(below for kind in of.__subclasses__() for below in kinds(kind))]


@pytest.mark.parametrize("kind", kinds(GongjianError), ids=lambda kind: kind.__name__)
def test_both_languages_cross_the_boundary_of_a_process(kind: type[GongjianError]) -> None:
    """An exception carries only what its base was given, unless it says how it is made again."""
    error = pickle.loads(pickle.dumps(kind("某处有误；请改", "wrong there; mend it")))
    assert type(error) is kind
    assert (error.zh, error.en, str(error)) == (
        "某处有误；请改",
        "wrong there; mend it",
        "wrong there; mend it",
    )


def test_a_hang_has_words_of_its_own() -> None:
    assert pickle.loads(pickle.dumps(Hung())).message() == Hung().zh
