"""What ``clinicdesk slots`` may be asked: read at every start of the command line, so it imports nothing that takes time."""

from __future__ import annotations

import argparse

from clinicdesk.i18n import _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--procedure", required=True, metavar="KEY", help=_("such as kyphoplasty"))
    parser.add_argument("--levels", default="", metavar="L1,L2", help=_("the levels, where it has any"))
    parser.add_argument("--sedation", metavar="DEPTH", help=_("local, minimal, moderate, deep or general"))
    parser.add_argument("--mac", action="store_true", help=_("with monitored anesthesia care"))
    parser.add_argument("--stay", choices=["home", "overnight"], help=_("home or overnight"))
    parser.add_argument(
        "--from", dest="first", required=True, metavar="DAY", help=_("the first day, written year-month-day")
    )
    parser.add_argument("--to", dest="last", required=True, metavar="DAY", help=_("the last day"))
    parser.add_argument(
        "--surgeon", action="append", default=[], metavar="NAME", help=_("may be given more than once")
    )
    parser.add_argument("--weekdays", default="", metavar="mon,tue", help=_("all, where none is named"))
    parser.add_argument("--time", choices=["any", "am", "pm"], default="any", help=_("am or pm"))
    parser.add_argument(
        "--minutes", type=int, metavar="N", help=_("the length, where it is not the usual one")
    )
    parser.add_argument("--patient", metavar="MRN", help=_("whose other bookings count"))
    parser.add_argument("--limit", type=int, default=5, metavar="N", help=_("how many times; 5"))
    parser.add_argument("--json", action="store_true", help=_("as JSON, times in UTC"))
