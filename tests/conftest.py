"""Tests keep their cache to themselves."""

import os
import tempfile

os.environ["HUITIAN_CACHE"] = tempfile.mkdtemp(prefix="huitian-test-cache-")
