"""What the pages of `digidoc browse` look into: the archive behind its thread, and the pictures of its pages."""

from pathlib import Path

from digidoc.bench.pictures import Pictures
from digidoc.bench.worker import Worker


class Shelves:
    """An archive that is looked at.

    Args:
        archive: its folder.

    """

    def __init__(self, archive: Path) -> None:
        self.worker = Worker(archive, keep=False)
        self.pictures = Pictures()
