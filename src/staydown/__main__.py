"""``python -m staydown`` is the ``staydown`` command."""

from staydown.cli.main import main

if __name__ == "__main__":
    main()
