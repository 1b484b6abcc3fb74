from tests.archive.conftest import archive as archive  # noqa: PLC0414 (a fixture)
from tests.archive.conftest import scans as scans  # noqa: PLC0414
