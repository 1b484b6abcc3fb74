"""The tree of errors. Each class owns its sentence, its hint, its code and its exit code.

DigidocError
├── UsageError                        wrong words on the command line
│   └── WrongUsage                    … for which the command's help is the cure
├── InputError                        a file that cannot be taken; the batch goes on
│   ├── FileMissing, PermissionMissing, EmptyInput, FolderExpected
│   ├── UnsupportedFormat, UnreadableFile, PasswordNeeded, TooLarge
│   ├── SignedFile                    would have to be rewritten, and that would break its signature
│   └── SecretPaper                   marked MẬT: not for this archive
├── TaskError                         the work on one item ended without an answer
│   └── TimeLimit, WorkerDied, InternalError
├── StorageError                      the disk said no
│   └── DiskFull, ReadOnlyTarget, OutputExists
├── ArchiveError                      those of backups are in digidoc.archive.errors
│   ├── NoArchive, ArchiveExists, ArchiveNewer, ArchiveLocked, ArchiveDamaged
│   └── UnknownPaper, UnknownDossier, UnknownProfile, BadConfiguration
├── KeyProblem                        key, PIN or token; its kinds are in digidoc.sign.errors
├── SigningError                      a signature could not be made; likewise
├── Interrupted                       Ctrl-C, or a signal that means the same
├── UnknownTarget
└── DependencyMissing
    └── LanguageDataMissing

A bad signature, a failed fixity check, a missed target are results, not errors.
Messages are templates and parameters: shown in the user's language, kept in English in JSON and in the database.
Personal numbers in them, as in file names, are masked; `Problem.file` has the name as the user gave it.
"""

import errno
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path
from typing import Any, ClassVar

from digidoc.i18n import N_, tr
from digidoc.masking import mask


class ExitCode(IntEnum):
    """What the process says to scripts; the same numbers stand in every command's help."""

    OK = 0
    FAILED = 1
    USAGE = 2
    SOME_FAILED = 3
    INDETERMINATE = 4
    TARGET_MISSED = 5
    REVIEW_NEEDED = 6
    NO_ARCHIVE = 10
    ARCHIVE_LOCKED = 11
    KEY = 12
    NETWORK = 13
    DEPENDENCY = 20
    INTERRUPTED = 130


def _filled(template: str, params: Mapping[str, str], say: Callable[[str], str]) -> str:
    """The sentence with its places filled in; a `reason` that is a marked message has places of its own.

    Args:
        template: the sentence, English.
        params: the values; each may be a marked message.
        say: translates.

    """
    said = {name: say(value) for name, value in params.items()}
    if len(said) > 1 and "reason" in said:
        # A library's own words may have braces that are no places of ours.
        with suppress(LookupError, ValueError):
            said["reason"] = said["reason"].format(**said)
    return mask(say(template).format(**said))


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with one item, in a form that crosses processes, JSON and languages.

    Attributes:
        code: stable English name of the kind, for scripts.
        template: the English sentence with `{name}` places.
        hint_template: what to do next, likewise.
        params: the values for the places.
        file: the file it is about, as the user named it; None when it is about none.
        exit_code: what the process would say if this were all that happened.
        final: trying again with the same file would end the same.

    """

    code: str
    template: str
    hint_template: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    file: str | None = None
    exit_code: ExitCode = ExitCode.FAILED
    final: bool = False

    @property
    def message(self) -> str:
        """The sentence in the user's language."""
        return _filled(self.template, self.params, tr)

    @property
    def hint(self) -> str:
        """What to do next, in the user's language."""
        return _filled(self.hint_template, self.params, tr)

    def to_json(self) -> dict[str, str | None]:
        """English, for scripts: keys code, message, file, hint; personal numbers are masked, in the file's name too."""
        return {
            "code": self.code,
            "message": _filled(self.template, self.params, str),
            "file": None if self.file is None else mask(self.file),
            "hint": _filled(self.hint_template, self.params, str),
        }


class DigidocError(Exception):
    """Something stopped the work on an item; subclasses say what.

    Args:
        file: the file it is about.
        params: values for the `{name}` places of the sentence and the hint. A `reason` may be a marked message with
            places of its own: `reason=N_("more than {pages} pages"), pages=10_000`.

    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED
    template: ClassVar[str] = N_("{reason}")
    hint_template: ClassVar[str] = ""
    final: ClassVar[bool] = False

    def __init__(self, *, file: Path | str | None = None, **params: object) -> None:
        self.file = None if file is None else str(file)
        self.params = {name: str(value) for name, value in params.items()}
        super().__init__(_filled(self.template, self.params, str))

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.file, self.params))

    @property
    def problem(self) -> Problem:
        """The error as a value."""
        return Problem(self.code, self.template, self.hint_template, self.params, self.file, self.exit_code, self.final)


def _rebuild(kind: type[DigidocError], file: str | None, params: dict[str, str]) -> DigidocError:
    return kind(file=file, **params)


class UsageError(DigidocError):
    """The words on the command line do not fit together."""

    code = "usage"
    exit_code = ExitCode.USAGE


class WrongUsage(UsageError):
    """An option or an argument is missing, unknown, or has a value it cannot have."""

    template = N_("The command line is not right: {reason}.")
    hint_template = N_("`{command} --help` shows how to use the command.")


class InputError(DigidocError):
    """A file cannot be taken."""

    code = "input"
    final = True


class FileMissing(InputError):
    """No such file or folder."""

    code = "file-missing"
    final = False
    template = N_("There is no such file or folder.")
    hint_template = N_("Check the spelling; names with spaces need quotes.")


class PermissionMissing(InputError):
    """The operating system forbids reading or writing it."""

    code = "permission"
    final = False
    template = N_("You do not have permission to read or write it.")
    hint_template = N_("Ask for permission, or copy the file to a folder of your own.")


class EmptyInput(InputError):
    """Nothing in it to work on."""

    code = "empty"
    template = N_("It contains nothing to digitize.")
    hint_template = N_("digidoc takes images (JPEG, PNG, TIFF, WebP, HEIC) and PDF files.")


class FolderExpected(InputError):
    """A file where a folder should be, or the other way round."""

    code = "wrong-kind"
    template = N_("It is not the kind that is needed here: {reason}.")
    hint_template = N_("Where the command asks for a file, name a file; where it asks for a folder, name a folder.")


class UnsupportedFormat(InputError):
    """A kind of file that digidoc does not read."""

    code = "unsupported-format"
    template = N_("digidoc does not read this kind of file ({kind}).")
    hint_template = N_("Save it as PDF, TIFF, JPEG or PNG.")


class UnreadableFile(InputError):
    """The kind is right but the content is broken."""

    code = "unreadable"
    template = N_("It cannot be read: {reason}.")
    hint_template = N_("Scan the paper again, or get an undamaged copy of the file.")


class PasswordNeeded(InputError):
    """An encrypted PDF."""

    code = "password"
    template = N_("It is protected by a password.")
    hint_template = N_("Open the file with its password and save a copy that has none.")


class TooLarge(InputError):
    """More pixels, pages or bytes than a worker may take."""

    code = "too-large"
    template = N_("It is too large to open safely: {reason}.")
    hint_template = N_("Scan at 300 dpi at most, or split the file.")


class SignedFile(InputError):
    """Rewriting it would break a signature."""

    code = "signed"
    template = N_("It is signed, and changing the file would break the signature.")
    hint_template = N_("Use `digidoc digitize`: it files the signed PDF as it is and keeps the text beside it.")


class SecretPaper(InputError):
    """A paper marked MẬT, TỐI MẬT or TUYỆT MẬT."""

    code = "secret"
    template = N_("It is marked MẬT (secret); digidoc kept nothing of it.")
    hint_template = N_(
        "Secret papers do not belong in this archive. If the mark was misread, have a person look at it."
    )


class TaskError(DigidocError):
    """The work on one item ended without an answer."""

    code = "task"


class TimeLimit(TaskError):
    """It took longer than a file may take."""

    code = "time-limit"
    template = N_("digidoc stopped working on it after {seconds} seconds.")
    hint_template = N_("Split the file, or run the command again when the computer is less busy.")


class WorkerDied(TaskError):
    """The process that worked on it ended abruptly, twice."""

    code = "worker-died"
    template = N_("The process that was working on it ended unexpectedly.")
    hint_template = N_("The file may need more memory than this computer has free: try `--jobs 1`, or split the file.")


class InternalError(TaskError):
    """A mistake of digidoc's."""

    code = "internal"
    template = N_("digidoc could not process it because of an error in digidoc itself: {reason}.")
    hint_template = N_("Please report it, with the output of `digidoc doctor --json`.")


class StorageError(DigidocError):
    """The disk said no."""

    code = "storage"
    template = N_("It could not be read or written: {reason}.")
    hint_template = N_("Check that the disk is connected and working.")


class DiskFull(StorageError):
    """No space left."""

    code = "disk-full"
    template = N_("The disk is full.")
    hint_template = N_("Free some space and run the same command again; work that is finished is kept.")


class ReadOnlyTarget(StorageError):
    """A read-only disk."""

    code = "read-only"
    template = N_("It cannot be written: the disk is read-only.")
    hint_template = N_("Choose another folder, or make the disk writable.")


class OutputExists(StorageError):
    """The file to be made is there already."""

    code = "output-exists"
    template = N_("A file with that name already exists, and digidoc does not overwrite it.")
    hint_template = N_("Choose another name, or move the old file away.")


class ArchiveError(DigidocError):
    """Something about the archive itself."""

    code = "archive"


class NoArchive(ArchiveError):
    """No archive where one is needed."""

    code = "no-archive"
    exit_code = ExitCode.NO_ARCHIVE
    template = N_("There is no digidoc archive here.")
    hint_template = N_("Make one with `digidoc init FOLDER`, or name one with --archive.")


class ArchiveExists(ArchiveError):
    """`init` where something is already."""

    code = "archive-exists"
    template = N_("The folder is not empty.")
    hint_template = N_("Choose a new folder for the archive.")


class ArchiveNewer(ArchiveError):
    """Made by a later digidoc."""

    code = "archive-newer"
    template = N_("This archive was made by a newer digidoc (format {found}; this one reads up to {known}).")
    hint_template = N_("Install the newer digidoc. Nothing was changed.")


class ArchiveLocked(ArchiveError):
    """Another process is writing."""

    code = "archive-locked"
    exit_code = ExitCode.ARCHIVE_LOCKED
    template = N_("Another digidoc is writing to this archive ({holder}).")
    hint_template = N_("Wait until it has finished, then run the command again.")


class ArchiveDamaged(ArchiveError):
    """Catalogue or store cannot be read."""

    code = "archive-damaged"
    template = N_("The archive is damaged: {reason}.")
    hint_template = N_(
        "Nothing was changed. `digidoc rebuild-index` makes the catalogue anew; "
        "`digidoc restore` makes an archive from a backup."
    )


class UnknownPaper(ArchiveError):
    """No paper of that id."""

    code = "unknown-paper"
    template = N_("The archive has no paper {paper}.")
    hint_template = N_("`digidoc list` and `digidoc search` show the ids.")


class UnknownDossier(ArchiveError):
    """No dossier of that code."""

    code = "unknown-dossier"
    template = N_("The archive has no dossier {dossier}.")
    hint_template = N_("`digidoc list dossiers` lists the dossiers.")


class UnknownProfile(ArchiveError):
    """No profile of that name in the configuration."""

    code = "unknown-profile"
    exit_code = ExitCode.USAGE
    template = N_("There is no profile named {name}.")
    hint_template = N_("Known: {known}.")


class BadConfiguration(ArchiveError):
    """A configuration file that cannot be used."""

    code = "bad-configuration"
    exit_code = ExitCode.USAGE
    template = N_("The configuration cannot be used: {reason}.")
    hint_template = N_("Correct the file; docs/reference/settings.md lists every setting.")


class KeyProblem(DigidocError):
    """Key, PIN or token."""

    code = "key"
    exit_code = ExitCode.KEY
    template = N_("The key cannot be used: {reason}.")
    hint_template = N_("Check the key file or the token.")


class SigningError(DigidocError):
    """A signature could not be made."""

    code = "signing"
    template = N_("It could not be signed: {reason}.")
    hint_template = N_("The input is unchanged.")


class Interrupted(DigidocError):
    """Ctrl-C, or a signal that means the same, ended a command that has no result to show then."""

    code = "interrupted"
    exit_code = ExitCode.INTERRUPTED
    template = N_("Interrupted. Run the same command again to go on.")


class UnknownTarget(DigidocError):
    """No target programme of that name."""

    code = "unknown-target"
    exit_code = ExitCode.USAGE
    template = N_("There is no target programme named {name}.")
    hint_template = N_("Known: {known}.")


class DependencyMissing(DigidocError):
    """Something that has to be installed is not."""

    code = "dependency"
    exit_code = ExitCode.DEPENDENCY
    template = N_("{what} is missing.")
    hint_template = N_("`digidoc doctor` says how to install it.")


class LanguageDataMissing(DependencyMissing):
    """Tesseract has no data for a language."""

    code = "language-data"
    template = N_("Tesseract's data for the language {code} is missing.")


def kinds() -> dict[str, type[DigidocError]]:
    """Every class of the tree by its code."""
    found: dict[str, type[DigidocError]] = {}
    waiting: list[type[DigidocError]] = [DigidocError]
    while waiting:
        kind = waiting.pop()
        found.setdefault(kind.code, kind)
        waiting.extend(kind.__subclasses__())
    return found


def revived(stored: Mapping[str, Any]) -> Problem:
    """The problem that was put into the catalogue as `Problem.to_json` with "params"; again in every language."""
    code = str(stored.get("code", DigidocError.code))
    kind = kinds().get(code)
    if kind is None or "params" not in stored:  # of another digidoc: its English sentence is all there is
        return Problem(code, "{reason}", params={"reason": str(stored.get("message", ""))}, file=stored.get("file"))
    params = {str(name): str(value) for name, value in stored["params"].items()}
    return replace(kind(**params).problem, file=stored.get("file"))


_BY_ERRNO: dict[int, type[DigidocError]] = {
    errno.ENOENT: FileMissing,
    errno.EACCES: PermissionMissing,
    errno.EPERM: PermissionMissing,
    errno.ENOSPC: DiskFull,
    errno.EROFS: ReadOnlyTarget,
}
if hasattr(errno, "EDQUOT"):
    _BY_ERRNO[errno.EDQUOT] = DiskFull


def from_os(error: OSError, file: Path | str | None = None) -> DigidocError:
    """The error of this tree that an operating system's error amounts to; sorted by errno, never by text."""
    name = file if file is not None else error.filename
    kind = _BY_ERRNO.get(error.errno or 0)
    if kind is not None:
        return kind(file=name)
    return StorageError(file=name, reason=error.strerror or type(error).__name__)
