"""Answers the engine's calls until its pipe closes: ``python -m regrip_torch READ_FD WRITE_FD``."""
import os
import sys

from regrip_torch.serve import serve
from regrip_torch.wire import Wire


def main() -> None:
    reading, writing = (int(text) for text in sys.argv[1:3])
    with os.fdopen(reading, "rb", buffering=1 << 20) as source, os.fdopen(writing, "wb", buffering=0) as sink:
        serve(Wire(source, sink))


main()
