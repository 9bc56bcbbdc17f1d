"""What every test stands on: a fixed place and language, and nothing left running or unsaid afterwards."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Before anything imports Qt or reads a zone. The zone is one that no clinic in the tests has, so that a time taken from
# the machine instead of from the clinic shows (5 h 45 min off).
os.environ["QT_QPA_PLATFORM"] = os.environ.get("CLINICDESK_TEST_PLATFORM") or "offscreen"
os.environ["TZ"] = "Asia/Kathmandu"
os.environ["LC_ALL"] = os.environ["LANG"] = "C.UTF-8"
for _name in ("LANGUAGE", "QT_SCALE_FACTOR", "QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME", "QT_FONT_DPI"):
    os.environ.pop(_name, None)
for _name in ("CLINICDESK_DATABASE", "CLINICDESK_USER", "CLINICDESK_PASSWORD"):
    os.environ.pop(_name, None)
_HOME = tempfile.TemporaryDirectory(prefix="clinicdesk-tests-home-")
for _name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
    os.environ[_name] = _HOME.name  # the person's own clinic is never touched

import time  # noqa: E402 - the zone has to be set first

import pytest  # noqa: E402 - the same
from hypothesis import settings  # noqa: E402 - the same

time.tzset()

pytest_plugins = [
    "tests.helpers.leftovers",
    "tests.helpers.logfail",
    "tests.helpers.databases",
]

# The same examples every time, and no deadline: two busy cores measure nothing.
settings.register_profile("clinicdesk", deadline=None, derandomize=True, database=None)
settings.load_profile("clinicdesk")

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Real input from other systems (``tests/data``)."""
    return DATA


def pytest_sessionfinish() -> None:
    _HOME.cleanup()
