"""`python -m digidoc` is the same program as `digidoc`."""

from digidoc.cli import main

main()
