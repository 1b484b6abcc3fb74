"""Pages of HTML from templates that lie beside the code that fills them; no text in them can become markup."""

import html
import importlib.resources
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def environment(package: str, helpers: Mapping[str, Any], clean: Callable[[str], str] = str) -> "Environment":
    """Where the templates of a package are found and filled.

    Args:
        package: its folder `templates` holds them.
        helpers: what templates may call, by name.
        clean: what every text passes before it is escaped.

    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    folder = importlib.resources.files(package) / "templates"

    def finalize(value: object) -> Markup:
        # What has been marked as safe is the output of a macro.
        return value if isinstance(value, Markup) else Markup(html.escape(clean(str(value))))  # noqa: S704 (escaped)

    made = Environment(
        loader=FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=finalize,
    )
    made.globals.update(helpers)
    return made
