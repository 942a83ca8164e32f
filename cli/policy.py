"""The policy file: read, checked, and every fault told in one line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.model.errors import PolicyError

if TYPE_CHECKING:
    from analysis.policy import Policy

PROJECT_POLICY = Path(__file__).resolve().parent.parent / "policy.yaml"
"""The file that comes with the project; it spells out the defaults."""


def load_policy(path: Path | None = None) -> Policy:
    """The policy of a file, of the project's own file, or the defaults where there is none.

    Parameters
    ----------
    path
        A YAML file with any of the fields of `analysis.policy.Policy`; a field that is left
        out keeps its default. None is the project's `policy.yaml`.

    Raises
    ------
    PolicyError
        If the file is named but isn't there, isn't YAML, or holds an unknown field or a
        value out of range.

    Examples
    --------
    >>> load_policy().stale_after_months
    24
    """
    from pydantic import ValidationError

    from analysis.policy import Policy

    if path is None and not PROJECT_POLICY.is_file():
        return Policy()
    file = path or PROJECT_POLICY
    values = _read(file)
    try:
        return Policy.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise PolicyError(
            f"政策文件 {file} 的 {field} 不对（{first['msg']}）；项目和取值见 docs/settings.md",
            f"{file}: {field}: {first['msg']}; see docs/settings.md for fields and ranges",
        ) from error


def _read(file: Path) -> dict[str, Any]:
    import yaml

    try:
        values = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PolicyError(
            f"没有政策文件 {file}；请检查 GONGJIAN_POLICY",
            f"{file}: no such policy file; check GONGJIAN_POLICY",
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise PolicyError(
            f"政策文件 {file} 第 {line} 行不是有效的 YAML；请改正，或与项目自带的 policy.yaml 对照",
            f"{file}, line {line}: not valid YAML; mend it, or compare with the project's own",
        ) from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise PolicyError(
            f"政策文件 {file} 应写成“项目: 值”的形式；请与项目自带的 policy.yaml 对照",
            f"{file}: not a mapping of fields; compare with the project's own policy.yaml",
        )
    return values
