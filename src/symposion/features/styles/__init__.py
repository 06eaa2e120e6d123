"""Styles: how an agent's traits command it to speak, held against how it did."""
