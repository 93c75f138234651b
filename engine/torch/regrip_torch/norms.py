"""BatchNorm's running statistics: PyTorch changes them in the forward pass, the training counts a batch only once it is used."""
from contextlib import contextmanager
from typing import Dict, Iterator, Mapping

import torch


class RunningStatistics:
    """Of the BatchNorms of ``policy`` that are trained."""

    def __init__(self, policy: torch.nn.Module, trained: Mapping[str, torch.nn.Parameter]) -> None:
        self._names = {
            name
            for name, module in policy.named_modules()
            if isinstance(module, torch.nn.modules.batchnorm._BatchNorm) and f"{name}.weight" in trained
        }
        self._buffers = {
            key: value
            for key, value in policy.state_dict(keep_vars=True).items()
            if not isinstance(value, torch.nn.Parameter) and key.rpartition(".")[0] in self._names
        }
        self._measured: Dict[str, torch.Tensor] = {}

    @contextmanager
    def measuring(self) -> Iterator[None]:
        """What a pass, forward and backward, measures is put aside."""
        before = {key: value.clone() for key, value in self._buffers.items()}
        try:
            yield
            self._measured = {key: value.clone() for key, value in self._buffers.items()}
        finally:
            self._set(before)

    def keep(self) -> None:
        self._set(self._measured)

    def holds(self, key: str) -> bool:
        """Whether a key is a norm's scale or shift."""
        return key.rpartition(".")[0] in self._names

    def values(self) -> Mapping[str, torch.Tensor]:
        return self._buffers

    def _set(self, values: Mapping[str, torch.Tensor]) -> None:
        with torch.no_grad():
            for key, value in values.items():
                self._buffers[key].copy_(value)
