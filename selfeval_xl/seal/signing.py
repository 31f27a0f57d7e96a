"""Signatures of seals (Ed25519): a unit's pair of keys, signing with the private one, knowing the public ones again."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from selfeval_xl.errors import SelfEvalError, TargetError, component
from selfeval_xl.filenames import REFUSED, is_device
from selfeval_xl.words.identity import named_after

if TYPE_CHECKING:
    from selfeval_xl.model import SignatureState

Keys = Mapping[str, bytes]
"""Public keys (32 bytes each) by the names of their owners."""

ENDING = ".pem"
PRIVATE = "_私钥"  # behind the owner's name, in the name of a file that must not be handed on
_DOMAIN = b"selfeval_xl seal signature 1\n"
_KEY, _PROOF = 32, 64  # bytes of a public key, and of what its owner made of a digest; a signature is both


def new_keys(name: str, folder: Path) -> tuple[Path, Path]:
    """Make a pair of keys for ``name``: the files of the private and of the public one.

    TargetError where the folder can't be written or holds such a file: a key that is lost can't be made again.
    """
    if not name.strip() or REFUSED.search(name) or is_device(name):
        raise SelfEvalError(f"“{name}”不能作文件名，请用单位名称")
    _require()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    secret, shown = folder / f"{name}{PRIVATE}{ENDING}", folder / f"{name}{ENDING}"
    for path in (secret, shown):
        if path.exists():
            raise TargetError(f"{path}：已有这个文件，没有改动。要换一对密钥，请先把旧的移走。")
    private = Ed25519PrivateKey.generate()
    own = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    begun = list[Path]()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, data, mode in ((secret, own, 0o600), (shown, public, 0o644)):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:  # noqa: PTH123
                begun.append(path)
                stream.write(data)
    except OSError as error:
        for path in begun:  # half a pair, which would keep a whole one from being made
            path.unlink(missing_ok=True)
        raise TargetError(f"{folder}：密钥写不进这个文件夹，请用 -o 另选一个。") from error
    return secret, shown


def signed(digest: bytes, key: Path) -> bytes:
    """The signature of a seal's digest with the private key in a PEM file; SelfEvalError where that can't be used."""
    _require()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        raw = key.read_bytes()
        private = load_pem_private_key(raw, password=None)
    except OSError as error:
        raise SelfEvalError(f"{key}：读不出私钥文件，请检查文件名和权限") from error
    except TypeError as error:
        raise SelfEvalError(f"{key}：私钥设了密码，请提供没有密码的私钥（.pem）") from error
    except ValueError as error:
        public = f"这是公钥，签名要用私钥（名称里有“{PRIVATE}”的那个文件）"
        what = public if b"PUBLIC KEY" in raw else "不是私钥文件（.pem）"
        raise SelfEvalError(f"{key}：{what}") from error
    except UnsupportedAlgorithm:  # of a kind that nobody here knows, such as SM2
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise SelfEvalError(f"{key}：不是签名用的私钥（Ed25519）")
    return private.public_key().public_bytes_raw() + private.sign(_DOMAIN + digest)


def known_keys(directory: Path) -> dict[str, bytes]:
    """The public keys (``.pem``) in a folder by file name without ending; SelfEvalError names one that is none."""
    _require()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if not directory.is_dir():
        raise SelfEvalError(f"{directory}：没有这个公钥文件夹")
    keys: dict[str, bytes] = {}
    for path in sorted(directory.glob(f"[!.]*{ENDING}")):
        try:
            raw = path.read_bytes()
            key = load_pem_public_key(raw)
        except OSError as error:
            raise SelfEvalError(f"{path}：读不出公钥文件，请检查权限") from error
        except ValueError as error:
            private = "这是私钥，不该离开单位：请对方换一对密钥，只交公钥"
            what = private if b"PRIVATE KEY" in raw else "不是可用的公钥文件（.pem）"
            raise SelfEvalError(f"{path}：{what}") from error
        except UnsupportedAlgorithm:  # of a kind that nobody here knows, such as SM2
            key = None
        if not isinstance(key, Ed25519PublicKey):
            raise SelfEvalError(f"{path}：不是核验签名用的公钥（Ed25519）")
        keys[path.stem] = key.public_bytes_raw()
    if not keys:
        raise SelfEvalError(f"{directory}：里面没有公钥（{ENDING}）")
    return keys


def judged(
    digest: bytes, signature: bytes | None, keys: Keys, whose: Sequence[str] = ()
) -> tuple[SignatureState, str | None]:
    """What a signature of this digest is worth, and the name of the known key that it was made with.

    A key may be there under several names (a file that was saved twice): that of one of ``whose`` is taken first.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if signature is None:
        return "absent", None
    if len(signature) != _KEY + _PROOF:
        return "false", None
    public, proof = signature[:_KEY], signature[_KEY:]
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(proof, _DOMAIN + digest)
    except (InvalidSignature, ValueError):
        return "false", None
    owners = [name for name, key in keys.items() if key == public]
    own = (name for name in owners if named_after(name, *whose))
    return ("known", next(own, owners[0])) if owners else ("unknown", None)


def _require() -> None:
    component("cryptography.hazmat.primitives.asymmetric.ed25519", "签名和验签", "cryptography")
