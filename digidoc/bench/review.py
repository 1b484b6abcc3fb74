"""The pages of `digidoc review`: what is looked at, and what is taken in."""

from aiohttp import web

from digidoc.bench import answers, pages, saving
from digidoc.bench.app import PATIENCE
from digidoc.bench.desk import Desk
from digidoc.bench.security import Access


def mount(app: web.Application, access: Access, desk: Desk) -> None:
    """Put them into the application."""
    app[answers.LOOK] = answers.Look("digidoc review")
    pages.add_routes(app, access, desk)
    saving.add_routes(app, desk, PATIENCE)
