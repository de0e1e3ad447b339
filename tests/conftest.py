"""Tests keep their cache to themselves."""

import os
import signal
import tempfile

os.environ["HUITIAN_CACHE"] = tempfile.mkdtemp(prefix="huitian-test-cache-")

# a suite that a script starts in the background ignores Ctrl-C, and what it starts would too
signal.signal(signal.SIGINT, signal.default_int_handler)
