"""The command: its arguments become settings, its errors and signals exit codes."""

import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import nullcontext

from anpr.cli.arguments import parse_arguments
from anpr.cli.run import run
from anpr.cli.settings import Settings
from anpr.cli.signals import StopRequest, Terminated, terminable
from anpr.errors import AnprError, ExitCode

logger = logging.getLogger("anpr")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        argv: The arguments without the program's name; `None` takes those of the process.

    Returns:
        The exit code.
    """
    logging.basicConfig(format="[%(levelname)s] %(message)s", stream=sys.stderr)
    settings = parse_arguments(argv)
    logger.setLevel(_log_level(settings))
    try:
        with terminable():
            return _run(settings)
    except AnprError as error:
        logger.error("%s", error)
        return error.exit_code
    except KeyboardInterrupt:
        return _stopped(settings, signal.SIGINT)
    except Terminated:
        return _stopped(settings, signal.SIGTERM)
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK


def _run(settings: Settings) -> ExitCode:
    with StopRequest() if settings.watch else nullcontext() as stop:
        code = run(settings, stop)
    if stop is None or stop.number is None:
        return code
    return _stopped(settings, stop.number)


def _log_level(settings: Settings) -> int:
    if settings.verbose:
        return logging.DEBUG
    return logging.ERROR if settings.quiet else logging.WARNING


def _stopped(settings: Settings, number: int) -> ExitCode:
    """Reports an interrupted run and returns its exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not end in a traceback
    hint = "" if settings.output is None else "; the same command with --resume goes on from there"
    is_terminated = number == signal.SIGTERM
    how = "terminated" if is_terminated else "interrupted"
    logger.warning("%s; what was printed stands%s", how, hint)
    return ExitCode.TERMINATED if is_terminated else ExitCode.INTERRUPTED
