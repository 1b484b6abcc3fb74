"""Putting a report into its forms. Nothing is calculated here: every renderer gets the same finished values."""

import json

from digidoc.errors import Problem
from digidoc.outcome import envelope
from digidoc.report.document import ReportDocument


def made_as(form: str, report: ReportDocument, problems: tuple[Problem, ...] = ()) -> bytes:
    """The content of a file of that form.

    Args:
        form: json, csv, xlsx, md, html or pdf.
        report: what it says.
        problems: of returns that could not be added up; JSON lists them.

    """
    if form == "json":
        from digidoc.report import json_form

        document = envelope(json_form.SCHEMA, json_form.to_json(report), problems)
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    if form == "csv":
        from digidoc.report.render import table

        return table.csv(report)
    if form == "xlsx":
        from digidoc.report.render import xlsx

        return xlsx.write(report)
    if form == "md":
        from digidoc.report.render import markdown

        return markdown.write(report).encode()
    from digidoc.report.render import html

    if form == "html":
        return html.write(report).encode()
    from digidoc.report.render import pdf

    return pdf.write(report)
