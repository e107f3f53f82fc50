"""What nianbao-cli.exe runs: the command line, which loads no Qt."""

import sys

from core.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
