"""The command line: parse, call the library, print.

Commands are imported when they are asked for, so that ``kg --help`` answers at once.
Exit codes: 0 done · 1 a check failed · 2 wrong usage or input.  The library raises named
errors of one sentence; here they become that sentence on standard error.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import NoReturn

import click

import kg
from kg.cli.console import to_printable, use_utf8

COMMANDS = {
    "build": "pages",
    "extract": "pages",
    "questions": "questions",
    "query": "questions",
    "export": "graph",
    "view": "graph",
    "check": "graph",
    "push": "remote",
    "score": "pages",
    "explain": "explain",
    "serve": "serving",
}
"""Every command and the module of this package that holds it."""


class Commands(click.Group):
    """The group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return getattr(import_module(f"kg.cli.{COMMANDS[cmd_name]}"), cmd_name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(kg.__version__, prog_name="kg")
def commands() -> None:
    """A knowledge graph of Party-building initiatives from newspaper pages.

    党建举措知识图谱：由报纸版面原文构建，可查询、可浏览、可溯源。
    """


def main() -> None:
    """Run the command line of this process and exit."""
    use_utf8()
    try:
        sys.exit(commands.main(prog_name="kg", standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "kg"
        _fail(f"{error.format_message().rstrip('.')}; see {command} --help.")
    except click.ClickException as error:
        _fail(error.format_message())
    except click.Abort:
        click.echo("kg: stopped; run the command again to finish.", err=True)
        sys.exit(130)
    except Exception as error:
        if not (_is_named(error) or isinstance(error, OSError)):
            raise  # a defect of the program, not of its input
        _fail(_to_sentence(error))


def _is_named(error: Exception) -> bool:
    """Tell whether the library raised one of its own errors; asked by module, as importing them all takes long."""
    return type(error).__module__.partition(".")[0] == kg.__name__


def _to_sentence(error: Exception) -> str:
    if _is_named(error) or not error.filename:
        return to_printable(" ".join(str(error).split()))
    hint = "; check the path" if isinstance(error, FileNotFoundError) else ""
    return to_printable(f"{error.filename}: {error.strerror}{hint}")


def _fail(message: str) -> NoReturn:
    click.echo(f"kg: {message}", err=True)
    sys.exit(2)
