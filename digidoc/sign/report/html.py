"""The report as one HTML page: no network, no script, readable on paper. Every text is escaped."""

import base64
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from digidoc.i18n import current
from digidoc.i18n import tr as _
from digidoc.model import Verdict
from digidoc.pdf.typeset.blocks import Picture
from digidoc.sign.report.content import FilePart, Report, Rows, SignaturePart
from digidoc.sign.report.pages import PagePair
from digidoc.sign.report.words import verdict_words

# Nothing may be loaded and nothing may run, whatever the texts are.
_POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE: Final = """
:root { --ok: #1a6b2f; --unsure: #8a5a00; --bad: #b00020; --line: #d5d9de; --soft: #f5f6f8; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; color: #16202b;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .8rem; }
h2 { font-size: 1.15rem; margin: 0 0 .3rem; }
h3 { font-size: 1rem; margin: 0 0 .2rem; }
p { margin: .2rem 0 .6rem; }
dl { display: grid; grid-template-columns: 14.5rem 1fr; gap: .1rem .8rem; margin: .4rem 0; }
dt { color: #55606c; }
dd { margin: 0; }
.counts { display: flex; flex-wrap: wrap; gap: .6rem; list-style: none; padding: 0; margin: 1rem 0; }
.counts li { border: 1px solid var(--line); border-left: .4rem solid var(--mark); padding: .3rem .8rem; }
.counts b { font-size: 1.3rem; margin-right: .3rem; }
.file { border-top: 3px solid var(--mark); padding-top: .7rem; margin-top: 2rem; }
.signature { border-left: 3px solid var(--mark); background: var(--soft); padding: .6rem .9rem; margin: .8rem 0; }
.mark { color: #fff; background: var(--mark); border-radius: .2rem; padding: .05rem .5rem; font-size: .85rem;
  margin-right: .5rem; white-space: nowrap; }
.TOTAL_PASSED { --mark: var(--ok); } .INDETERMINATE { --mark: var(--unsure); }
.TOTAL_FAILED, .NO_SIGNATURE, .UNREADABLE { --mark: var(--bad); }
ol, ul:not(.counts) { margin: .2rem 0 0; padding-left: 1.4rem; font-size: .88rem; }
.pages { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin: .8rem 0; break-inside: avoid; }
figure { margin: 0; } figcaption { font-size: .88rem; color: #55606c; margin-bottom: .2rem; }
img { display: block; width: 100%; height: auto; border: 1px solid var(--line); }
.none { border: 1px dashed var(--line); padding: 2rem; text-align: center; color: #55606c; }
.note { color: #55606c; margin-top: 2rem; }
@page { size: A4; margin: 16mm; }
@media print { body { font-size: 10pt; margin: 0; padding: 0; max-width: none; }
  .mark, .signature, .counts li { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h1, h2, h3 { break-after: avoid; } .signature { break-inside: avoid; } }
"""


def html(report: Report) -> Iterator[str]:
    """The page, piece by piece."""
    yield (
        f'<!DOCTYPE html>\n<html lang="{current()}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(report.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    yield f"<h1>{escape(report.title)}</h1>\n{_rows(report.facts)}"
    counts = "".join(
        f'<li class="{verdict.value}"><b>{number}</b>{escape(said)}</li>' for verdict, said, number in report.counts
    )
    yield f'<ul class="counts">{counts}</ul>\n'
    for part in report.files:
        yield from _file(part)
    if report.note:
        yield f'<p class="note">{escape(report.note)}</p>\n'
    yield "</body>\n</html>\n"


def _rows(rows: Rows) -> str:
    return f"<dl>{''.join(f'<dt>{escape(key)}</dt><dd>{escape(value)}</dd>' for key, value in rows)}</dl>\n"


def _mark(verdict: Verdict) -> str:
    return f'<span class="mark">{escape(verdict_words(verdict))}</span>'


def _file(part: FilePart) -> Iterator[str]:
    yield f'<section class="file {part.verdict.value}">\n<h2><bdi>{escape(part.name)}</bdi></h2>\n'
    yield f"<p>{_mark(part.verdict)}{escape(part.sentence)}</p>\n{_rows(part.facts) if part.facts else ''}"
    for signature in part.signatures:
        yield _signature(signature)
    for pair in part.pictures:
        yield _pages(pair)
    yield "</section>\n"


def _signature(part: SignaturePart) -> str:
    said = [f'<div class="signature {part.verdict.value}">\n<h3><bdi>{escape(part.title)}</bdi></h3>\n']
    said.append(f"<p>{_mark(part.verdict)}{escape(part.sentence)}</p>\n{_rows(part.facts)}")
    said += _listed(_("Remarks"), part.remarks, "ul")
    said += _listed(_("Certificates, from the signer upwards"), part.chain, "ol")
    return "".join([*said, "</div>\n"])


def _listed(title: str, items: Iterable[str], kind: str) -> list[str]:
    found = "".join(f"<li>{escape(item)}</li>" for item in items)
    return [f"<dl><dt>{escape(title)}</dt><dd><{kind}>{found}</{kind}></dd></dl>\n"] if found else []


def _pages(pair: PagePair) -> str:
    before = _("Page {number} as it was signed").format(number=pair.page)
    after = _("Page {number} as it is now").format(number=pair.page)
    return f'<div class="pages">{_figure(before, pair.before)}{_figure(after, pair.after)}</div>\n'


def _figure(caption: str, picture: Picture | None) -> str:
    said = f"<figure><figcaption>{escape(caption)}</figcaption>"
    if picture is None:
        return f'{said}<div class="none">{escape(_("There is no such page."))}</div></figure>'
    data = base64.b64encode(picture.jpeg).decode("ascii")
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'{said}<img src="data:image/jpeg;base64,{data}" {size} alt="{escape(caption)}"></figure>'
