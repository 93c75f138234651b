"""A policy in training: gradients that wait for their update, the optimizer, the moving average, and what is measured of it."""
import copy
from typing import Any, Dict, List, Mapping

import torch

from regrip_torch.batch import Batch, crop_of, pixels
from regrip_torch.optimizer import Optimizer
from regrip_torch.norms import RunningStatistics
from regrip_torch.recipes import Denoising, Draws

Arrays = Mapping[str, torch.Tensor]


class Trainer:
    """``arrays`` hold the values of each key (``model.KEY``, ``average.KEY``; the normaliser's are of the model)."""

    def __init__(self, policy: torch.nn.Module, device: torch.device, args: Mapping[str, Any], arrays: Arrays) -> None:
        self._device = device
        self.policy = policy
        loaded(policy, {key[len("model.") :]: value for key, value in arrays.items() if key.startswith("model.")})
        policy.to(device)  # the normaliser has come with the values
        self.recipe = Denoising(policy, args["spec"])
        self.average = copy.deepcopy(policy) if args["has_average"] else None
        if self.average is not None:
            own = {key[len("average.") :]: value for key, value in arrays.items() if key.startswith("average.")}
            overwrite(self.average, own)
            self.average.eval()
            self.recipe.adopt(self.average)
        named = policy.state_dict(keep_vars=True)
        self._trained: List[str] = args["trained"]
        self._parameters = {key: named[key] for key in self._trained}
        chosen = {id(parameter) for parameter in self._parameters.values()}
        for parameter in policy.parameters():
            parameter.requires_grad_(id(parameter) in chosen)
        self._share = args["share"]
        self.optimizer = Optimizer(self._parameters, args["optimizer"], arrays)
        self._gradients: Dict[str, torch.Tensor] = {}
        self._norms = RunningStatistics(policy, self._parameters)

    @property
    def evaluated(self) -> torch.nn.Module:
        return self.policy if self.average is None else self.average

    def accumulate(self, arrays: Arrays, args: Mapping[str, Any]) -> Dict[str, float]:
        """The loss of a micro-batch, and the L2 norm of its share of the gradients."""
        self.policy.train()
        torch.manual_seed(args["dropout_seed"])
        keys = list(self._parameters)
        with self._norms.measuring():
            loss = self.recipe.loss(self.policy, Batch(arrays, self._device), Draws(arrays, self._device))
            found = torch.autograd.grad(loss * self._share, [self._parameters[key] for key in keys], allow_unused=True)
        gradients = {key: gradient for key, gradient in zip(keys, found) if gradient is not None}
        norms = [gradient.norm() for gradient in gradients.values()]
        norm = torch.stack(norms).norm() if norms else torch.zeros_like(loss.detach())
        for key, gradient in gradients.items():
            before = self._gradients.get(key)
            self._gradients[key] = gradient if before is None else before + gradient
        value, size = torch.stack([loss.detach(), norm]).tolist()
        return {"loss": value, "gradient_norm": size}

    def keep_statistics(self) -> None:
        """What the BatchNorms measured of the last micro-batch counts from here on."""
        self._norms.keep()

    def bad_gradients(self) -> List[str]:
        """Keys with NaN or an infinity, the last layers first."""
        return [key for key in reversed(self._trained) if not _is_finite(self._gradients.get(key))]

    def update(self, rate: float) -> None:
        self.optimizer.step(self._gradients, rate)
        self._gradients = {}

    @torch.no_grad()
    def blend(self, decay: float) -> None:
        """average <- average - (1 - decay) (average - values), over the trained keys; BatchNorms are copied whole."""
        if self.average is None:
            return
        own = self.average.state_dict(keep_vars=True)
        for key, parameter in self._parameters.items():
            if decay == 0 or self._norms.holds(key):
                own[key].copy_(parameter)
            else:
                own[key].lerp_(parameter, 1 - decay)
        for key, value in self._norms.values().items():
            own[key].copy_(value)

    @torch.no_grad()
    def measured_loss(self, arrays: Arrays) -> float:
        policy = self._measured()
        return float(self.recipe.loss(policy, Batch(arrays, self._device), Draws(arrays, self._device)))

    @torch.no_grad()
    def sample(self, arrays: Arrays, args: Mapping[str, Any]) -> torch.Tensor:
        policy = self._measured()
        noise = arrays["noise"].to(self._device)
        return self.recipe.sample(policy, Batch(arrays, self._device), args["steps"], noise).float()

    @torch.no_grad()
    def encode(self, arrays: Arrays, args: Mapping[str, Any]) -> Dict[str, torch.Tensor]:
        """Features (n, width) of one camera's frames, by the number of the crop."""
        self.policy.eval()
        frames = pixels(arrays["frames"].to(self._device))
        names = [str(index) for index in range(args["crops"])]
        places = {name: crop_of(arrays, name, self._device) for name in names}
        encode = self.recipe.camera_features
        return {name: encode(self.policy, args["camera"], frames, places[name]).float() for name in names}

    def values(self, of: str, key: str) -> torch.Tensor:
        policy = self.average if of == "average" else self.policy
        assert policy is not None
        return policy.state_dict()[key].float()

    def _measured(self) -> torch.nn.Module:
        policy = self.evaluated
        policy.eval()
        return policy


def loaded(policy: torch.nn.Module, values: Mapping[str, torch.Tensor]) -> None:
    """Every key must be there, and no other. Strict loading is what a training that silently starts anew lacks."""
    own = policy.state_dict()
    cast = {key: value.to(own[key].dtype) if key in own else value for key, value in values.items()}
    policy.load_state_dict(cast, strict=True)


@torch.no_grad()
def overwrite(policy: torch.nn.Module, values: Mapping[str, torch.Tensor]) -> None:
    own = policy.state_dict()
    for key, value in values.items():
        own[key].copy_(value)


def _is_finite(gradient: Any) -> bool:
    return gradient is None or bool(torch.isfinite(gradient).all())
