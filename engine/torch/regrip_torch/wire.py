"""Frames between the engine and this process: a JSON header, and behind it the raw bytes of the arrays that it lists."""
import ctypes
import json
import math
import struct
from typing import Any, BinaryIO, Dict, List, Mapping, NamedTuple, Optional

import torch

HEAD = struct.Struct("<I")
DTYPES = {"float32": torch.float32, "int32": torch.int32, "int64": torch.int64, "uint8": torch.uint8}
NAMES = {dtype: name for name, dtype in DTYPES.items()}


class Call(NamedTuple):
    name: str
    args: Mapping[str, Any]
    arrays: Dict[str, torch.Tensor]


class Wire:
    """One end of the pipe. Not used from several threads."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink

    def receive(self) -> Optional[Call]:
        """The next call; ``None`` once the engine is gone."""
        head = self._source.read(HEAD.size)
        if len(head) < HEAD.size:
            return None
        header = json.loads(self._exactly(HEAD.unpack(head)[0]))
        arrays = {entry["name"]: self._array(entry) for entry in header["arrays"]}
        return Call(header["call"], header["args"], arrays)

    def answer(self, result: Any, arrays: Mapping[str, torch.Tensor]) -> None:
        """``arrays`` may live on any device."""
        host = {name: tensor.detach().to("cpu").contiguous() for name, tensor in arrays.items()}
        entries = [
            {"name": name, "dtype": NAMES[tensor.dtype], "shape": list(tensor.shape)} for name, tensor in host.items()
        ]
        self._send({"ok": True, "result": result, "arrays": entries}, [_bytes_of(tensor) for tensor in host.values()])

    def refuse(self, error: Mapping[str, Any]) -> None:
        self._send({"ok": False, "error": error, "arrays": []}, [])

    def _send(self, header: Mapping[str, Any], parts: List[bytes]) -> None:
        text = json.dumps(_marked(header), allow_nan=False).encode()
        for part in [HEAD.pack(len(text)), text, *parts]:
            view = memoryview(part)
            while len(view) > 0:
                view = view[self._sink.write(view) :]

    def _array(self, entry: Mapping[str, Any]) -> torch.Tensor:
        dtype, shape = DTYPES[entry["dtype"]], entry["shape"]
        count = 1
        for side in shape:
            count *= side
        if count == 0:
            return torch.empty(shape, dtype=dtype)
        data = self._exactly(count * torch.empty((), dtype=dtype).element_size())
        return torch.frombuffer(data, dtype=dtype).reshape(shape)

    def _exactly(self, size: int) -> bytearray:
        data = bytearray(size)
        view, at = memoryview(data), 0
        while at < size:
            count = self._source.readinto(view[at:])  # type: ignore[attr-defined]
            if not count:
                raise EOFError("the engine closed the pipe in the middle of a call")
            at += count
        return data


def _bytes_of(tensor: torch.Tensor) -> bytes:
    """Without NumPy, which an environment may have in a version that its torch does not know."""
    return ctypes.string_at(tensor.data_ptr(), tensor.numel() * tensor.element_size())


def _marked(value: Any) -> Any:
    """JSON has no NaN and no infinity: each has the form that the engine reads."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"$numberDouble": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, dict):
        return {key: _marked(entry) for key, entry in value.items()}
    return [_marked(entry) for entry in value] if isinstance(value, list) else value
