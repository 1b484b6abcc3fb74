"""SANE's scanimage with its test device, and what other scanners say of themselves."""

import os
import time
from pathlib import Path

import pytest

from digidoc.scan import errors
from digidoc.scan.errors import NoDuplex, ScannerError, WhichSource
from digidoc.scan.profile import ScanProfile, load_profile
from digidoc.scan.sane import program
from digidoc.scan.sane.options import Plan, abilities, plan
from tests.scan.conftest import TRIES, Hanging, Sane

FUJITSU = """
    --source ADF Front|ADF Back|ADF Duplex [ADF Front]
    --mode Lineart|Halftone|Gray|Color [Lineart]
    --resolution 50..600dpi (in steps of 1) [600]
    --page-width 0..221.121mm (in steps of 0.0211639) [215.872]
    --page-height 0..863.489mm (in steps of 0.0211639) [279.364]
    -l 0..215.872mm (in steps of 0.0211639) [0]
    -x 0..215.872mm (in steps of 0.0211639) [215.872]
    -y 0..279.364mm (in steps of 0.0211639) [279.364]
"""
EPSON = """
    --source Flatbed|Automatic Document Feeder [Flatbed]
    --adf-mode Simplex|Duplex [inactive]
    --mode Lineart|Gray|Color [Color]
    --resolution 75|150|300|600dpi [75]
"""
SWITCH = "    --source Flatbed|ADF [Flatbed]\n    --duplex[=(yes|no)] [inactive]\n"
AIRSCAN = "    --source Flatbed|ADF|ADF Duplex [Flatbed]\n    --mode Color|Gray [Color]\n"


@pytest.mark.parametrize(
    ("listed", "wanted", "words"),
    [
        (FUJITSU, ScanProfile(), ("--source=ADF Front", "--mode=Color", "--resolution=300", "--page-width=210")),
        (FUJITSU, ScanProfile(duplex=True), ("--source=ADF Duplex",)),
        (
            EPSON,
            ScanProfile(duplex=True, mode="grey"),
            ("--source=Automatic Document Feeder", "--adf-mode=Duplex", "--mode=Gray"),
        ),
        (SWITCH, ScanProfile(duplex=True), ("--source=ADF", "--duplex=yes")),
        (AIRSCAN, ScanProfile(), ("--source=ADF", "--mode=Color")),
        (AIRSCAN, ScanProfile(duplex=True), ("--source=ADF Duplex",)),
        (AIRSCAN, ScanProfile(source="flatbed"), ("--source=Flatbed",)),
    ],
)
def test_scanners_are_asked_in_their_own_words(listed: str, wanted: ScanProfile, words: tuple[str, ...]) -> None:
    assert plan(abilities(listed), wanted).words[: len(words)] == words


def test_a_flatbed_scans_once_and_a_source_that_nobody_knows_is_asked_for() -> None:
    assert not plan(abilities(AIRSCAN), ScanProfile(source="Flatbed")).feeder
    assert plan({}, ScanProfile()) == Plan((), feeder=False, duplex=False)
    with pytest.raises(WhichSource, match="Document Table, Tray"):
        plan({"--source": ("Document Table", "Tray")}, ScanProfile())
    with pytest.raises(WhichSource):
        plan(abilities(AIRSCAN), ScanProfile(source="Tray 2"))
    with pytest.raises(NoDuplex):
        plan({"--source": ("Flatbed", "ADF")}, ScanProfile(duplex=True))


def test_a_profile_is_checked() -> None:
    assert load_profile({"page": "210x330", "dpi": 200}, {"dpi": 400}, "x").size_mm == (210, 330)
    assert load_profile({"page": "210x330", "dpi": 200}, {"dpi": 400}, "x").dpi == 400
    for bad in (
        {"page": "letter"},
        {"dpi": 0},
        {"mode": "color"},
        {"blank": "delete"},
        {"duplex": "yes"},
        {"tray": "1"},
    ):
        with pytest.raises(errors.DigidocError):
            load_profile(bad, {}, "digidoc.toml")


def _scan(folder: Path) -> list[Path]:
    how = plan(program.asked_abilities("test:0"), ScanProfile(dpi=50))
    return list(program.pages("test:0", how, folder, 3))


def _is_gone(pid: Path) -> bool:
    try:
        os.kill(int(pid.read_text()), 0)
    except ProcessLookupError:
        return True
    return False


def test_ten_pages_come_from_the_feeder(sane: Sane, tmp_path: Path) -> None:
    sane()
    assert [device.name for device in program.devices()] == ["test:0", "test:1"]
    with pytest.raises(errors.WhichScanner):
        program.the_device("")
    assert program.the_device("test:1") == "test:1"
    assert "scanimage" in program.version()
    found = _scan(tmp_path)
    assert [path.name for path in found] == [f"{number:05d}.tif" for number in range(3, 13)]
    assert all(path.is_file() for path in found)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("CANCELLED", errors.ScanCancelled),
        ("DEVICE_BUSY", errors.ScannerBusy),
        ("INVAL", errors.OptionRefused),
        ("JAMMED", errors.PaperJam),
        ("NO_DOCS", errors.FeederEmpty),
        ("COVER_OPEN", errors.CoverOpen),
        ("IO_ERROR", errors.ScannerBroken),
        ("NO_MEM", errors.ScannerMemory),
        ("ACCESS_DENIED", errors.ScannerDenied),
    ],
)
def test_what_goes_wrong_at_the_scanner_has_its_sentence(
    sane: Sane, tmp_path: Path, status: str, kind: type[ScannerError]
) -> None:
    for _time in range(TRIES):
        sane(f"SANE_STATUS_{status}")
        with pytest.raises(ScannerError) as caught:
            _scan(tmp_path)
        if type(caught.value) is not ScannerError:  # which is what comes of one that hung and was killed
            break
    assert type(caught.value) is kind
    assert list(tmp_path.glob("*.tif")) == []


def test_no_scanner_an_unknown_one_and_no_program(sane: Sane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sane()
    with pytest.raises(errors.OptionRefused, match="open of device nobody failed"):
        program.asked_abilities("nobody")
    (tmp_path / "dll.conf").write_text("")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path))
    with pytest.raises(errors.NoScanner):
        program.the_device("")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(errors.NoScanProgram) as caught:
        program.devices()
    assert "--watch" in caught.value.problem.hint


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_interruption_stops_the_scanner_and_leaves_whole_pages(sane: Sane, tmp_path: Path) -> None:
    sane(slow=True)
    how = plan(program.asked_abilities("test:0"), ScanProfile(dpi=100))
    running = program.pages("test:0", how, tmp_path, 1)
    first = next(running)
    started = time.monotonic()
    running.close()
    assert time.monotonic() - started < 2 * 5
    assert first.is_file()
    (tmp_path / "00009.tif.part").write_bytes(b"half")
    program.clear_parts(tmp_path)
    assert not list(tmp_path.glob("*.part"))
    before = sorted(tmp_path.iterdir())
    time.sleep(0.5)
    assert sorted(tmp_path.iterdir()) == before


# As scanimage does it, but for the last step: it writes a page, names it, and goes on with the next.
PAGE = """
folder = next(word for word in sys.argv if word.startswith("--batch=")).removeprefix("--batch=").rpartition("/")[0]
(pathlib.Path(folder) / "00001.tif").write_bytes(b"a page")
print(f"{folder}/00001.tif", flush=True)
part = (pathlib.Path(folder) / "00002.tif.part").open("wb")
"""
FEEDER = Plan((), feeder=True, duplex=False)
DEAF = "\nfor number in (signal.SIGINT, signal.SIGTERM):\n    signal.signal(number, signal.SIG_IGN)\n"


@pytest.mark.skipif(os.name != "posix", reason="a script as a program")
def test_a_scanner_that_hangs_is_ended_and_its_whole_pages_are_kept(hanging: Hanging, tmp_path: Path) -> None:
    pid = hanging(PAGE)
    running = program.pages("net:x", FEEDER, tmp_path, 1, patience=1)
    assert next(running) == tmp_path / "00001.tif"
    with pytest.raises(errors.ScannerSilent, match=r"The scanner net:x gave no sign of life for 1 seconds") as caught:
        next(running)
    assert "--continue" in caught.value.problem.hint
    assert _is_gone(pid)


@pytest.mark.skipif(os.name != "posix", reason="a script as a program")
def test_a_scanner_that_works_slowly_is_left_alone(hanging: Hanging, tmp_path: Path) -> None:
    """Longer than the limit, but each piece of a page, and each word, begins it anew."""
    grow = "for _time in range(4):\n    time.sleep(0.5)\n    part.write(b'rows')\n    part.flush()\n"
    talk = "for _time in range(4):\n    time.sleep(0.5)\n    print('warming up', file=sys.stderr, flush=True)\n"
    hanging(PAGE + grow + talk + "sys.exit(6)")
    with pytest.raises(errors.PaperJam):
        list(program.pages("net:x", FEEDER, tmp_path, 1, patience=2))


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_scanner_that_does_not_listen_is_ended_all_the_same(
    hanging: Hanging, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "_STOP_SECONDS", 0.5)
    pid = hanging(PAGE + DEAF)
    with pytest.raises(errors.ScannerSilent):
        list(program.pages("net:x", FEEDER, tmp_path, 1, patience=1))
    assert _is_gone(pid)


@pytest.mark.skipif(os.name != "posix", reason="a script as a program")
def test_questions_that_are_not_answered_end(hanging: Hanging) -> None:
    pid = hanging("")
    with pytest.raises(errors.ScannersSilent, match="no answer for 1 seconds"):
        program.devices(patience=1)
    assert _is_gone(pid)
    with pytest.raises(errors.ScannerSilent, match="The scanner net:x"):
        program.asked_abilities("net:x", patience=1)
    assert _is_gone(pid)
