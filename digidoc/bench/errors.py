"""Errors of this room: a branch of the tree in `digidoc.errors`.

DigidocError
└── ArchiveError
    └── BenchOpen
"""

from digidoc.errors import ArchiveError, ExitCode
from digidoc.i18n import N_


class BenchOpen(ArchiveError):
    """A second bench on the same archive."""

    code = "bench-open"
    exit_code = ExitCode.ARCHIVE_LOCKED
    template = N_("`digidoc review` is running on this archive already ({holder}).")
    hint_template = N_("Use its page in the browser, or end it with Ctrl-C in its terminal.")
