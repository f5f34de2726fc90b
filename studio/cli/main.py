"""The command line `sakkan`. It ends with 0 when all is well, 1 flagged, 2 wrong usage, 3 refused, 4 no server."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from studio.cli import cleanup, compare, config, inbetween, looking, push
from studio.cli.client import Client
from studio.cli.errors import CliError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return how the process is to end."""
    args = _parser().parse_args(argv)
    try:
        if args.command == "login":
            return looking.login(args)
        if args.command in {"compare", "inbetween", "cleanup"}:
            return int(args.run(args))
        client = Client(config.account())
        return int(args.run(client, args))
    except CliError as error:
        print(f"sakkan: {error}", file=sys.stderr)
        return error.code
    except BrokenPipeError:  # the reader, `head` perhaps, has seen enough
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("\nsakkan: stopped. Run the same command again to go on.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sakkan", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    _add_login(commands.add_parser("login", help="sign in and keep a token"))
    _add_push(commands.add_parser("push", help="send a folder as a take of a cut"))
    _add_status(commands.add_parser("status", help="show where cuts stand"))
    _add_pull(commands.add_parser("pull", help="fetch the retake list of an episode as CSV"))
    compare.add_arguments(
        commands.add_parser(
            "compare",
            help="check a folder of drawings against a folder of approved ones, without a server",
            description=compare.__doc__,
        )
    )
    inbetween.add_arguments(
        commands.add_parser(
            "inbetween",
            help="draw between two keys, or fill the cells of a folder by their timesheet, without a server",
            description=inbetween.__doc__,
        )
    )
    cleanup.add_arguments(
        commands.add_parser(
            "cleanup",
            help="clean up rough drawings to line art, as PNG or SVG, without a server",
            description=cleanup.__doc__,
        )
    )
    return parser


def _add_login(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", help="where the server is, like http://localhost:8000")
    parser.add_argument("--user", help="the name to sign in with; asked for otherwise")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    parser.add_argument("--token", help="use this token instead of name and password")


def _add_push(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=push.run)
    parser.add_argument("folder", help="the folder, or one file (a zip, a PSD, a movie)")
    parser.add_argument("--cut", required=True, help="the cut, like EP01_C012")
    parser.add_argument("--stage", required=True, choices=compare.STAGES)
    parser.add_argument("--production", help="the production's code, where several have this cut")
    parser.add_argument("--rule", help="read names by this rule alone")
    parser.add_argument("--note", help="what to say about this take")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--dry-run", action="store_true", help="show how names are read and send nothing")
    parser.add_argument("--no-wait", action="store_true", help="do not wait for the check")
    parser.add_argument("--fail-on-flags", action="store_true", help="end with 1 when something was flagged")


def _add_status(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=looking.status)
    parser.add_argument("--cut", help="one cut, with its takes and flags")
    parser.add_argument("--production", help="of this production alone")
    parser.add_argument("--mine", action="store_true", help="only cuts where a stage is mine")


def _add_pull(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=looking.pull)
    parser.add_argument("--episode", required=True, help="the episode's code, like EP01")
    parser.add_argument("--production", help="the production's code, where you work on several")
    parser.add_argument("-o", "--output", help="where to write it")


if __name__ == "__main__":
    sys.exit(main())
