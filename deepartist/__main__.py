"""`python -m deepartist`."""

from deepartist.cli import main

if __name__ == "__main__":
    main()
