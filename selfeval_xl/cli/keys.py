"""The command ``keys``: the pair of keys with which a unit signs what it sends in."""

from __future__ import annotations

from selfeval_xl.cli.parser import add_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from selfeval_xl.cli.parser import Commands


def add(commands: Commands) -> None:
    """Add ``keys``."""
    parser = add_command(
        commands,
        "keys",
        _keys,
        about="生成签名用的一对密钥\n私钥留在单位，用来签名；公钥交给财政部门登记，用来核验。",
        examples="selfeval-xl keys 某市总工会\nselfeval-xl keys 某市总工会 -o 密钥",
    )
    parser.add_argument("name", metavar="UNIT", help="单位名称，与自评表里填的一致；文件以它命名")
    parser.add_argument("-o", "--output", metavar="DIR", default=".", help="放在哪个文件夹（默认当前文件夹）")


def _keys(args: Namespace) -> int:
    from pathlib import Path

    from selfeval_xl.seal.signing import new_keys
    from selfeval_xl.shell import quoted

    secret, public = new_keys(args.name, Path(args.output))
    print(f"私钥：{secret}（留在单位，不要发给任何人，另存一份备用）")
    print(f"公钥：{public}（当面或经可信的渠道交财政部门，放进其公钥文件夹）")
    print(f"签名：selfeval-xl submit 自评表.xlsx --key {quoted(str(secret))}")
    return 0
