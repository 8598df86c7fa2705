"""click's own words in Chinese: it asks gettext for each of them, and finds it here."""

import click

MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")

WORDS = {
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Show the version and exit.": "显示版本后退出。",
    "Show this message and exit.": "显示本帮助后退出。",
    "%(prog)s, version %(version)s": "%(prog)s，版本 %(version)s",
    "default: {default}": "默认：{default}",
    "env var: {var}": "环境变量：{var}",
    "required": "必填",
    "Error: {message}": "错误：{message}",
    "Aborted!": "已中止。",
    "Try '{command} {option}' for help.": "可用 {command} {option} 查看帮助。",
    "Missing command.": "缺少子命令。",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Missing {param_type}": "缺少{param_type}",
    "Choose from:\n\t{choices}": "可选：\n\t{choices}",
    "No such option {name!r}.": "没有选项 {name!r}。",
    "No such command {name!r}.": "没有命令 {name!r}。",
    "Invalid value: {message}": "取值不可用：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的取值不可用：{message}",
    "Option {name!r} does not take a value.": "选项 {name!r} 不带取值。",
    "{value!r} is not a valid {number_type}.": "{value!r} 不是有效的数字。",
    "{value} is not in the range {range}.": "{value} 不在 {range} 范围内。",
    "file": "文件",
    "directory": "目录",
    "path": "路径",
    "{name} {filename!r} does not exist.": "{name} {filename!r} 不存在。",
    "{name} {filename!r} is a file.": "{name} {filename!r} 是文件。",
    "{name} {filename!r} is a directory.": "{name} {filename!r} 是目录。",
    "{name} {filename!r} is not readable.": "{name} {filename!r} 不可读。",
    "{name} {filename!r} is not writable.": "{name} {filename!r} 不可写。",
    "Could not open file {filename!r}: {message}": "无法打开文件 {filename!r}：{message}",
    "Error: invalid input": "错误：输入无效",
    # and these it asks for in the singular and the plural
    "Did you mean {possibility}?": "是否为 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "（是否为其中之一：{possibilities}？）",
    "Got unexpected extra argument ({args})": "多余的参数（{args}）",
    "Got unexpected extra arguments ({args})": "多余的参数（{args}）",
    "Option {name!r} requires an argument.": "选项 {name!r} 需要取值。",
    "Option {name!r} requires {nargs} arguments.": "选项 {name!r} 需要 {nargs} 个取值。",
    "{value!r} is not {choice}.": "{value!r} 不是 {choice}。",
    "{value!r} is not one of {choices}.": "{value!r} 应为其中之一：{choices}。",
    "{value!r} does not match the format {format}.": "{value!r} 应写成 {format}。",
    "{value!r} does not match the formats {formats}.": "{value!r} 应写成其中之一：{formats}。",
}  # fmt: skip


def in_chinese(text: str) -> str:
    return WORDS.get(text, text)


def in_chinese_by_number(one: str, many: str, count: int) -> str:
    return in_chinese(one if count == 1 else many)


def speak_chinese() -> None:
    """From here on click's help and messages are Chinese; a sentence that is not known here stays English."""
    for name in MODULES:
        module = getattr(click, name)
        for asks, answers in (("_", in_chinese), ("ngettext", in_chinese_by_number)):
            if hasattr(module, asks):
                setattr(module, asks, answers)
