"""What makes a file PDF/A-2u beside its pages: XMP, document information, output intent, and how it is saved."""

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from digidoc import AGENT
from digidoc.pdf.icc import srgb_profile

_DATE = re.compile(
    r"D:(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)"
    r"(?:(?P<utc>Z)|(?P<sign>[+-])(?P<zh>\d\d)'?(?P<zm>\d\d)?'?)?"
)
# XML 1.0, 2.2: characters that may not stand in a document, escaped or not.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_VERSION = "1.7"  # ISO 19005-2 stands on ISO 32000-1, which is PDF 1.7


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """Document information worth carrying over; empty where the source has none. Dates as PDF writes them."""

    title: str = ""
    author: str = ""
    subject: str = ""
    keywords: str = ""
    creator: str = ""
    created: str = ""


def xmp_date(pdf_date: str) -> str:
    """The ISO 8601 form of a complete, possible PDF date (ISO 32000-1, 7.9.4); "" for any other."""
    found = _DATE.fullmatch(pdf_date.strip())
    if found is None:
        return ""
    part = found.groupdict()
    zone = "Z" if part["utc"] else f"{part['sign']}{part['zh']}:{part['zm'] or '00'}" if part["sign"] else ""
    iso = f"{part['year']}-{part['month']}-{part['day']}T{part['hour']}:{part['minute']}:{part['second']}{zone}"
    try:
        datetime.fromisoformat(iso)
    except ValueError:
        return ""
    return iso


def pdf_date(moment: datetime) -> str:
    """A moment with a time zone as PDF writes it (ISO 32000-1, 7.9.4), to the second."""
    zone = moment.strftime("%z")
    return f"D:{moment:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}'"


def save(pdf: pikepdf.Pdf, out: BinaryIO) -> None:
    """Write the file; the same pages give the same bytes."""
    pdf.save(
        out,
        force_version=_VERSION,
        deterministic_id=True,
        fix_metadata_version=False,  # pikepdf would lay the XMP out anew, larger
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )


def write_metadata(pdf: pikepdf.Pdf, info: DocumentInfo, language: str) -> None:
    """Put XMP, the document information that agrees with it, /Lang and the sRGB output intent into `pdf`."""
    pdf.Root.Lang = String(language)
    packet = Stream(pdf, _xmp(info, language).encode())
    packet.Type, packet.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = pdf.make_indirect(packet)
    profile = Stream(pdf, srgb_profile(), {"/N": 3, "/Alternate": Name.DeviceRGB})
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
        RegistryName=String("http://www.color.org"),
        Info=String("sRGB IEC61966-2.1"),
        DestOutputProfile=pdf.make_indirect(profile),
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
    entries = {
        "/Title": info.title,
        "/Author": info.author,
        "/Subject": info.subject,
        "/Keywords": info.keywords,
        "/Creator": info.creator,
        "/Producer": AGENT,
        "/CreationDate": info.created if xmp_date(info.created) else "",
    }
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary({key: String(_clean(value)) for key, value in entries.items() if _clean(value)})
    )


def _clean(text: str) -> str:
    return _NO_XML.sub("", text).strip()


def _xmp(info: DocumentInfo, language: str) -> str:
    def value(text: str) -> str:
        return escape(_clean(text), quote=False)

    def localised(tag: str, text: str) -> str:
        item = f'<rdf:Alt><rdf:li xml:lang="x-default">{value(text)}</rdf:li></rdf:Alt>'
        return f"<{tag}>{item}</{tag}>" if _clean(text) else ""

    def simple(tag: str, text: str) -> str:
        return f"<{tag}>{value(text)}</{tag}>" if _clean(text) else ""

    author = f"<rdf:Seq><rdf:li>{value(info.author)}</rdf:li></rdf:Seq>"
    body = [
        simple("pdfaid:part", "2"),
        simple("pdfaid:conformance", "U"),
        "<dc:format>application/pdf</dc:format>",
        f"<dc:language><rdf:Bag><rdf:li>{value(language)}</rdf:li></rdf:Bag></dc:language>",
        localised("dc:title", info.title),
        localised("dc:description", info.subject),
        f"<dc:creator>{author}</dc:creator>" if _clean(info.author) else "",
        simple("pdf:Keywords", info.keywords),
        simple("pdf:Producer", AGENT),
        simple("xmp:CreatorTool", info.creator),
        simple("xmp:CreateDate", xmp_date(info.created)),
    ]
    return "".join(
        [
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
            '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
            '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"',
            ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"',
            ' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">',
            *(line for line in body if line),
            "</rdf:Description>",
            "</rdf:RDF>",
            "</x:xmpmeta>",
            '<?xpacket end="w"?>',
        ]
    )
