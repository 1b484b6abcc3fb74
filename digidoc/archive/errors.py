"""Errors of this area: branches of the tree in `digidoc.errors`.

DigidocError
└── ArchiveError
    └── NoBackup, BackupRefused, BackupDamaged, BackupFolder, NotRefused, ReuseRefused, NothingKept, BadCorrection,
        BadReviewRow, IdTaken, PaperGone, CorrectionConflict, PaperWithdrawn, PaperPurged, BadOperation,
        OperationRefused
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


class BadCorrection(ArchiveError):
    """What should be a correction of a paper is none, or says something that cannot be."""

    code = "bad-correction"
    exit_code = ExitCode.USAGE
    template = N_("This is no correction of a paper: {reason}.")
    hint_template = N_("Take the file as `digidoc review` made it, and change values only.")


class BadReviewRow(ArchiveError):
    """A row of a workbook of papers to be reviewed that says nothing which could be taken in; the others are."""

    code = "bad-review-row"
    exit_code = ExitCode.SOME_FAILED
    template = N_("Row {line}, {field}: {reason}.")
    hint_template = N_("The other rows were taken. Put this one right and apply the file again.")


class IdTaken(ArchiveError):
    """Two things that people said have one id."""

    code = "id-taken"
    template = N_("Another correction with the id {id} waits already.")
    hint_template = N_("Give each correction an id of its own: 32 hex digits drawn at random.")


class PaperGone(ArchiveError):
    """A correction of a paper that is not in use: refused or withdrawn."""

    code = "paper-gone"
    template = N_("The paper {paper} cannot be corrected: it is not among the papers in use.")
    hint_template = N_("`digidoc show {paper}` says where it is.")


class PaperWithdrawn(ArchiveError):
    """A paper that was taken out of all that is found, counted and handed out."""

    code = "withdrawn"
    template = N_("The paper {paper} was withdrawn.")
    hint_template = N_("`digidoc show {paper}` says why; `digidoc paper restore {paper}` takes it back.")


class PaperPurged(ArchiveError):
    """A paper that was erased for good, or a file that would bring it back."""

    code = "purged"
    final = True
    template = N_("The paper {paper} was erased for good.")
    hint_template = N_("`digidoc show {paper}` says when, by whom and why. It is not filed again under this name.")


class BadOperation(ArchiveError):
    """What should say what is to be done with papers does not."""

    code = "bad-operation"
    exit_code = ExitCode.USAGE
    template = N_("This is no operation on papers: {reason}.")
    hint_template = N_("`digidoc paper --help` lists what can be done with papers.")


class OperationRefused(ArchiveError):
    """Something that cannot be done with this paper."""

    code = "operation-refused"
    template = N_("This cannot be done with the paper {paper}: {reason}.")
    hint_template = N_("Nothing was changed. `digidoc show {paper}` says where the paper stands.")


class CorrectionConflict(ArchiveError):
    """Two people said different things of one field or word; what was stored first stays until somebody decides."""

    code = "correction-conflict"
    exit_code = ExitCode.SOME_FAILED
    template = N_(
        'Two people differ on {paper}, {field}: "{stored}" is stored; {clerk} saw "{was}" and wrote "{value}".'
    )
    hint_template = N_("`digidoc review {paper}` shows both; who corrects it now decides.")
