import io
import math

import torch

from regrip_torch.wire import HEAD, Wire


def sent(call, arrays, *parts):
    import json

    text = json.dumps({"call": call, "args": {}, "arrays": arrays}).encode()
    return HEAD.pack(len(text)) + text + b"".join(parts)


def test_a_call_is_read_with_its_arrays():
    frame = sent(
        "loss",
        [{"name": "a", "dtype": "float32", "shape": [2, 1]}, {"name": "none", "dtype": "int32", "shape": [0, 3]}],
        torch.tensor([1.5, -2.0]).numpy().tobytes(),
    )
    call = Wire(io.BytesIO(frame), io.BytesIO()).receive()
    assert call.name == "loss"
    assert call.arrays["a"].tolist() == [[1.5], [-2.0]]
    assert call.arrays["none"].shape == (0, 3)


def test_the_end_of_the_pipe_is_no_call():
    assert Wire(io.BytesIO(b""), io.BytesIO()).receive() is None


class Sink(io.BytesIO):
    """Takes a few bytes at a time, as a full pipe does."""

    def write(self, data):
        return super().write(bytes(data[:5]))


def test_an_answer_marks_what_json_has_not_and_is_written_whole():
    sink = Sink()
    Wire(io.BytesIO(), sink).answer({"loss": math.nan, "norm": math.inf}, {"x": torch.eye(2)[:, 1]})
    data = sink.getvalue()
    length = HEAD.unpack(data[: HEAD.size])[0]
    text = data[HEAD.size : HEAD.size + length].decode()
    assert '{"loss": {"$numberDouble": "NaN"}, "norm": {"$numberDouble": "Infinity"}}' in text
    assert data[HEAD.size + length :] == torch.tensor([0.0, 1.0]).numpy().tobytes()
