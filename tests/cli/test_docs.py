"""The documentation is whole: every command, option, setting, issue code and route is in it."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
import typer

from analysis.policy import Policy
from analysis.weak.results import VERDICTS, WeakGrid
from cli.commands.json_schema import SCHEMAS
from cli.main import COMMANDS, build_app
from cli.register import common_options
from graph.model import vocabulary
from graph.model.issues import issue_codes
from graph.model.labels import Label, TieType
from graph.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(name: str) -> str:
    """What the page of commands says of one command."""
    parts = re.split(r"^## ", page("commands.md"), flags=re.MULTILINE)
    return next(part for part in parts if re.match(rf"`gongjian {name}[ `]", part))


@pytest.mark.parametrize("name", [name for name, _, _ in COMMANDS])
def test_every_command_and_option_is_documented(name: str) -> None:
    command = typer.main.get_command(build_app("en")).commands[name]  # type: ignore[attr-defined]
    said = section(name)
    common = set(common_options())
    for parameter in command.params:
        if parameter.name in common or parameter.name == "ctx":
            continue
        for option in parameter.opts:
            if option.startswith("--"):
                assert f"`{option}" in said, option


def test_every_common_option_is_documented() -> None:
    for name in common_options():
        assert f"`--{name} " in page("commands.md")


def test_every_setting_is_documented() -> None:
    for name in Settings.model_fields:
        assert f"`GONGJIAN_{name.upper()}`" in page("settings.md")


def test_every_field_of_the_policy_is_documented_and_no_other() -> None:
    table = page("settings.md").split("## 政策文件")[1]
    found = re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE)
    assert found == list(Policy.model_fields)


def test_every_number_of_the_policy_is_the_default() -> None:
    table = page("settings.md").split("## 政策文件")[1]
    for name, text in re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", table, flags=re.MULTILINE):
        assert float(text) == float(getattr(Policy(), name)), name


GENERATED = runpy.run_path(str(DOCS / "generate.py"))


@pytest.mark.parametrize("name", GENERATED["PAGES"])
def test_pages_that_follow_from_code_are_up_to_date(name: str) -> None:
    assert page(name) == GENERATED["PAGES"][name](), "run `make docs`"


def test_the_page_of_issue_codes_has_each() -> None:
    for code in issue_codes():
        assert f"`{code}`" in page("issues.md")


def test_the_glossary_has_every_word_of_the_vocabulary() -> None:
    for name, words in vars(vocabulary).items():
        if not isinstance(words, dict) or name.startswith("_") or name == "CLOSED_LISTS":
            continue
        for value, word in words.items():
            zh = word if isinstance(word, str) else word[0]
            assert f"| {zh} |" in page("glossary.md"), (name, value)
            assert f"`{value}`" in page("glossary.md"), (name, value)
    for closed in (*Label, *TieType):
        assert f"`{closed}`" in page("glossary.md")


def test_every_number_and_verdict_is_defined() -> None:
    page_of_definitions = page("definitions.md")
    fields = set(WeakGrid.model_fields) & {"partners", "partner_kinds", "cut", "reach_4", "lapsed"}
    for name in (*fields, *VERDICTS, *vocabulary.PART_WORDS):
        assert f"`{name}`" in page_of_definitions, name


def test_every_route_is_documented(tmp_path: Path) -> None:
    from api.app import create_app
    from graph.store.store import Store

    app = create_app(Store(tmp_path), Policy(), warm=False)
    said = page("api.md")
    for path, operations in app.openapi()["paths"].items():
        line = next((x for x in said.splitlines() if f" {path}`" in x), "")
        assert line, path
        for method, operation in operations.items():
            assert f"`{method.upper()} {path}`" in line
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "query" and parameter["name"] not in ("date", "level"):
                    assert f"`{parameter['name']}`" in line, (path, parameter["name"])


def test_every_local_link_leads_somewhere() -> None:
    for file in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", file.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (file.parent / target).exists(), (file.name, target)


def test_every_file_and_module_that_is_named_is_there() -> None:
    rooms = "graph|ingest|analysis|maps|api|cli|gongjian|tests|docs|benchmarks|samples"
    for file in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
        text = file.read_text(encoding="utf-8")
        for path in re.findall(rf"`((?:{rooms})/[\w./-]+)`", text):
            assert (ROOT / path).exists(), (file.name, path)
        for name in re.findall(rf"`((?:{rooms})(?:\.[a-z_]+)+)(?:\(\))?`", text):
            assert is_named_in_code(name), (file.name, name)


def is_named_in_code(name: str) -> bool:
    """Whether a dotted name is a module, a package, or a name in one of them."""
    path = ROOT.joinpath(*name.split("."))
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    module = path.parent.with_suffix(".py")
    return module.exists() and path.name in module.read_text(encoding="utf-8")


def test_help_texts_have_both_languages() -> None:
    for name, _, about in COMMANDS:
        assert " | " in about, name


def test_schema_names_are_in_order() -> None:
    assert list(SCHEMAS) == sorted(SCHEMAS)


def test_locked_requirements_name_no_host() -> None:
    for file in (ROOT / "requirements").iterdir():
        assert "://" not in file.read_text(encoding="utf-8"), file.name
