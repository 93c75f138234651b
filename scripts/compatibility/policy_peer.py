"""Builds policies with the classes of a project: JSON lines {"policy": {...}} on stdin, one answer a line on stdout.

    python policy_peer.py FOLDER    (the folder that holds the project's package)

An answer is {"entries": [[key, shape], ...]} in the order of the state dict, or {"error": text}. No weights are downloaded or read: settings
that ask for some are turned off, which changes no key, and what is left open (???) is none. Nothing is trained or computed; parameters are
left as they are allocated.
"""

import importlib.util
import json
import os
import signal
import sys
import types
import warnings

warnings.filterwarnings("ignore")
sys.path.insert(0, sys.argv[1])
answers, sys.stdout = sys.stdout, sys.stderr

LIMIT_S = 240
WITHOUT = {
    "pretrained": False,
    "pretrained_encoder": False,
    "freeze_pretrained_encoder": False,
    "weights": None,
    "inference_mode": True,  # a student reads no teacher
}


# Some projects import them beside their policies, whose layers need neither colours on a terminal nor operations on points.
NEEDLESS = {
    "termcolor": {"cprint": lambda *_, **__: None, "colored": lambda words, *_, **__: words},
    "pytorch3d": {},
    "pytorch3d.ops": {},
}


def stand_ins():
    absent = {name for name in NEEDLESS if "." not in name and importlib.util.find_spec(name) is None}
    for name, content in NEEDLESS.items():
        parent, _, part = name.rpartition(".")
        if (parent or name) in absent:
            module = sys.modules[name] = types.ModuleType(name)
            module.__dict__.update(content)
            if parent:
                setattr(sys.modules[parent], part, module)


def without_weights(node):
    if isinstance(node, list):
        return [without_weights(item) for item in node]
    if isinstance(node, dict):
        return {key: WITHOUT[key] if key in WITHOUT and node[key] else without_weights(node[key]) for key in node}
    return None if node == "???" else node


def untouched():
    """Values do not matter: the shapes of large networks come in a second instead of a minute."""
    import torch

    def same(tensor, *_, **__):
        return tensor

    for name in [name for name in dir(torch.nn.init) if name.endswith("_") and not name.startswith("_")]:
        setattr(torch.nn.init, name, same)


def built(policy):
    import hydra
    from omegaconf import OmegaConf

    return hydra.utils.instantiate(OmegaConf.create(without_weights(policy)))


def text(error):
    while error.__cause__ is not None:
        error = error.__cause__
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def ends(*_):
    raise TimeoutError(f"not built in {LIMIT_S} s")


def answer(case):
    signal.alarm(LIMIT_S)
    try:
        policy = built(case["policy"])
        return {"entries": [[key, list(value.shape)] for key, value in policy.state_dict().items()]}
    except BaseException as error:
        return {"error": text(error)}
    finally:
        signal.alarm(0)


os.environ.update(CUDA_VISIBLE_DEVICES="", HF_HUB_OFFLINE="1", WANDB_MODE="disabled")
signal.signal(signal.SIGALRM, ends)
untouched()
stand_ins()
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), file=answers, flush=True)
