"""The library of ready-made agents and panels, the same for everybody; served under ``/library``.

It is called the catalogue in code, for `symposion.library` is what a notebook imports.
"""
