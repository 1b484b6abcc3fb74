"""The options that say which papers are meant by what is known of them: those of `search` and of `list`.

Import only after `i18n.install`.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from digidoc.commands import options
from digidoc.errors import UsageError
from digidoc.i18n import N_
from digidoc.i18n import tr as _

if TYPE_CHECKING:
    from digidoc.archive.catalog.query import Filters

IssuedBy = Annotated[
    str | None, typer.Option("--unit", metavar=_("NAME"), help=_("Issued by an organisation with this name."))
]
OfType = Annotated[str | None, typer.Option("--type", metavar=_("NAME"), help=_('Of this type, such as "quyết định".'))]
Since = Annotated[
    datetime | None,
    typer.Option("--from", formats=options.DATES, metavar=_("DATE"), help=_("Issued on that day or later.")),
]
Until = Annotated[
    datetime | None,
    typer.Option("--to", formats=options.DATES, metavar=_("DATE"), help=_("Issued on that day or earlier.")),
]
Fields = Annotated[
    list[str] | None,
    typer.Option("--field", metavar=_("NAME=VALUE"), help=_("With a field that holds this, such as Subject=giao đất.")),
]
InDossier = Annotated[
    str | None, typer.Option("--dossier", metavar=_("CODE"), help=_("In the dossier with this code."))
]
OfProcedure = Annotated[
    str | None,
    typer.Option("--procedure", metavar=_("CODE"), help=_("In dossiers that the register has under this procedure.")),
]


def chosen(
    *,
    unit: str | None,
    kind: str | None,
    since: datetime | None,
    until: datetime | None,
    fields: list[str] | None,
    dossier: str | None,
    procedure: str | None,
) -> "Filters":
    """The filters that the options ask for.

    Raises:
        UsageError: they let nothing through, whatever the archive holds.

    """
    from digidoc.archive.catalog.index import words_of
    from digidoc.archive.catalog.query import Filters

    named = [(name, value) for name, value in (("OrganName", unit), ("TypeName", kind)) if value is not None]
    given = (*named, *map(_field, fields or []))
    if not all(words_of(name) and words_of(value) for name, value in given):
        raise UsageError(reason=N_("--unit, --type and --field need a name and a value with a letter or a digit"))
    if since and until and until < since:
        raise UsageError(reason=N_("--to lies before --from"))
    return Filters(given, since and since.date(), until and until.date(), dossier, procedure)


def _field(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(reason=N_("--field needs a name and a value, such as TypeName=tờ trình"))
    return name, value
