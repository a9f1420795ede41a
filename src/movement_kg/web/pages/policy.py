"""What a file that is sent by itself may do in a browser."""

from __future__ import annotations

import base64
import hashlib
import re


def policy(body: bytes) -> tuple[tuple[str, str], ...]:
    """What a file that has its style and its scripts inside may do: as the map says itself; of a picture, be styled."""
    told = re.search(rb'http-equiv="Content-Security-Policy" content="([^"]*)"', body[:4096])
    style = re.search(rb"<style>(.*?)</style>", body, re.DOTALL)
    drawn = f"default-src 'none'; style-src {_hash(style[1])}" if style else "default-src 'none'"
    policy = told[1].decode() if told else drawn
    return (("content-security-policy", f"{policy}; frame-ancestors 'self'"),)


def _hash(text: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'"
