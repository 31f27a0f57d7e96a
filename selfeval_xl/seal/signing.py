"""Signatures of seals (Ed25519): made with a unit's private key, recognized by the public keys that a bureau knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from selfeval_xl.errors import SelfEvalError

_DOMAIN = b"selfeval_xl seal signature 1\n"
_MISSING = '签名和验签需要组件 cryptography，请先安装：python -m pip install "selfeval-xl[sign]"'


class PublicKey(Protocol):
    """What of a public key is used here."""

    def verify(self, signature: bytes, data: bytes, /) -> None: ...


def signed(digest: bytes, key: Path) -> bytes:
    """The signature of a seal's digest with the private key in a PEM file; SelfEvalError where that can't be used."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError as error:
        raise SelfEvalError(_MISSING) from error
    try:
        private = load_pem_private_key(key.read_bytes(), password=None)
    except OSError as error:
        raise SelfEvalError(f"{key}：读不出私钥文件，请检查文件名和权限") from error
    except TypeError as error:
        raise SelfEvalError(f"{key}：私钥设了密码，请提供没有密码的 PEM 私钥") from error
    except ValueError as error:
        raise SelfEvalError(f"{key}：不是 PEM 格式的私钥") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise SelfEvalError(f"{key}：不是 Ed25519 私钥")
    return private.sign(_DOMAIN + digest)


def known_keys(directory: Path) -> dict[str, PublicKey]:
    """The public keys (``.pem``) in a folder by file name without ending; SelfEvalError names one that is none."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError as error:
        raise SelfEvalError(_MISSING) from error
    if not directory.is_dir():
        raise SelfEvalError(f"{directory}：没有这个公钥文件夹")
    keys: dict[str, PublicKey] = {}
    for path in sorted(directory.glob("*.pem")):
        try:
            key = load_pem_public_key(path.read_bytes())
        except (OSError, ValueError) as error:
            raise SelfEvalError(f"{path}：不是可用的 PEM 公钥") from error
        if not isinstance(key, Ed25519PublicKey):
            raise SelfEvalError(f"{path}：不是 Ed25519 公钥")
        keys[path.stem] = key
    return keys


def signer(digest: bytes, signature: bytes | None, keys: Mapping[str, PublicKey]) -> str | None:
    """The name of the key that made the signature; None where none of these did."""
    if signature is None or not keys:
        return None
    from cryptography.exceptions import InvalidSignature

    for name, key in keys.items():
        try:
            key.verify(signature, _DOMAIN + digest)
        except InvalidSignature:
            continue
        return name
    return None
