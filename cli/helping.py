"""The help text's own words in the language of the call.

The texts of commands and options are in `cli.register`; these are the words around them.
"""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

from graph.model.texts import Lang

_ZH = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "DEFAULT_STRING": "[默认：{}]",
    "REQUIRED_LONG_STRING": "[必填]",
}
_SHOW_HELP_ZH = "显示这段说明"


def _in_chinese(option: Any) -> Any:
    if option is not None:
        option.help = _SHOW_HELP_ZH
    return option


class ChineseCommand(TyperCommand):
    """A command whose `--help` speaks Chinese."""

    def get_help_option(self, ctx: Any) -> Any:
        return _in_chinese(super().get_help_option(ctx))


class ChineseGroup(TyperGroup):
    """The group of commands, likewise."""

    def get_help_option(self, ctx: Any) -> Any:
        return _in_chinese(super().get_help_option(ctx))


def classes(lang: Lang) -> tuple[type[TyperGroup], type[TyperCommand]]:
    """Group and command class for a language."""
    return (TyperGroup, TyperCommand) if lang == "en" else (ChineseGroup, ChineseCommand)


def localise_panels(lang: Lang) -> None:
    """Give the panels of the help text their headings; called only where help is asked for."""
    if lang == "en":
        return
    from typer import rich_utils

    for name, text in _ZH.items():
        setattr(rich_utils, name, text)
