"""What is noised and denoised of a window: its actions, with the observations behind them where a policy inpaints those."""
from typing import Any, Mapping, Optional

import torch


class Trajectory:
    """B windows, S observed steps of each; a trajectory is (B, T, W)."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self._spec = spec
        self._steps = spec["trajectory"]
        self.inpaints = self._steps["inpainted_steps"] > 0

    def of(self, actions: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """Normalised actions (B, horizon, D) and features (B·S, F) -> what is noised."""
        start, count = self._steps["start"], self._steps["steps"]
        own = actions[:, start : start + count]
        return torch.cat([own, self.by_steps(features)[:, :count]], dim=2) if self.inpaints else own

    def by_steps(self, features: torch.Tensor) -> torch.Tensor:
        return features.reshape(-1, self._spec["observed_steps"], features.shape[-1])

    def known(self, features: torch.Tensor) -> Optional[torch.Tensor]:
        """A trajectory in which the known entries are right and all others zero."""
        if not self.inpaints:
            return None
        seen = self.by_steps(features)[:, : self._steps["inpainted_steps"]]
        rest = self._steps["steps"] - self._steps["inpainted_steps"]
        return torch.nn.functional.pad(seen, (self._spec["action_dim"], 0, 0, rest))

    def with_known(self, trajectory: torch.Tensor, known: Optional[torch.Tensor]) -> torch.Tensor:
        if not self.inpaints or known is None:
            return trajectory
        return torch.where(self._mask(trajectory), known, trajectory)

    def unknown(self, values: torch.Tensor) -> torch.Tensor:
        """Zero where an entry is known."""
        return values.masked_fill(self._mask(values), 0) if self.inpaints else values

    def _mask(self, trajectory: torch.Tensor) -> torch.Tensor:
        mask = torch.zeros(trajectory.shape[1:], dtype=torch.bool, device=trajectory.device)
        mask[: self._steps["inpainted_steps"], self._spec["action_dim"] :] = True
        return mask.expand(trajectory.shape)
