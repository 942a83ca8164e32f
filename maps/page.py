"""One HTML file per map: everything inline, nothing loaded, a content security policy by hash.

The data stand in a block of type `application/json` with every character escaped that could
end it; the only scripts that run are the two whose hashes the policy names. No nonce: the same
map is the same file, byte for byte, every time.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Template

_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029\x7f"}


def json_block(value: Any) -> str:
    """JSON that is safe inside a `script` element of an HTML page.

    Examples
    --------
    >>> json_block({"name": "</script>&"})
    '{"name":"\\\\u003c/script\\\\u003e\\\\u0026"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_ESCAPES).encode("utf-8", "replace").decode()


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@lru_cache(maxsize=1)
def _assets() -> dict[str, str]:
    """Page script, style sheet, vis-network without its source map line, and the policy."""
    root = Path(__file__).parents[0]
    vendor = root / "vendor" / "vis-network"
    vis = (vendor / "vis-network.min.js").read_text(encoding="utf-8")
    vis = vis.rpartition("//# sourceMappingURL=")[0].rstrip("\n") or vis
    own = (root / "page" / "map.js").read_text(encoding="utf-8")
    css = (root / "page" / "map.css").read_text(encoding="utf-8")
    # the style sheets that vis-network itself puts into the page
    sheets = (vendor / "style-hashes.txt").read_text(encoding="utf-8").split()
    styles = " ".join([_hash(css), *(f"'{sheet}'" for sheet in sheets)])
    policy = (
        f"default-src 'none'; script-src {_hash(vis)} {_hash(own)}; style-src {styles}; "
        "img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'"
    )
    return {"vis": vis, "js": own, "css": css, "csp": policy}


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    text = (Path(__file__).parents[0] / "page" / "map.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(text)


def content_security_policy(*, embedded: bool = False) -> str:
    """The policy of a map's page; the file itself carries it in a `meta` element.

    Parameters
    ----------
    embedded
        For an HTTP header: also says that only pages of the same server may frame the map
        (a `meta` element can't).

    Examples
    --------
    >>> content_security_policy().startswith("default-src 'none'; script-src 'sha256-")
    True
    """
    policy = _assets()["csp"]
    return f"{policy}; frame-ancestors 'self'" if embedded else policy


def fill_page(data: dict[str, Any], **texts: Any) -> str:
    """The page around a map's data.

    Parameters
    ----------
    data
        What the page's script reads, JSON-able.
    texts
        What the template shows before any script runs.
    """
    from markupsafe import Markup

    assets = _assets()
    return _template().render(
        data=Markup(json_block(data)),  # noqa: S704
        vis=Markup(assets["vis"]),  # noqa: S704
        js=Markup(assets["js"]),  # noqa: S704
        css=Markup(assets["css"]),  # noqa: S704
        csp=assets["csp"],
        **texts,
    )
