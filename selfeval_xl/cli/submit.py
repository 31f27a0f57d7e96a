"""The commands for sending in: ``submit`` (the package for the bureau, or what to mend first), ``keys`` for signing."""

from __future__ import annotations

from argparse import Namespace

from selfeval_xl.cli import console
from selfeval_xl.cli.parser import Commands, add_command, add_rules


def add(commands: Commands) -> None:
    parser = add_command(
        commands,
        "submit",
        _submit,
        about=(
            "生成报送件：不含宏、带封签的工作簿，报送单，邮件草稿\n有错误时不生成，列出要改的地方；原工作簿不改动。"
        ),
        examples=(
            "selfeval-xl submit 自评表.xlsx\n"
            "selfeval-xl submit 自评表.xlsx -o 报送 --to yusuan@example.gov.cn\n"
            "selfeval-xl submit 自评表.xlsx --with-errors --key 单位私钥.pem"
        ),
    )
    parser.add_argument("file", metavar="FILE", help="标准自评表（.xlsx 或 .xlsm）")
    parser.add_argument("-o", "--output", metavar="DIR", help="放在哪个文件夹（默认工作簿旁的“报送件”）")
    parser.add_argument("--to", metavar="ADDR", help="收件人的邮件地址（默认取工作簿里名称“报送邮箱”所指的单元格）")
    parser.add_argument("--with-errors", action="store_true", help="有错误也生成，并在“汇总”表上注明")
    parser.add_argument("--key", metavar="FILE", help="用单位的私钥签名：keys 命令生成的 .pem 文件（Ed25519）")
    parser.add_argument("--letter", metavar="FILE", help="改用这份邮件模板（.toml）")
    add_rules(parser)

    parser = add_command(
        commands,
        "keys",
        _keys,
        about="生成签名用的一对密钥\n私钥留在单位，用来签名；公钥交给财政部门登记，用来核验。",
        examples="selfeval-xl keys 某市总工会\nselfeval-xl keys 某市总工会 -o 密钥",
    )
    parser.add_argument("name", metavar="UNIT", help="单位名称，与自评表里填的一致；文件以它命名")
    parser.add_argument("-o", "--output", metavar="DIR", default=".", help="放在哪个文件夹（默认当前文件夹）")


def _submit(args: Namespace) -> int:
    import sys
    from pathlib import Path

    from selfeval_xl.cli.outcome import exit_code, rules_asked, show
    from selfeval_xl.model import SEVERITY_NAMES
    from selfeval_xl.submit import submit

    done = submit(
        console.workbook(args.file),
        Path(args.output) if args.output else None,
        to=args.to,
        with_errors=args.with_errors,
        key=console.existing(args.key) if args.key else None,
        letter=console.existing(args.letter) if args.letter else None,
        rules=rules_asked(args.rules),
    )
    if done.refused:
        code = show(args.file, [done.assessment], sys.stdout)
        print("有错误，没有生成报送件。请改好后再报送；确需带错误报送的，加 --with-errors。")
        return code
    for title, path in (("工作簿", done.workbook), ("报送单", done.receipt), ("邮件草稿", done.draft)):
        print(f"{title}：{path}")
    print(f"核对码：{done.code}")
    levels = [finding.severity for finding in done.assessment.findings]
    open_ = [
        f"{name} {levels.count(level)} 条"
        for level, name in SEVERITY_NAMES.items() if level in levels and level != "info"
    ]  # fmt: skip
    open_ += ["总分待评定"] * (done.assessment.total.score is None)
    if open_:
        print(f"{'、'.join(open_)}：发送以前请用 selfeval-xl check 看一遍，确实无误的再发。")
    return exit_code([done.assessment])


def _keys(args: Namespace) -> int:
    from pathlib import Path

    from selfeval_xl.filenames import quoted
    from selfeval_xl.seal.signing import new_keys

    secret, public = new_keys(args.name, Path(args.output))
    print(f"私钥：{secret}（留在单位，不要发给任何人，另存一份备用）")
    print(f"公钥：{public}（当面或经可信的渠道交财政部门，放进其公钥文件夹）")
    print(f"签名：selfeval-xl submit 自评表.xlsx --key {quoted(str(secret))}")
    return 0
