"""`python -m vlmrun`: the command line."""

from vlmrun.cli import main

if __name__ == "__main__":
    main()
