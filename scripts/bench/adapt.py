"""What a person would write by hand: load the checkpoint, widen the action layers, save. Prints the seconds it took."""

import os
import sys
import time

import dill
import torch


def widened(tensor, axis):
    shape = list(tensor.shape)
    shape[axis] = 1
    return torch.cat([tensor, torch.zeros(shape, dtype=tensor.dtype)], dim=axis)


AXES = {
    "model.input_emb.weight": 1,
    "model.cond_obs_emb.weight": 1,
    "model.head.weight": 0,
    "model.head.bias": 0,
}


def adapt(old, new):
    with open(old, "rb") as file:
        payload = torch.load(file, pickle_module=dill, map_location="cpu", weights_only=False)
    for name in ("model", "ema_model"):
        state = payload["state_dicts"][name]
        for key, axis in AXES.items():
            state[key] = widened(state[key], axis)
        for key in [key for key in state if key.startswith("normalizer.params_dict.action.")]:
            state[key] = widened(state[key], 0)
    payload["pickles"]["global_step"] = dill.dumps(0)
    payload["pickles"]["epoch"] = dill.dumps(0)
    with open(new, "wb") as file:
        torch.save(payload, file, pickle_module=dill)
        file.flush()
        os.fsync(file.fileno())  # ours does too: a checkpoint that a power cut may take is not written


start = time.perf_counter()
adapt(sys.argv[1], sys.argv[2])
print(time.perf_counter() - start)
