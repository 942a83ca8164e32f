"""A plain function becomes a command: the common options are added, texts get a language.

Help texts are written once, `中文 | English`; the language of the call picks a half.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from copy import copy
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import typer
from typer.models import ParameterInfo

from cli.call import Call, Format, checked_day
from graph.model.texts import Lang


class LevelChoice(StrEnum):
    """Kinds of area that can be judged."""

    GRID = "grid"
    COMMUNITY = "community"
    STREET = "street"
    DISTRICT = "district"


class LangChoice(StrEnum):
    """Languages of output."""

    ZH = "zh"
    EN = "en"


Command = Callable[..., int]
_DAY = "YYYY-MM-DD"


def half(text: str, lang: Lang) -> str:
    """The half of a `中文 | English` text for a language.

    Examples
    --------
    >>> half("文件 | files", "en"), half("文件 | files", "zh")
    ('files', '文件')
    """
    zh, _, en = text.partition(" | ")
    return (en or zh) if lang == "en" else zh


def common_options() -> dict[str, inspect.Parameter]:
    """The options that every command takes, in the order of the help text."""
    option = typer.Option
    annotations: dict[str, Any] = {
        "format": Annotated[
            Format | None,
            option("--format", help="输出形式（默认 table） | form of the output (table)"),
        ],
        "lang": Annotated[
            LangChoice | None, option("--lang", help="语言（默认 zh） | language (zh)")
        ],
        "area": Annotated[
            str | None,
            option(
                "--area",
                metavar="CODE|NAME",
                help="只看这个区域（编码或名称） | stay within an area (code or name)",
            ),
        ],
        "level": Annotated[
            LevelChoice | None,
            option(
                "--level",
                metavar="LEVEL",
                help="判断哪一级（默认 grid） | kind of area judged (grid)",
            ),
        ],
        "date": Annotated[
            str | None,
            option(
                "--date",
                metavar=_DAY,
                help="按哪一天判断（默认最新表格的日期） | day judged (the newest sheet's)",
            ),
        ],
        "store": Annotated[
            Path | None,
            option(
                "--store",
                metavar="DIR",
                help="数据目录（默认 GONGJIAN_HOME） | home of the data (GONGJIAN_HOME)",
            ),
        ],
        "neo4j": Annotated[
            str | None,
            option(
                "--neo4j",
                metavar="URI",
                help="用这个 Neo4j 存网络（默认内嵌） | keep the graph in this Neo4j (embedded)",
            ),
        ],
    }
    return {
        name: inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation
        )
        for name, annotation in annotations.items()
    }


def as_utf8(text: str) -> str:
    """An argument as UTF-8, where the locale made something else of its bytes.

    Examples
    --------
    >>> as_utf8("大院"), as_utf8("大院".encode().decode("ascii", "surrogateescape"))
    ('大院', '大院')
    """
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def make_call(own: dict[str, Any], outer: dict[str, Any]) -> Call:
    """The call of a command's own common options, else those before its name."""
    values = {name: own.get(name) or outer.get(name) for name in common_options()}
    return Call(
        format=values["format"] or Format.TABLE,
        lang=str(values["lang"] or "zh"),  # type: ignore[arg-type]
        area=None if values["area"] is None else as_utf8(values["area"]),
        level=str(values["level"] or "grid"),  # type: ignore[arg-type]
        on=checked_day(values["date"]),
        store_dir=values["store"],
        neo4j_uri=values["neo4j"],
    )


def as_command(function: Command, lang: Lang) -> Callable[..., Any]:
    """A function `f(call, ...) -> exit code` as a function that typer can register."""
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    common = common_options()

    def command(ctx: typer.Context, **values: Any) -> None:
        call = make_call({name: values.pop(name) for name in common}, ctx.obj or {})
        raise typer.Exit(function(call, **values))

    context = inspect.Parameter(
        "ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    command.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            context,
            *(_localised(p, lang, None) for p in own),
            *(_localised(p, lang, "通用选项 | Common options") for p in common.values()),
        ]
    )
    command.__name__ = function.__name__
    return command


def as_callback(lang: Lang) -> Callable[..., Any]:
    """The group's own function: common options may stand before the command's name too."""
    common = common_options()

    def gongjian(ctx: typer.Context, **values: Any) -> None:
        ctx.obj = values

    context = inspect.Parameter(
        "ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    gongjian.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [context, *(_localised(p, lang, "通用选项 | Common options") for p in common.values())]
    )
    return gongjian


def _localised(parameter: inspect.Parameter, lang: Lang, panel: str | None) -> inspect.Parameter:
    """The parameter with its help text in one language, as a keyword-only one."""
    annotation = parameter.annotation
    if get_origin(annotation) is Annotated:
        kind, *rest = get_args(annotation)
        texts = []
        for item in rest:
            if isinstance(item, ParameterInfo):
                item = copy(item)
                item.help = half(item.help or "", lang)
                item.rich_help_panel = half(panel, lang) if panel else None
            texts.append(item)
        annotation = Annotated[(kind, *texts)]
    return parameter.replace(annotation=annotation, kind=inspect.Parameter.KEYWORD_ONLY)
