"""How a preview process is spoken to: messages over its own stdin and stdout, and its end with its parent.

A message is 4 bytes big-endian (the length of a JSON header), the header, and the bytes of `header["blobs"]` =
[length, …] behind it, both ways.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

import cv2
import numpy as np

MOST_HEADER_BYTES = 4 * 1024 * 1024
MOST_BLOB_BYTES = 256 * 1024 * 1024
_PARENT_LOOKED_AT_S = 0.5
_LENGTH = struct.Struct(">I")
_PNG_QUICK = [cv2.IMWRITE_PNG_COMPRESSION, 1]

Header = dict[str, Any]
Answer = tuple[Header, list[bytes]]


class Refused(Exception):
    """A question that cannot be answered; `code` is for machines."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def refusal(code: str, message: str) -> Answer:
    """Return the answer that says no."""
    return {"ok": False, "error": code, "message": message[:1000]}, []


def quick_png(rgba: np.ndarray) -> bytes:
    """Return PNG bytes of (h, w, 4) uint8 RGBA, written fast rather than small."""
    done, data = cv2.imencode(".png", cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA), _PNG_QUICK)
    if not done:
        raise Refused("failed", "the drawing could not be written as PNG")
    return data.tobytes()


def read_message(stream: BinaryIO) -> tuple[Header, list[bytes]] | None:
    """Return the next message, or None at the end of the stream.

    Raises:
        ValueError: what came is no message; nothing after it can be read.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > MOST_HEADER_BYTES:
        msg = f"a header of {length} bytes"
        raise ValueError(msg)
    header = json.loads(stream.read(length))
    sizes = header.get("blobs", []) if isinstance(header, dict) else None
    if not isinstance(sizes, list) or not all(isinstance(n, int) and n >= 0 for n in sizes):
        msg = "a header without lengths"
        raise ValueError(msg)
    if sum(sizes) > MOST_BLOB_BYTES:
        msg = f"{sum(sizes)} bytes of pictures"
        raise ValueError(msg)
    return header, [stream.read(size) for size in sizes]


def write_message(stream: BinaryIO, header: Mapping[str, Any], blobs: Sequence[bytes]) -> None:
    """Write one message and flush it."""
    told = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}).encode()
    for part in (_LENGTH.pack(len(told)), told, *blobs):
        stream.write(part)
    stream.flush()


def _end_with_parent(parent: int) -> None:
    """End this process when its parent is gone, also in the middle of a drawing."""
    while os.getppid() == parent:
        time.sleep(_PARENT_LOOKED_AT_S)
    os._exit(0)


def answer_until_end(answer: Callable[[Mapping[str, Any], Sequence[bytes]], Answer]) -> None:
    """Answer until stdin ends. Whatever a library prints goes to stderr: stdout carries messages alone."""
    stream_in, stream_out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    while (message := read_message(stream_in)) is not None:
        write_message(stream_out, *answer(*message))
