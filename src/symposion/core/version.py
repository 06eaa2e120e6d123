"""Which version this is; ``tests/house`` compares it with the package and the changelog."""

VERSION = "1.3.0"
