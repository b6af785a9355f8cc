"""How the derived trees are made. `generate.py` beside this package is the command."""
