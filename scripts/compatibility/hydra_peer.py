"""Composes cases with the real Hydra: JSON lines {dir, config, overrides} on stdin, one answer a line on stdout.

An answer is {"unresolved": …, "resolved": …}, with {"resolve_error"} instead of the second, or {"compose_error"}.
Values are tagged so that nothing is lost in JSON.
"""

import ast
import datetime
import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")

from hydra import compose, initialize_config_dir
from hydra.core.hydra_config import HydraConfig
from omegaconf import OmegaConf, open_dict, read_write

from tagged import tagged

NOW = datetime.datetime.fromisoformat(os.environ["REGRIP_NOW"])


def text(error):
    cause = f" ({error.__cause__})" if error.__cause__ else ""
    return f"{type(error).__name__}: {error}{cause}"[:400]


def as_job(config):
    """What the job sees: Hydra's section is asked through hydra: and no longer there."""
    HydraConfig.instance().set_config(config)
    folder = str(OmegaConf.select(config, "hydra.run.dir"))
    with read_write(config.hydra.runtime), open_dict(config.hydra.runtime):
        config.hydra.runtime.output_dir = os.path.abspath(folder)
    HydraConfig.instance().set_config(config)
    return OmegaConf.masked_copy(config, [key for key in config if key != "hydra"])


def register_from(path):
    """Runs the constants, functions and registrations of a script, and nothing else of it."""
    with open(path, encoding="utf-8") as file:
        module = ast.parse(file.read())
    kept = [node for node in module.body if is_kept(node)]
    exec(compile(ast.Module(kept, []), path, "exec"), {"OmegaConf": OmegaConf})


def is_kept(node):
    if isinstance(node, ast.Assign):
        is_constant = isinstance(node.value, (ast.Constant, ast.Dict, ast.List, ast.Tuple))
        return is_constant and all(isinstance(target, ast.Name) for target in node.targets)
    if isinstance(node, ast.FunctionDef):
        return not node.decorator_list
    return isinstance(node, ast.Expr) and ast.unparse(node).startswith("OmegaConf.register_new_resolver(")


def answer(case):
    HydraConfig.instance().cfg = None
    try:
        with initialize_config_dir(config_dir=case["dir"], job_name="train", version_base=None):
            # What the projects register themselves, and a clock that stands still.
            OmegaConf.register_new_resolver("eval", eval, replace=True)
            for script in case.get("scripts", []):
                register_from(script)
            OmegaConf.register_new_resolver("now", NOW.strftime, replace=True)
            config = compose(config_name=case["config"], overrides=case["overrides"], return_hydra_config=True)
        config = as_job(config)
    except BaseException as error:
        return {"compose_error": text(error)}
    found = {"unresolved": tagged(OmegaConf.to_container(config, resolve=False))}
    try:
        found["resolved"] = tagged(OmegaConf.to_container(config, resolve=True))
    except Exception as error:
        found["resolve_error"] = text(error)
    return found


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
