"""Everything outside the house, behind the ports. Only `symposion.main` knows this package."""
