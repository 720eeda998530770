"""`hallcall languages`: a file to translate, and what is wrong with one that was translated."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.desk import config
from server.cli.say import plainly
from server.settings.language import words


@click.group(name="languages")
def command() -> None:
    """添加访客语言。Add a visitors' language by a file in the folder `languages` of the data folder."""


@command.command(name="template")
@click.option("--language", "code", required=True, help="Its code, such as ug. 语言代码。")
@click.option("--chinese", is_flag=True, help="With the Chinese texts instead of the English ones. 使用中文原文。")
@plainly
def template(code: str, *, chinese: bool) -> None:
    """输出待翻译的文件。Print a file to translate: every key with its text.

    Write the result to a file in UTF-8: hallcall languages template --language ug > ug.json
    """
    from server.services.languages.languages import template as made

    try:
        text = made(code, chinese=chinese)
    except ValueError:
        raise click.UsageError(
            words(
                f"--language: {code!r} is no code of a language to add, such as ug, ar or zh-HK.",
                f"--language：“{code}”不是可添加的语言代码，例如 ug、ar、zh-HK。",
            )
        ) from None
    click.echo(text, nl=False)


@command.command(name="check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@plainly
def check(file: Path) -> None:
    """检查语言文件。Say what is wrong with a language's FILE and how much of it is translated.

    Status 1 when it cannot be used.
    """
    from server.domain.languages import translated
    from server.services.languages.languages import read_file, usual_words

    language, problems = read_file(file)
    for one in problems:
        click.echo(words(f"{one.sentence('en')}.", f"{one.sentence('zh')}。"))
    if language is None:
        raise click.ClickException(words("The file cannot be used.", "文件无法使用。"))
    done, all_of_them = translated(language, usual_words()), len(usual_words().en)
    named = f"{language.name} ({language.code}, {language.direction})"
    click.echo(
        words(
            f"{named}: {done} of {all_of_them} texts are translated; the others are said in English.",
            f"{named}：已翻译 {done}/{all_of_them} 条，其余显示英文。",
        )
    )


@command.command(name="list")
@plainly
def listed() -> None:
    """列出已添加的语言。List the added languages and the folder that they are in."""
    from server.services.languages.languages import read_folder

    folder = config().languages
    found = read_folder(folder)
    click.echo(words(f"Folder: {folder}", f"文件夹：{folder}"))
    for one in found.added.values():
        click.echo(f"{one.code:10} {one.direction}  {one.name}")
    for problem in found.problems:
        click.echo(words(f"{problem.sentence('en')}.", f"{problem.sentence('zh')}。"), err=True)
