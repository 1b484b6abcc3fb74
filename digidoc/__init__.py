"""digidoc: paper dossiers to signed, searchable, archived electronic records."""

__version__ = "0.1.0"
