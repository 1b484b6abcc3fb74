"""What the pages of `digidoc browse` say in the language of the user."""

from collections.abc import Mapping

from digidoc.i18n import tr as _
from digidoc.model import PaperState
from digidoc.register import Channel, DossierState, PaperKind


def titles() -> Mapping[str, str]:
    """Words of the pages themselves."""
    return {**_of_lists(), **_of_dossiers(), **_of_papers()}


def _of_lists() -> Mapping[str, str]:
    return {
        "bench": _("Archive"),
        "search": _("Search"),
        "dossiers": _("Dossiers"),
        "read_only": _("read only: nothing can be changed here"),
        "to_content": _("To the content"),
        "query": _("Words of the text, a number, or the id of a paper"),
        "query_hint": _('Accents may be left out. Words in quotation marks "…" stand together.'),
        "more_filters": _("More filters"),
        "type": _("Type"),
        "unit": _("Issued by"),
        "field": _("Field"),
        "holds": _("Holds"),
        "from": _("Issued from"),
        "to": _("Issued until"),
        "day_form": _("dd/mm/yyyy"),
        "year": _("Year"),
        "procedure": _("Procedure"),
        "state": _("State"),
        "any": _("any"),
        "chosen": _("Chosen filters"),
        "remove": _("leave out the filter"),
        "narrow": _("Narrow down"),
        "results": _("Papers found"),
        "earlier": _("Earlier"),
        "next": _("Next"),
        "first": _("First"),
        "last": _("Last"),
    }


def _of_dossiers() -> Mapping[str, str]:
    return {
        "not_known": _("not known"),
        "title": _("What it is"),
        "papers": _("Papers"),
        "to_review": _("To be reviewed"),
        "signed": _("Signed"),
        "in_register": _("In the register"),
        "not_in_register": _("The register does not know this dossier."),
        "office": _("Office"),
        "received": _("Received"),
        "due": _("Due"),
        "finished": _("Finished"),
        "channel": _("Came in"),
        "missing": _("Missing"),
        "nothing_missing": _("Every paper that the register lists is here."),
        "nothing_listed": _("The register lists no papers for it."),
        "elsewhere": _("the register says that a file is attached elsewhere"),
        "no_file": _("no file here"),
        "no_papers": _("The archive has no paper of it."),
    }


def _of_papers() -> Mapping[str, str]:
    return {
        "larger": _("Larger"),
        "smaller": _("Smaller"),
        "search_paper": _("Search in this paper"),
        "not_together": _("No page of it has all of these words."),
        "words_on": _("Words found on page"),
        "unshown": _("This page cannot be shown."),
        "no_words": _("What was read on this page is not at hand, so nothing can be marked on it."),
        "read_text": _("What was read on this page"),
        "no_read_text": _("No words were read on this page."),
        "fields": _("Fields"),
        "no_fields": _("No fields were found."),
        "whose": _("Whose word"),
        "files": _("Files"),
        "no_files": _("No file of it lies here."),
        "download": _("Download"),
        "size": _("Size"),
        "signatures": _("Signatures"),
        "no_signatures": _("It has no signature."),
        "signer": _("Signer"),
        "level": _("Level"),
        "signed_at": _("Signed at"),
        "verdict": _("Last verdict"),
        "checked_at": _("Checked at"),
        "history": _("History"),
        "what": _("What happened"),
        "who": _("By"),
        "when": _("When"),
        "versions": _("Versions"),
        "version": _("Version"),
        "newest": _("newest"),
        "versions_of": _("The older ones are kept in the archive; its store has them."),
        "now_at": _("In its place stands"),
        "go_to": _("Go"),
    }


def state(of: PaperState) -> str:
    """Where a paper stands."""
    return {
        PaperState.FILED: _("filed"),
        PaperState.REVIEW: _("to be reviewed"),
        PaperState.REFUSED: _("refused"),
        PaperState.WITHDRAWN: _("withdrawn"),
        PaperState.PURGED: _("erased for good"),
    }[of]


def dossier_state(of: DossierState) -> str:
    """Where a dossier stands, as the register says."""
    return {
        DossierState.REGISTERED: _("registered"),
        DossierState.RECEIVED: _("received"),
        DossierState.REFUSED: _("not accepted"),
        DossierState.IN_PROCESS: _("in process"),
        DossierState.SUPPLEMENT_ASKED: _("supplements were asked for"),
        DossierState.FEES: _("fees are to be paid"),
        DossierState.WITHDRAWN: _("withdrawn by the citizen"),
        DossierState.STOPPED: _("stopped"),
        DossierState.FINISHED: _("finished"),
        DossierState.RETURNED: _("result handed over"),
    }[of]


def channel(of: Channel) -> str:
    """How a dossier came in."""
    return {Channel.ONLINE: _("online"), Channel.DIRECT: _("at the counter"), Channel.POSTAL: _("by post")}[of]


def kind(of: PaperKind) -> str:
    """What a paper is to its dossier."""
    return {PaperKind.COMPONENT: _("handed in"), PaperKind.RESULT: _("result")}[of]


def source(of: str, value: str, confidence: float) -> str:
    """Whose word a field is, and how sure a reading is."""
    if of == "clerk":
        return _("a clerk")
    if of == "register":
        return _("the register")
    return _("read, {share}").format(share=f"{confidence:.0%}") if value else _("not read")


def form(role: str) -> str:
    """A file of a paper that is handed out."""
    name, _dash, number = role.partition("-")
    said = {"original": _("Original"), "searchable": _("Searchable PDF/A"), "signed": _("Signed PDF")}[name]
    return f"{said} {number}".strip()
