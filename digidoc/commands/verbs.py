"""All verbs of digidoc, in the order in which the help lists them. Import only after `i18n.install`."""

from typing import Final

import typer

from digidoc.commands import completion, demo, digitize, manual, ocr
from digidoc.commands.archive import (
    audit,
    backup,
    fixity,
    import_register,
    init,
    rebuild_index,
    reuse,
    search,
    show,
    status,
)
from digidoc.commands.doctor import doctor
from digidoc.commands.papers import export, listing, paper
from digidoc.commands.report import report, target
from digidoc.commands.review import browse, review
from digidoc.commands.scan import scan, sheet
from digidoc.commands.sign import sign, trust, verify

# Each has `register(app)`, which mounts a command or a group of commands.
VERBS: Final = (
    init,
    search,
    listing,
    show,
    browse,
    export,
    status,
    backup,
    fixity,
    audit,
    rebuild_index,
    digitize,
    sheet,
    scan,
    review,
    paper,
    sign,
    verify,
    trust,
    import_register,
    report,
    target,
    reuse,
    demo,
    doctor,
    ocr,
    manual,
    completion,
)


def mount(app: typer.Typer) -> None:
    """Mount every verb."""
    for verb in VERBS:
        verb.register(app)
