"""Composes one config with the real Hydra, an override at a time: JSON texts on stdin, one answer a line on stdout.

An answer is {"changed": {key: value…}} with the top-level keys that the override changed (null where it deletes one), {"shuffled": true}
where the order was drawn, or {"error": "sweep"} or {"error": "refused"}, also where it cannot be resolved. The first line tells the versions.
Usage: grammar_peer.py FOLDER CONFIG
"""

import json
import random
import sys
import warnings

warnings.filterwarnings("ignore")

import hydra
import omegaconf
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from tagged import tagged

shuffled = []
random.shuffle = lambda items: shuffled.append(len(items) > 1)


def composed(overrides):
    config = compose(config_name=sys.argv[2], overrides=overrides)
    OmegaConf.to_container(config, resolve=True)
    return OmegaConf.to_container(config, resolve=False)


def answer(override):
    shuffled.clear()
    try:
        config = composed([override])
    except Exception as error:
        return {"error": "sweep" if "--multirun" in str(error) else "refused"}
    if any(shuffled):
        return {"shuffled": True}
    keys = [key for key in {**base, **config} if key not in config or key not in base or not same(config[key], base[key])]
    return {"changed": {key: tagged(config[key]) if key in config else {"deleted": True} for key in keys}}


def same(a, b):
    return json.dumps(tagged(a)) == json.dumps(tagged(b))


with initialize_config_dir(config_dir=sys.argv[1], job_name="train", version_base=None):
    base = composed([])
    print(json.dumps({"hydra": hydra.__version__, "omegaconf": omegaconf.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
