"""What the scripts of this room have to know of a paper and its items: it stands in `data-…` attributes of the page."""

from collections.abc import Mapping

from digidoc.pipeline.review.sheet import Item, Sheet
from digidoc.text import plain


def of_paper(sheet: Sheet) -> Mapping[str, object]:
    """Of the element that shows a paper: what a correction of it names."""
    record = sheet.record
    return {
        "paper": record.paper_id,
        "name": plain(record.name),
        "version": record.object_version,
        "text": sheet.text_sha256,
    }


def of_item(item: Item) -> Mapping[str, object]:
    """Of the element that shows an item: see there; what is not known is left out."""
    box = None if item.box is None else f"{item.box.x0} {item.box.y0} {item.box.x1} {item.box.y1}"
    always = {
        "kind": item.kind,
        "name": item.name,
        "label": item.label,
        "was": item.was,
        "shown": item.shown,
        "page": item.page,
    }
    sometimes = {
        "place": item.place,
        "word": item.word,
        "box": box,
        "blind": 1 if item.blind else None,
        "register": item.register or None,
        "months": item.months or None,
    }
    return always | {name: value for name, value in sometimes.items() if value is not None}
