"""The command line. No command opens the window.

Exit codes: 0 done, 1 a fault of the program, 2 something was wrong with what was asked or with the surroundings, 130 stopped
by the person. Whatever is foreseen is one sentence on standard error, never a traceback.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from clinicdesk import __version__
from clinicdesk.config import DATABASE_VARIABLE, PASSWORD_VARIABLE, USER_VARIABLE, Config, from_environment
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _, ngettext

if TYPE_CHECKING:
    import argparse

    from clinicdesk.services.desk import Desk

DONE, FAULT, REFUSED, STOPPED = 0, 1, 2, 130

SOLVER_PROCESS = "solver-process"
"""How the frozen program starts the solver's process, which is itself (`clinicdesk.solver.process`); for nobody to type."""


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; gives the exit code."""
    try:
        if not arguments:
            return _window(from_environment(None))  # what most starts are: nothing to be parsed
        if arguments[0] == SOLVER_PROCESS:
            return _solver_process()
        asked = _parser().parse_args(arguments)
        config = from_environment(asked.data)
        return int(asked.command(config, asked)) if asked.command else _window(config)
    except SystemExit as left:  # argparse has said what is wrong
        return left.code if isinstance(left.code, int) else REFUSED
    except ClinicDeskError as error:
        _say(error.sentence)
        return REFUSED
    except KeyboardInterrupt:
        _say(_("Stopped. What was saved before stands."))
        return STOPPED
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the output has left; so does this
        return DONE
    except Exception as error:  # noqa: BLE001 - the last place to turn a fault into a sentence; it is logged as one
        from clinicdesk import logs

        logs.fault(logs.get(__name__), error)
        _say(
            _("Something went wrong in the program ({kind}). What was saved before stands.").format(
                kind=type(error).__name__
            )
        )
        return FAULT


def _parser() -> argparse.ArgumentParser:
    import argparse

    common = _common()
    parser = argparse.ArgumentParser(
        prog="clinicdesk",
        parents=[_common()],  # its own: what is set on it below must not reach the commands
        description=_("ClinicDesk for a spine clinic. Without a command the window opens."),
        epilog=_(
            "Commands that open the clinic take user and password from {user} and {password}, or ask for them. "
            "{database} names a PostgreSQL server."
        ).format(user=USER_VARIABLE, password=PASSWORD_VARIABLE, database=DATABASE_VARIABLE),
    )
    parser.add_argument("--version", action="version", version=f"ClinicDesk {__version__}")
    parser.set_defaults(data=None, command=None)
    commands = parser.add_subparsers(metavar=_("COMMAND"))
    _add_demo(commands, common)
    _add_import(commands, common)
    _add_slots(commands, common)
    return parser


def _common() -> argparse.ArgumentParser:
    """What may stand before a command and after it."""
    import argparse

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help=_("the folder of the clinic; the platform's data folder by default"),
    )
    return common


if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def _add_demo(commands: _Commands, common: argparse.ArgumentParser) -> None:
    demo = commands.add_parser(
        "demo", parents=[common], help=_("fill a clinic with made-up people and print who can sign in")
    )
    demo.add_argument("--patients", type=int, default=1_200, metavar="N", help=_("how many patients; 1200"))
    demo.add_argument("--years", type=int, default=1, metavar="Y", help=_("how many years of bookings; 1"))
    demo.add_argument("--seed", type=int, default=1, metavar="S", help=_("the same seed, the same clinic; 1"))
    demo.set_defaults(command=_demo)


def _add_import(commands: _Commands, common: argparse.ArgumentParser) -> None:
    importing = commands.add_parser("import", parents=[common], help=_("bring records in from a file"))
    kinds = importing.add_subparsers(metavar=_("WHAT"), required=True)
    patients = kinds.add_parser("patients", parents=[common], help=_("patients from a CSV file"))
    patients.add_argument("file", type=Path, metavar="FILE")
    patients.set_defaults(command=_import_patients)


def _add_slots(commands: _Commands, common: argparse.ArgumentParser) -> None:
    from clinicdesk.bootstrap import slots_options

    finding = commands.add_parser("slots", parents=[common], help=_("find the best times for a case"))
    slots_options.add_arguments(finding)
    finding.set_defaults(command=_slots)


def _window(config: Config) -> int:
    from clinicdesk.bootstrap import display

    display.check()
    gc.disable()  # nothing that is imported becomes garbage; `Loader` enables it again when everything is there
    from clinicdesk.bootstrap.window import open_window

    return open_window(config)


def _solver_process() -> int:
    from clinicdesk.solver.__main__ import main

    return main()


def _demo(config: Config, asked: argparse.Namespace) -> int:
    from clinicdesk.bootstrap import demo

    users = demo.make(
        config,
        patients=asked.patients,
        years=asked.years,
        seed=asked.seed,
        progress=_Counter(_("Making the demo clinic")),
    )
    wide = max(len(user.login) for user in users)
    widest = max(len(user.password) for user in users)
    print(_("Demo clinic in {folder}. Nobody in it is real. Sign in as:").format(folder=config.folder))
    for user in users:
        print(f"  {user.login:<{wide}}  {user.password:<{widest}}  {user.role}")
    return DONE


def _import_patients(config: Config, asked: argparse.Namespace) -> int:
    """The rows that do not fit are told on standard output, one a line, with line and reason; they are no error."""
    data = _read(asked.file)
    desk = _signed_in(config)
    from clinicdesk.services import importing

    try:
        result = importing.run(desk, data, progress=_ImportProgress()).value
    finally:
        desk.database.close()
    for row in result.bad:
        print(_("line {line}: {reason}").format(line=row.line, reason=row.reason))
    print(result.sentence)
    if result.deceased:
        died = ngettext("{count} of them has died.", "{count} of them have died.", result.deceased)
        print(died.format(count=result.deceased))
    return DONE


def _slots(config: Config, asked: argparse.Namespace) -> int:
    desk = _signed_in(config)
    from clinicdesk.bootstrap import slots

    try:
        print(slots.run(desk, asked))
    finally:
        desk.database.close()
    return DONE


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(
            _("{file} cannot be read ({why}). Nothing was imported.").format(
                file=file, why=error.strerror or type(error).__name__
            )
        ) from error


def _signed_in(config: Config) -> Desk:
    """Open the clinic for the user of the environment, or of a prompt; never of an argument, which others can read."""
    login = os.environ.get(USER_VARIABLE) or _prompted(_("User name: "))
    password = os.environ.get(PASSWORD_VARIABLE) or _prompted(_("Password: "), secret=True)
    from clinicdesk import logs
    from clinicdesk.services import signin

    if config.folder.is_dir():
        logs.start(config.folder)
    return signin.sign_in(config, login, password)


def _prompted(words: str, *, secret: bool = False) -> str:
    if not sys.stdin.isatty():
        raise BadInput(
            _(
                "Who is there? Set {user} and {password}, or run this in a terminal, where it asks for them."
            ).format(user=USER_VARIABLE, password=PASSWORD_VARIABLE)
        )
    try:
        if secret:
            import getpass

            return getpass.getpass(words)
        sys.stderr.write(words)
        sys.stderr.flush()
        return sys.stdin.readline().rstrip("\n")
    except EOFError:
        _leave()


def _leave() -> NoReturn:
    raise KeyboardInterrupt


class _Counter:
    """How far long work is, on one line of a terminal; silent where standard error is not one."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._shown = -1
        self._is_shown = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """``done`` of ``total`` are through; a total of 0 is unknown."""
        per_cent = done * 100 // total if total else done
        if not self._is_shown or per_cent == self._shown:
            return
        self._shown = per_cent
        unit = f"{per_cent} %" if total else f"{done}"
        end = "\n" if total and done >= total else ""
        sys.stderr.write(f"\r{self._words} … {unit}{end}")
        sys.stderr.flush()


class _ImportProgress:
    """`services.importing.Progress` on a terminal; the person stops it with Ctrl+C."""

    cancelled = False

    def __init__(self) -> None:
        self._counter = _Counter(_("Importing patients"))

    def report(self, done: int, total: int) -> None:
        """``done`` of ``total`` rows are through."""
        self._counter(done, total)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
