"""`python -m movement_kg`: the same as the command `movement-kg`."""

from .cli import main

main()
