"""The command ``collect``: the bureau's intake of returns, with a progress bar and a summary at the end."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from contextlib import contextmanager
from itertools import islice

from selfeval_xl.cli import console
from selfeval_xl.cli.parser import Commands, add_command, add_rules, positive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from selfeval_xl.collect.intake import Intake
    from selfeval_xl.collect.replies import Answered
    from selfeval_xl.collect.run import Steps, Summary
    from selfeval_xl.collect.units import Unused

_NAMED = 10  # lines shown of each list in the summary


def add(commands: Commands) -> None:
    parser = add_command(
        commands,
        "collect",
        _collect,
        about=(
            "汇总收回的自评表，做成台账\n"
            "文件夹、压缩包、邮件（.eml、.mbox）都可以；一份坏文件只占一行，不会中断。\n"
            "中断后（Ctrl-C 也行）再运行同一命令，从停下的地方继续。"
        ),
        examples=(
            "selfeval-xl collect 收件 -o 台账.xlsx\n"
            "selfeval-xl collect 收件 邮件.mbox -o 台账.xlsx --units 单位名单.csv\n"
            "selfeval-xl collect 收件 -o 台账.xlsx --units 单位名单.csv --year 2025\n"
            "selfeval-xl collect 收件 -o 台账.xlsx --annotate 退回 --keys 公钥"
        ),
    )
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        help="文件夹、压缩包、邮件或工作簿，也可以是网上存储的地址（如 s3://，要装 fsspec）",
    )
    parser.add_argument("-o", "--output", metavar="LEDGER.xlsx", required=True, help="台账写到哪个文件")
    parser.add_argument(
        "--units",
        metavar="UNITS.csv",
        help="单位名单（.csv 或 .xlsx），用来催报；列：单位[, 项目, 邮箱, 类别, 单位编码, 项目数, 是否报送, 备注]",
    )
    parser.add_argument(
        "--year", metavar="YYYY", type=_year, help="只收这个年度的：别的年度的列在台账里，不计入，催报时也不算已交"
    )
    add_rules(parser)
    parser.add_argument("--keys", metavar="DIR", help="按这个文件夹里的公钥（.pem）核验封签的签名")
    parser.add_argument("--jobs", metavar="N", type=positive, help="用几个进程（默认与处理器数相同）")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="分给几台计算机一起做：调度程序的地址，如 tcp://10.0.0.1:8786（Dask）")
    parser.add_argument("--annotate", metavar="DIR", help="把标注了问题的副本、回复和催报的邮件草稿写到这个文件夹")
    parser.add_argument("--tables", metavar="DIR", help="把各表另存为 CSV（装有 pyarrow 时还有 Parquet）")
    parser.add_argument("--json", action="store_true", help="输出 JSON（供脚本使用）")


def _year(text: str) -> int:
    from argparse import ArgumentTypeError

    if not (text.isascii() and text.isdecimal() and len(text) == 4 and text[:2] in ("19", "20")):
        raise ArgumentTypeError(f"应为四位数的年度（如 2025），而不是 {text}")
    return int(text)


def _collect(args: Namespace) -> int:
    try:
        return _collected(args)
    except BrokenPipeError:
        raise
    except Exception as error:
        if not args.json:
            raise
        import json

        reason = console.reason_of(error)
        print(json.dumps({"ledger": args.output, "reason": reason}, ensure_ascii=False))
        console.complain(reason)
        return 2


def _collected(args: Namespace) -> int:
    import json
    from pathlib import Path

    from selfeval_xl.cli.outcome import public_keys, rules_asked
    from selfeval_xl.collect.run import Means, collect
    from selfeval_xl.collect.sources import is_url
    from selfeval_xl.collect.summary import to_json

    rules = rules_asked(args.rules)
    keys = public_keys(args.keys)
    with _bar() as steps:
        try:
            result = collect(
                args.paths,
                Path(args.output),
                units=console.existing(args.units) if args.units else None,
                rules=rules,
                keys=keys,
                means=Means(args.jobs, args.scheduler),
                tables=Path(args.tables) if args.tables else None,
                annotate=Path(args.annotate) if args.annotate else None,
                year=args.year,
                details=args.json,
                steps=steps,
            )
        except KeyboardInterrupt:
            console.complain("已中断。做完的都已保存，再运行同一命令会从这里继续。")
            raise
    for path in args.paths:
        if not is_url(path) and not os.path.lexists(path):
            console.complain(f"找不到 {path}，请检查路径；其余的已照收")
    if args.json:
        print(json.dumps(to_json(args.output, result), ensure_ascii=False))
    else:
        _show(args.output, result)
        for what, where in (("各表的 CSV ", args.tables), ("批注件和邮件草稿", args.annotate)):
            if where:
                print(f"{what}在文件夹：{where}")
        if result.answered:
            _show_answered(result.answered, result.intake)
    return int(result.intake.flawed > 0)


def _show(ledger: str, result: Summary) -> None:
    came = result.intake
    print(f"台账已写入：{ledger}")
    if result.backup:
        print(f"旧台账里可能有不会带到新台账的内容（自己加的列、表、批注，或改过的格），旧台账另存为：{result.backup}")
    if result.left:
        left = "、".join(result.left)
        print(f"台账旁边还有 {left}：可能是以前没写完就中断时留下的备份。台账打得开、内容没有少，就可以删掉")
    if result.further:
        print(f"一张工作表放不下的，接在后面的表里：{'、'.join(result.further)}")
    print(
        f"收到自评表 {came.returned} 份，计入 {came.counting} 份，其中有错误的 {came.wrong} 份；"
        f"没有读出自评表的文件 {came.unread} 个"
        + (f"（其中不是自评表的工作簿 {came.formless} 个）" if came.formless else "")
        + (f"；不是 {came.year} 年度的 {came.other_year} 份，没有计入" if came.other_year else "")
        + (f"；没有填的空白表 {came.blank} 份" if came.blank else "")
        + (f"；旧版和重复的 {came.older} 份，没有计入" if came.older else "")
        + (f"，里面有错误的 {came.wrong_before} 份" if came.wrong_before else "")
    )
    if came.unread:
        print("读不了的、不是自评表的，原因和办法写在台账“一览”的“说明”里")
    _show_years(came)
    if not came.seals_asked:
        print(
            f"标准自评表里没有封签的 {came.unsealed} 份，有封签的 {came.sealed} 份：看来没有要求各单位用报送件，"
            "没有封签的只作提示，不因此请单位重报"
        )
    _show_unused(came.roll.unused)
    if came.roll.expected:
        _show_roll_call(came)
    if came.missed:
        print(f"跳过 {len(came.missed)} 个不是自评表的文件：")
        for one in came.missed[:_NAMED]:
            print(f"  {one.name}（{one.reason}）")
        if len(came.missed) > _NAMED:
            print("  ……其余见 --json 的 passed_over")


def _show_years(came: Intake) -> None:
    """Point out returns of several years, or without one, which may have been counted against the user's intention."""
    years = came.years
    unnamed = years.get(None, 0)
    if came.year is not None and unnamed:
        print(f"表里没写年度的 {unnamed} 份也计入了，请看台账的“年度”一列")
    if came.year is None and len(years) - bool(unnamed) > 1:
        from selfeval_xl.collect.statistics import year_name

        listed = "，".join(f"{year_name(year)}的 {count} 份" for year, count in years.items())
        print(f"计入的不是同一个年度：{listed}。只收一个年度的，请写明是哪一年，如 --year {next(iter(years))}")


def _show_unused(unused: Unused) -> None:
    """Point out what in the list of units was not used, or not as its author may think."""
    from selfeval_xl.mistakes import few

    if unused.read:
        print(f"单位名单读了 {len(unused.read)} 张工作表：{'、'.join(unused.read)}")
    columns, pages, rows = "、".join(unused.columns), "、".join(unused.sheets), few(unused.rows, _NAMED, " 等 {} 行")
    for what, names in (("用到的列", columns), ("读的工作表", pages), ("算作单位的行", rows)):
        if names:
            print(f"单位名单里没有{what}：{names}")
    if unused.repeated:
        print(f"单位名单里有几行同名，请核对名单：{few(unused.repeated, _NAMED, ' 等 {} 个')}")


def _show_roll_call(came: Intake) -> None:
    from selfeval_xl.collect.rollcall import MISSING, PARTLY, UNCLEAR

    print("催报：" + "，".join(f"{state} {count}" for state, count in came.states.items() if count))
    missing = [line for line in came.roll_call if line.state in (MISSING, PARTLY, UNCLEAR)]
    told: dict[str, None] = {}  # what is said of several lines of one name stands there once
    for line in missing:
        unit = line.expected
        note = f"　{line.note}" if line.note else ""
        told[f"  {line.state}：{unit.unit}{f'（{unit.project}）' if unit.project else ''}{note}"] = None
    print("".join(f"{text}\n" for text in islice(told, _NAMED)), end="")
    if len(told) > _NAMED:
        print("  ……其余见台账的“催报”表")


def _show_answered(drafts: Answered, came: Intake) -> None:
    """Say which drafts are new and which were left alone, as an earlier run may have written some already."""
    from selfeval_xl.collect.rollcall import MISSING, PARTLY
    from selfeval_xl.mistakes import few

    if drafts.reminders:
        print(f"其中催报信 {len(drafts.reminders)} 封")
    if drafts.unaddressed:
        without = few(drafts.unaddressed, _NAMED, " 等 {} 个")
        print(f"名单里没有邮箱、或邮箱写得不对，没有写催报信的单位：{without}")
    if drafts.without_address:
        without = few(drafts.without_address, _NAMED, " 等 {} 个")
        print(f"名单里没有邮箱、或邮箱写得不对，回复草稿没有收件人、请自己填的单位：{without}")
    if unsure := sum(line.state in (MISSING, PARTLY) and not line.lacking for line in came.roll_call):
        print(f"“催报”的“说明”里有线索，要先核对、没有写催报信的：{unsure} 行")
    if drafts.unchanged:
        print(f"草稿：新写的和有变化的 {len(drafts.written)} 封，与上次相同的 {len(drafts.unchanged)} 封没有动")
    if drafts.kept:
        names = few(drafts.kept, _NAMED, " 等 {} 封")
        print(f"有人改过的草稿没有动，现在要说的另写一封，名称后面带（2）一类的序号：{names}")
    if drafts.copies_kept:
        names = few(drafts.copies_kept, _NAMED, " 等 {} 份")
        print(f"有人改过的、旧版程序做的批注件没有动，现在的另写一份，名称后面带“_新”：{names}")
    if drafts.earlier:
        print(f"以前写的、这次没有的草稿，请看还要不要发：{few(drafts.earlier, _NAMED, ' 等 {} 封')}")


@contextmanager
def _bar() -> Iterator[Steps | None]:
    """On a terminal the steps for a progress bar on standard error, with rate and remaining time; else None."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    from selfeval_xl.collect.run import Steps

    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%  {task.fields[done]} 份  {task.fields[rate]:.1f} 份/秒  还需"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with progress:

        def begin(title: str, size: int) -> None:
            for task in progress.task_ids:
                progress.remove_task(task)
            progress.add_task(title, total=size or None, done=0, rate=0.0)

        def advance(size: int) -> None:
            task = progress.tasks[-1]
            done = task.fields["done"] + 1
            progress.update(task.id, advance=size, done=done, rate=done / max(task.elapsed or 0, 0.1))

        yield Steps(begin, advance)
