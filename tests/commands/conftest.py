"""What the commands are tried on: the fixtures of the areas that they call."""

from tests.archive.conftest import archive as archive  # noqa: PLC0414 (a fixture)
from tests.archive.conftest import scans as scans  # noqa: PLC0414
from tests.pki import pki as pki  # noqa: PLC0414
from tests.sign.conftest import page as page  # noqa: PLC0414
