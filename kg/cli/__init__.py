"""The command line: parse, call the library, print.

Commands are imported when they are asked for, so that ``kg --help`` answers at once.
Exit codes: 0 done · 1 a check failed · 2 wrong usage or input.  The library raises named
errors of one sentence; here they become that sentence on standard error.
"""

from __future__ import annotations

import sys
from importlib import import_module
from textwrap import shorten
from typing import NoReturn

import click

import kg
from kg.cli.console import to_printable, use_utf8

COMMANDS = {
    "build": ("pages", "Build the graph of PATHS (default data/) · 构建图谱"),
    "extract": ("pages", "Extract the facts of pages as JSON lines · 抽取事实，每行一篇文章"),
    "questions": ("questions", "List the canned questions and their parameters · 列出现成的问题及参数"),
    "query": ("questions", "Ask a canned question, a query in a file, or --sparql TEXT · 查询图谱"),
    "export": ("graph", "Write the graph to FILE, by its suffix · 按后缀导出图谱"),
    "view": ("graph", "Write the network as one HTML page · 生成可在浏览器中打开的网络图"),
    "check": ("graph", "Prove the graph: shapes, vocabulary, grounding · 检验图谱"),
    "push": ("remote", "Send the graph to the Graph Store at URL · 把图谱推送到其他服务器"),
    "score": ("pages", "Score extraction against GOLD · 与标注比对抽取质量"),
    "explain": ("explain", "Explain what was found in the page FILE and what was dropped · 逐句说明抽取结果及取舍原因"),
    "serve": (
        "serving",
        "Serve the graph on this machine: SPARQL at /sparql, a page for everything · 在本机提供查询与浏览",
    ),
}
"""Every command, the module of this package that holds it, and its summary, so that ``--help`` imports none of them."""


class Commands(click.Group):
    """The group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        return getattr(import_module(f"kg.cli.{module}"), cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        room = formatter.width - 6 - max(map(len, COMMANDS))
        rows = [(name, shorten(summary, room, placeholder="...")) for name, (_, summary) in COMMANDS.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


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
    if isinstance(error, OSError) and error.filename and not _is_named(error):
        hint = "; check the path" if isinstance(error, FileNotFoundError) else ""
        return to_printable(f"{error.filename}: {error.strerror}{hint}")
    return to_printable(" ".join(str(error).split()))


def _fail(message: str) -> NoReturn:
    click.echo(f"kg: {message}", err=True)
    sys.exit(2)
