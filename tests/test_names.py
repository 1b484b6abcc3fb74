from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digidoc.files.names import safe


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("15-QD-UBND 2025-09-18 Quyết định", "15-QD-UBND 2025-09-18 Quyết định"),
        ("Quye\u0302\u0301t  đi\u0323nh\n", "Quyết định"),
        ('a/b\\c:d*e?f"g<h>i|j', "a-b-c-d-e-f-g-h-i-j"),
        ("../../etc/passwd", "etc-passwd"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("~$lock", "$lock"),
        ("ends. . ", "ends"),
        ("con", "_con"),
        ("NUL.x", "_NUL.x"),
        ("Com1 .x", "_Com1 .x"),
        ("LPT²", "_LPT²"),
        ("Công văn", "Công văn"),
        ("console", "console"),
        ("a\u202eb\x00c\x1b\ud800", "a-b-c--"),
        (" . ", ""),
    ],
)
def test_names_that_every_system_takes(text: str, name: str) -> None:
    assert safe(text) == name


@given(st.text(max_size=300))
def test_any_text_gives_a_name_or_none(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    name = safe(text)
    assert safe(name) == name
    if name:
        assert Path(name).name == name
        assert len(f"{name} (10000).pdf".encode()) < 255
        (tmp_path_factory.mktemp("names") / f"{name}.pdf").touch()
