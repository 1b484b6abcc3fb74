"""Errors of this area: branches of the tree in `digidoc.errors`.

DigidocError
├── ScanError
│   ├── NoDossiers                    no sheet to be printed
│   ├── UnknownStack, StackDamaged, StackFiled, StackWaits
│   └── ScannerError                  what scanimage ended with
│       ├── NoScanner, WhichScanner, WhichSource, NoDuplex, OptionRefused
│       ├── ScanCancelled, ScannerBusy, FeederEmpty, PaperJam, CoverOpen
│       ├── ScannerBroken, ScannerMemory, ScannerDenied
│       └── ScannerSilent, ScannersSilent   it was ended, for it hung
└── DependencyMissing
    └── NoScanProgram
"""

from digidoc.errors import DependencyMissing, DigidocError, ExitCode
from digidoc.i18n import N_


class ScanError(DigidocError):
    """Something about sheets, scanners and stacks."""

    code = "scan"


class NoDossiers(ScanError):
    """The register has no dossier that a sheet was asked for."""

    code = "no-dossiers"
    template = N_("The register has no such dossiers, so there is no sheet to print.")
    hint_template = N_("`digidoc import` brings the register; name dossiers, or ask for others.")


class UnknownStack(ScanError):
    """No stack of that name."""

    code = "unknown-stack"
    template = N_("There is no stack {stack}.")
    hint_template = N_("`digidoc scan --list` lists the stacks.")


class StackDamaged(ScanError):
    """The record of a stack cannot be read; its pages are not affected."""

    code = "stack-damaged"
    template = N_("What is known of this stack cannot be read.")
    hint_template = N_("Its pages lie beside the file, each as a file of its own: `digidoc digitize` takes them.")


class StackFiled(ScanError):
    """A stack whose papers are in the archive was to be changed."""

    code = "stack-filed"
    template = N_("The papers of stack {stack} are in the archive already.")
    hint_template = N_("`digidoc list` shows them. Scan further pages as a new stack.")


class StackWaits(ScanError):
    """A file with sheets in it whose stack does not add up."""

    code = "stack-waits"
    template = N_("It has separator sheets that do not add up; it waits for a person as stack {stack}.")
    hint_template = N_("`digidoc scan --list` says what is wrong; `digidoc scan {stack}` files it then.")


class ScannerError(ScanError):
    """The scanner, or the program that speaks to it, gave no pages; those that are whole are kept."""

    code = "scanner"
    template = N_("The scanner does not work: {reason}.")
    hint_template = N_("Switch the scanner off and on again, then look at `digidoc doctor`.")


class NoScanner(ScannerError):
    """None was found."""

    code = "no-scanner"
    template = N_("No scanner was found.")
    hint_template = N_(
        "Connect it and switch it on; for network scanners install sane-airscan. Or let the scanner write into a "
        "folder and use `digidoc digitize --watch`."
    )


class WhichScanner(ScannerError):
    """Several were found and none was named."""

    code = "which-scanner"
    exit_code = ExitCode.USAGE
    template = N_("There are several scanners: {known}.")
    hint_template = N_("Name one with --device, or in a profile [scan.NAME].")


class WhichSource(ScannerError):
    """None of its sources is called a feeder, or the one that was named is not there."""

    code = "which-source"
    exit_code = ExitCode.USAGE
    template = N_("Where the scanner is to take the paper from is not clear; it has: {known}.")
    hint_template = N_("Name one of them with --source, or in a profile [scan.NAME].")


class NoDuplex(ScannerError):
    """It cannot scan both sides."""

    code = "no-duplex"
    exit_code = ExitCode.USAGE
    template = N_("This scanner does not scan both sides by itself.")
    hint_template = N_("With --manual-duplex digidoc asks you to turn the stack over, and puts the pages in order.")


class OptionRefused(ScannerError):
    """Code 1 or 4: the device or an option was refused."""

    code = "scanner-refused"
    template = N_("The scanner refused: {reason}.")
    hint_template = N_("Check the name of the device and the options; `scanimage -A -d DEVICE` lists what it can do.")


class ScanCancelled(ScannerError):
    """Code 2."""

    code = "scan-cancelled"
    template = N_("Scanning was cancelled at the scanner.")
    hint_template = N_("The whole pages are kept. `digidoc scan --continue STACK` goes on.")


class ScannerBusy(ScannerError):
    """Code 3."""

    code = "scanner-busy"
    template = N_("The scanner is busy.")
    hint_template = N_("Wait until the other program or person has finished, then run the command again.")


class FeederEmpty(ScannerError):
    """Code 7, or 0 without any page."""

    code = "feeder-empty"
    template = N_("There is no paper in the feeder.")
    hint_template = N_("Put the stack in until the scanner says that it has it, then run the command again.")


class PaperJam(ScannerError):
    """Code 6."""

    code = "paper-jam"
    template = N_("The paper is jammed.")
    hint_template = N_(
        "The whole pages are kept. Take the jammed leaf out, put it and the rest in again, and go on with "
        "`digidoc scan --continue STACK`."
    )


class CoverOpen(ScannerError):
    """Code 8."""

    code = "cover-open"
    template = N_("The cover of the scanner is open.")
    hint_template = N_("Close it. The whole pages are kept; `digidoc scan --continue STACK` goes on.")


class ScannerBroken(ScannerError):
    """Code 9: no answer, or half a page."""

    code = "scanner-io"
    template = N_("The connection to the scanner broke off.")
    hint_template = N_("Check cable and network. The whole pages are kept; `digidoc scan --continue STACK` goes on.")


class ScannerMemory(ScannerError):
    """Code 10."""

    code = "scanner-memory"
    template = N_("The scanner has not enough memory for this page.")
    hint_template = N_("Scan with fewer dpi, or in smaller stacks.")


class ScannerDenied(ScannerError):
    """Code 11."""

    code = "scanner-denied"
    template = N_("You may not use this scanner.")
    hint_template = N_("Ask the administrator to add you to the group `scanner`, then log in again.")


class ScannerSilent(ScannerError):
    """It hangs: no page, no piece of one, no word."""

    code = "scanner-silent"
    template = N_("The scanner {device} gave no sign of life for {seconds} seconds, so scanning was ended.")
    hint_template = N_(
        "Look whether a leaf is stuck or the scanner asks for something, then switch it off and on again. The whole "
        "pages are kept; `digidoc scan --continue STACK` goes on."
    )


class ScannersSilent(ScannerError):
    """The program that looks for scanners hangs."""

    code = "scanners-silent"
    template = N_("Looking for scanners brought no answer for {seconds} seconds, so it was ended.")
    hint_template = N_(
        "A scanner that hangs keeps the others waiting: switch it off and on again. Or name yours with --device, or in "
        "a profile [scan.NAME]."
    )


class NoScanProgram(DependencyMissing):
    """There is no scanimage."""

    code = "no-scanimage"
    template = N_("The program scanimage, which speaks to scanners, is missing.")
    hint_template = N_(
        "On Debian and Ubuntu: apt install sane-utils. On Windows and macOS scan with the vendor's program into a "
        "folder and use `digidoc digitize --watch FOLDER`."
    )
