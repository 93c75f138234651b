"""AdamW with a factor on the learning rate of each parameter, or of each of its elements; PyTorch's own where factors are numbers."""
from typing import Any, Dict, List, Mapping, Tuple

import torch


class Optimizer:
    """``groups``: names with their weight decay and keys, in the order of the checkpoint. ``arrays`` hold factors by element
    (``factor.KEY``) and moments (``mean.KEY``, ``square.KEY``) of an earlier training."""

    def __init__(
        self, parameters: Mapping[str, torch.nn.Parameter], args: Mapping[str, Any], arrays: Mapping[str, torch.Tensor]
    ) -> None:
        self._parameters = parameters
        self._betas: Tuple[float, float] = tuple(args["betas"])
        self._eps = args["eps"]
        self._elementwise: Dict[str, _Elementwise] = {}
        groups: Dict[Tuple[float, float], List[str]] = {}
        for group in args["groups"]:
            for key in group["keys"]:
                if key not in parameters:
                    continue  # the normaliser's, which no training changes
                factor = arrays.get(f"factor.{key}")
                if factor is None:
                    groups.setdefault((group["weight_decay"], args["factors"].get(key, 1.0)), []).append(key)
                else:
                    place = parameters[key]
                    self._elementwise[key] = _Elementwise(place, factor.to(place.device), group["weight_decay"])
        self._factors = [factor for _, factor in groups]
        self._adamw = torch.optim.AdamW(
            [
                {"params": [parameters[key] for key in keys], "weight_decay": decay}
                for (decay, _), keys in groups.items()
            ]
            or [{"params": [torch.nn.Parameter(torch.zeros(0))]}],
            lr=1e-4,
            betas=self._betas,
            eps=self._eps,
        )
        for key, step in args["steps"].items():
            self._restore(key, step, arrays[f"mean.{key}"], arrays[f"square.{key}"])

    def step(self, gradients: Mapping[str, torch.Tensor], rate: float) -> None:
        """A parameter without a gradient keeps its value and its moments."""
        for key, parameter in self._parameters.items():
            parameter.grad = None if key in self._elementwise else gradients.get(key)
        for group, factor in zip(self._adamw.param_groups, self._factors):
            group["lr"] = rate * factor
        self._adamw.step()
        for key, place in self._elementwise.items():
            if key in gradients:
                place.step(gradients[key], rate, self._betas, self._eps)
        for parameter in self._parameters.values():
            parameter.grad = None

    def steps(self) -> Dict[str, int]:
        """Updates by key, of the parameters that had any."""
        found = {key: int(state["step"]) for key, state in self._states() if "step" in state}
        return {**found, **{key: place.updates for key, place in self._elementwise.items() if place.updates > 0}}

    def moment(self, key: str, which: str) -> torch.Tensor:
        place = self._elementwise.get(key)
        if place is not None:
            return place.mean if which == "mean" else place.square
        return self._adamw.state[self._parameters[key]]["exp_avg" if which == "mean" else "exp_avg_sq"]

    def _states(self) -> List[Tuple[str, Dict[str, Any]]]:
        return [
            (key, self._adamw.state[parameter])
            for key, parameter in self._parameters.items()
            if parameter in self._adamw.state
        ]

    def _restore(self, key: str, step: int, mean: torch.Tensor, square: torch.Tensor) -> None:
        parameter = self._parameters[key]
        mean, square = (values.to(parameter.device).clone() for values in (mean, square))
        place = self._elementwise.get(key)
        if place is not None:
            place.mean, place.square, place.updates = mean, square, step
            return
        self._adamw.state[parameter] = {"step": torch.tensor(float(step)), "exp_avg": mean, "exp_avg_sq": square}


class _Elementwise:
    """AdamW of one parameter whose elements learn at rates of their own (Loshchilov and Hutter 2019)."""

    def __init__(self, parameter: torch.nn.Parameter, factors: torch.Tensor, decay: float) -> None:
        self._parameter, self._factors, self._decay = parameter, factors, decay
        self.mean = torch.zeros_like(parameter)
        self.square = torch.zeros_like(parameter)
        self.updates = 0

    @torch.no_grad()
    def step(self, gradient: torch.Tensor, rate: float, betas: Tuple[float, float], eps: float) -> None:
        self.updates += 1
        self.mean.lerp_(gradient, 1 - betas[0])
        self.square.mul_(betas[1]).addcmul_(gradient, gradient, value=1 - betas[1])
        root = (self.square / (1 - betas[1] ** self.updates)).sqrt().add_(eps)
        self._parameter.mul_(1 - rate * self._decay * self._factors)
        self._parameter.sub_(rate / (1 - betas[0] ** self.updates) * self._factors * self.mean / root)
