"""Opening a scan or a PDF by what its first bytes say."""

from pathlib import Path

from digidoc.errors import EmptyInput, FileMissing, FolderExpected, UnsupportedFormat, from_os
from digidoc.i18n import N_
from digidoc.ocr.source.protocol import Source, sniff

_HEAD = 1024


def open_source(path: Path) -> Source:
    """Open a scan or a PDF.

    Raises:
        FileMissing, PermissionMissing, FolderExpected: there is no file to read.
        EmptyInput: it has no bytes, or no pages.
        UnsupportedFormat: no kind of file that digidoc reads.
        UnreadableFile: broken.
        PasswordNeeded: an encrypted PDF.
        TooLarge: more pixels or pages than a worker may take.

    """
    media_type = media_type_of(path)
    if media_type == "application/pdf":
        from digidoc.ocr.source.pdf import PdfSource

        return PdfSource(path)
    from digidoc.ocr.source.image import ImageSource

    return ImageSource(path, media_type)


def media_type_of(path: Path) -> str:
    """What kind of scan or PDF a file is, by its first bytes alone.

    Raises:
        FileMissing, PermissionMissing, FolderExpected: there is no file to read.
        EmptyInput: it has no bytes.
        UnsupportedFormat: no kind of file that digidoc reads.

    """
    if path.is_dir():
        raise FolderExpected(file=path, reason=N_("a folder, not a file"))
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except FileNotFoundError:
        raise FileMissing(file=path) from None
    except OSError as error:
        raise from_os(error, path) from error
    if not head:
        raise EmptyInput(file=path)
    media_type = sniff(head)
    if media_type is None:
        raise UnsupportedFormat(file=path, kind=path.suffix.lower() or "?")
    return media_type
