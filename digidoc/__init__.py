"""digidoc: paper dossiers to signed, searchable, archived electronic records."""

__version__ = "0.1.0"
#: How digidoc names itself in what it writes: events, metadata of PDFs, reports.
AGENT = f"digidoc {__version__}"
