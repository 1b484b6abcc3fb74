"""Where reports go, and writing them: each whole or not at all, and never over a file that is there."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digidoc.errors import FileMissing, FolderExpected, OutputExists, from_os
from digidoc.files import disk
from digidoc.i18n import N_

if TYPE_CHECKING:
    from digidoc.sign.validate.batch import Checked, How


@dataclass(frozen=True, slots=True)
class Targets:
    """The reports that are asked for.

    Attributes:
        html: file of the HTML page; None for none.
        pdf: file of the PDF; None for none.
        etsi: `*.xml` for one ETSI report of all files, any other name for a folder with one a file; None for none.

    """

    html: Path | None = None
    pdf: Path | None = None
    etsi: Path | None = None

    @property
    def pictures(self) -> bool:
        """Whether a report shows pictures of pages."""
        return self.html is not None or self.pdf is not None

    @property
    def written(self) -> tuple[Path, ...]:
        """All of them."""
        return tuple(path for path in (self.html, self.pdf, self.etsi) if path is not None)

    @property
    def _etsi_folder(self) -> bool:
        return self.etsi is not None and self.etsi.suffix.lower() != ".xml"

    def check(self) -> None:
        """See before anything is validated that the reports can be written.

        Raises:
            OutputExists: something of that name is there.
            FileMissing, FolderExpected: the folder that it should be in is not there, or is none.

        """
        for path in self.written:
            if path == self.etsi and self._etsi_folder and path.is_dir() and not any(path.iterdir()):
                continue
            if os.path.lexists(path):
                raise OutputExists(file=path)
            if not path.parent.exists():
                raise FileMissing(file=path.parent)
            if not path.parent.is_dir():
                raise FolderExpected(file=path.parent, reason=N_("a file stands where the folder should be"))

    def write(self, files: "Sequence[Checked]", counts: Mapping[str, int], how: "How") -> None:
        """Write what is asked for.

        Args:
            files: that were validated.
            counts: all files by verdict.
            how: how they were validated.

        Raises:
            PermissionMissing, DiskFull, ReadOnlyTarget, StorageError: the system's answer.

        """
        made = datetime.now(UTC)
        if self.pictures:
            from digidoc.sign.report.content import report

            content = report(files, counts, how, made)
            if self.html is not None:
                from digidoc.sign.report.html import html

                _put(self.html, html(content).encode())
            if self.pdf is not None:
                from digidoc.sign.report.pdf import pdf

                _put(self.pdf, pdf(content, made))
        if self.etsi is not None:
            self._write_etsi(self.etsi, files, how.at or made)

    def _write_etsi(self, target: Path, files: "Sequence[Checked]", at: datetime) -> None:
        from digidoc.sign.report.etsi import etsi

        if not self._etsi_folder:
            _put(target, etsi(files, at))
            return
        try:
            target.mkdir(exist_ok=True)
        except OSError as error:
            raise from_os(error, target) from error
        for number, checked in enumerate(files, 1):
            name = "".join(
                char if char.isalnum() or char in "-._ " else "_" for char in Path(checked.verdict.file).name
            )
            _put(target / f"{number:06d}-{name[:100]}.xml", etsi([checked], at))


def _put(path: Path, content: bytes) -> None:
    try:
        disk.write_result(path, content)
    except OSError as error:
        raise from_os(error, path) from error
