"""Errors of this area: branches of the tree in `digidoc.errors`.

DigidocError
└── ArchiveError
    └── NoBackup, BackupRefused, BackupDamaged, BackupFolder, NotRefused, ReuseRefused, NothingKept
"""

from digidoc.errors import ArchiveError, ExitCode
from digidoc.i18n import N_


class NoBackup(ArchiveError):
    """No backup where one is needed."""

    code = "no-backup"
    exit_code = ExitCode.NO_ARCHIVE
    template = N_("There is no digidoc backup here.")
    hint_template = N_("Make one with `digidoc backup FOLDER`.")


class BackupRefused(ArchiveError):
    """A folder that a backup or a restored archive must not be written to."""

    code = "backup-refused"
    template = N_("Nothing was written there: {reason}.")
    hint_template = N_("Choose a separate folder for the backup, best on another disk.")


class BackupDamaged(ArchiveError):
    """A backup, or a file of it, is not what was put there."""

    code = "backup-damaged"
    template = N_("The backup is damaged: {reason}.")
    hint_template = N_("Take the file from another backup. The other files are not affected.")


class BackupFolder(ArchiveError):
    """A command that writes was given a backup instead of an archive."""

    code = "backup-folder"
    template = N_("This folder is a backup of an archive; only `digidoc backup` writes into it.")
    hint_template = N_("Make an archive from it with `digidoc restore`.")


class NotRefused(ArchiveError):
    """A refusal was to be forgotten, and the paper has none."""

    code = "not-refused"
    template = N_("The paper {paper} was not refused.")
    hint_template = N_("`digidoc status --refused` lists what was refused.")


class ReuseRefused(ArchiveError):
    """The paper, or the dossier, is not one that a paper can be reused for."""

    code = "reuse-refused"
    template = N_("The paper {paper} cannot be reused: {reason}.")
    hint_template = N_("`digidoc reuse find --all` shows which papers of an owner are valid, and why others are not.")


class NothingKept(ArchiveError):
    """A file of a paper that was refused."""

    code = "nothing-kept"
    template = N_("The paper {paper} was refused: the archive has no file of it.")
    hint_template = N_("`digidoc show {paper}` says why.")
