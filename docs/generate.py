"""Write what the documentation takes from the program.

docs/commands.md, docs/ontology.html and the READMEs' tables of questions.

    python docs/generate.py

A test holds the files to what this script would write.
"""

from __future__ import annotations

import re
from pathlib import Path

import click

from kg.cli import commands
from kg.graph.questions import questions

ROOT = Path(__file__).parents[1]
_QUESTIONS = re.compile(r"(?<=<!-- questions -->\n).*?(?=<!-- /questions -->)", re.DOTALL)


def to_commands_page() -> str:
    """Return docs/commands.md: the help of every command."""
    names = commands.context_settings["help_option_names"]
    group = click.Context(commands, info_name="kg", terminal_width=100, help_option_names=names)
    parts = [
        "# Commands · 命令",
        "Generated from `--help` by `docs/generate.py`. 由 `docs/generate.py` 从 `--help` 生成。",
        _to_block(commands.get_help(group)),
    ]
    for name in commands.list_commands(group):
        command = commands.get_command(group, name)
        context = click.Context(command, info_name=name, parent=group, terminal_width=100)
        parts += [f"## kg {name}", _to_block(command.get_help(context))]
    return "\n\n".join(parts) + "\n"


def with_questions(readme: str) -> str:
    """Return the README's text with the table of the canned questions as they are now."""
    rows = [f"| `{question.name}` | {question.title_zh} | {question.title_en} |" for question in questions()]
    table = "\n".join(["| `kg query` | 问题 | question |", "|---|---|---|", *rows])
    return _QUESTIONS.sub(lambda _: table + "\n", readme)


def _to_block(text: str) -> str:
    return f"```text\n{text}\n```"


def main() -> None:
    """Write the files."""
    import ontology  # the module beside this one

    ontology.main()
    (ROOT / "docs" / "commands.md").write_text(to_commands_page(), encoding="utf-8", newline="\n")
    for name in ("README.md", "README.zh.md"):
        file = ROOT / name
        file.write_text(with_questions(file.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
