"""The policy file: the project's spells out the defaults; a wrong one is one line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from analysis.policy import Policy
from cli.policy import PROJECT_POLICY, load_policy
from graph.model.errors import PolicyError


def test_the_projects_policy_is_the_default() -> None:
    assert load_policy() == Policy()
    assert load_policy().digest() == Policy().digest()


def test_the_projects_policy_spells_out_every_field() -> None:
    written = yaml.safe_load(PROJECT_POLICY.read_text(encoding="utf-8"))
    assert list(written) == list(Policy.model_fields)


def test_a_field_left_out_keeps_its_default(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("narrow_kinds: 2\n", encoding="utf-8")
    assert load_policy(file) == Policy(narrow_kinds=2)
    file.write_text("# nothing\n", encoding="utf-8")
    assert load_policy(file) == Policy()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("narrow_kind: 2", "narrow_kind"),
        ("stale_after_months: 0", "stale_after_months"),
        ("stale_after_months: [", "第 "),
        ("- a", "项目: 值"),
        ("unknown_range: village", "unknown_range"),
    ],
)
def test_a_wrong_policy_names_the_place(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(file)
    assert words in caught.value.zh
    assert str(file) in caught.value.zh
    assert str(file) in caught.value.en


def test_a_missing_policy_is_told(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="no such policy file"):
        load_policy(tmp_path / "none.yaml")
