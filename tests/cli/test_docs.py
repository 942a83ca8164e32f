"""The documentation is whole: every command, option, setting, issue code and route is in it."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
import typer

from analysis.policy import Policy
from cli.commands.json_schema import SCHEMAS
from cli.main import COMMANDS, build_app
from cli.register import common_options
from graph.model.issues import issue_codes
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


def test_the_page_of_issue_codes_is_that_of_the_templates() -> None:
    generated = runpy.run_path(str(DOCS / "generate.py"))["issues_page"]()
    assert page("issues.md") == generated, "run `make docs`"
    for code in issue_codes():
        assert f"`{code}`" in generated


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
    for file in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", file.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (file.parent / target).exists(), (file.name, target)


def test_help_texts_have_both_languages() -> None:
    for name, _, about in COMMANDS:
        assert " | " in about, name


def test_schema_names_are_in_order() -> None:
    assert list(SCHEMAS) == sorted(SCHEMAS)


def test_locked_requirements_name_no_host() -> None:
    for file in (ROOT / "requirements").iterdir():
        assert "://" not in file.read_text(encoding="utf-8"), file.name
