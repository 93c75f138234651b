"""Builds the policy by the user's own class: ``hydra.utils.instantiate`` of the config's ``policy``, as train.py does."""
import importlib
import sys
from typing import Any, Dict, List, Mapping, Sequence, Tuple

import torch


def built_policy(config: Mapping[str, Any], folders: Sequence[str]) -> torch.nn.Module:
    """``config``: the whole training config, resolved. ``folders``: where the project's own modules are imported from."""
    for folder in reversed(folders):
        if folder not in sys.path:
            sys.path.insert(0, folder)
    omegaconf = importlib.import_module("omegaconf")
    hydra_utils = importlib.import_module("hydra.utils")
    whole = omegaconf.OmegaConf.create(dict(config))
    return hydra_utils.instantiate(whole.policy)


def chosen_device(asked: str) -> Tuple[torch.device, Any]:
    """The device that the config asks for, or else what this PyTorch can use; with a note where that is less than asked."""
    if not asked.startswith("cuda") or torch.cuda.is_available():
        return torch.device(asked), None
    if torch.version.cuda is None:
        why = f"this PyTorch ({torch.__version__}) was built without CUDA"
    else:
        why = f"PyTorch {torch.__version__} with CUDA {torch.version.cuda} finds no usable NVIDIA driver or card"
    return torch.device("cpu"), f"training.device is {asked}, but {why}: it computes on the CPU, which is much slower"


def parameter_list(policy: torch.nn.Module) -> List[Dict[str, Any]]:
    """Keys and shapes of the state dict as the class builds it; the normaliser's are not there yet."""
    return [{"key": key, "shape": list(tensor.shape)} for key, tensor in policy.state_dict().items()]
