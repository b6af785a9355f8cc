"""The commands, one module each; `application.py` lists them."""
