"""What the training does with diffusion_policy's classes: features of the observations, the network's prediction, the loss, samples."""
from typing import Any, Dict, Mapping, Optional, Sequence

import torch

from regrip_torch.batch import Batch
from regrip_torch.crops import GivenCrops, Offsets
from regrip_torch.trajectory import Trajectory

Spec = Mapping[str, Any]
Policy = torch.nn.Module


class Draws:
    """Of one loss: noise of the trajectories (B·n, T, W), time steps (B·n), weights of the samples (B·n) or ``None``."""

    def __init__(self, arrays: Mapping[str, torch.Tensor], device: torch.device) -> None:
        self.noise = arrays["noise"].to(device)
        self.timesteps = arrays["timesteps"].to(device).long()
        weights = arrays.get("weights")
        self.weights = None if weights is None else weights.to(device)


class Denoising:
    """A policy whose ``model`` predicts the noise (or the clean trajectory) under a condition: diffusion_policy's classes."""

    def __init__(self, policy: Policy, spec: Spec) -> None:
        self.spec = spec
        self.trajectory = Trajectory(spec)
        self.cameras = tuple(obs["key"] for obs in spec["observations"] if obs["type"] == "rgb")
        self._crops: Dict[int, GivenCrops] = {}
        self._alphas = torch.tensor(spec["alphas_cumprod"], dtype=torch.float32)
        self.adopt(policy)

    def adopt(self, policy: Policy) -> None:
        """Once for each policy that is computed: the one that is trained, and its average."""
        if self.cameras:
            self._crops[id(policy)] = GivenCrops(policy.obs_encoder, self.cameras)  # type: ignore[arg-type]

    def features(self, policy: Policy, batch: Batch) -> torch.Tensor:
        """(B·S, F), in the order in which the policy joins its observations."""
        if self.cameras and not batch.features:
            self._crops[id(policy)].places = batch.crops
            seen = {key: _normalized(policy, key, value) for key, value in {**batch.low_dim, **batch.frames}.items()}
            return policy.obs_encoder(seen)  # type: ignore[operator]
        parts = [
            batch.features[obs["key"]]
            if obs["type"] == "rgb"
            else _normalized(policy, obs["key"], batch.low_dim[obs["key"]])
            for obs in self.spec["observations"]
        ]
        return torch.cat(parts, dim=1)

    def camera_features(
        self, policy: Policy, camera: str, frames: torch.Tensor, places: Optional[Offsets]
    ) -> torch.Tensor:
        """One camera's part of the features, (n, width), cropped at ``places``: the others' observations are zero."""
        seen: Dict[str, torch.Tensor] = {}
        at, start = 0, 0
        low = sum(obs["shape"][0] for obs in self.spec["observations"] if obs["type"] != "rgb")
        width = (self.spec["obs_feature_dim"] - low) // len(self.cameras)
        for obs in self.spec["observations"]:
            key = obs["key"]
            zeros = torch.zeros((frames.shape[0], *obs["shape"]), device=frames.device)
            seen[key] = _normalized(policy, key, frames if key == camera else zeros)
            if key == camera:
                start = at
            at += width if obs["type"] == "rgb" else obs["shape"][0]
        self._crops[id(policy)].places = {camera: places}
        return policy.obs_encoder(seen)[:, start : start + width]  # type: ignore[operator]

    def loss(self, policy: Policy, batch: Batch, draws: Draws) -> torch.Tensor:
        """Mean squared error of what is not known; weighted by sample where weights are given."""
        times = draws.timesteps.shape[0] // batch.actions.shape[0]
        features = _repeated(self.features(policy, batch), times)
        actions = _normalized(policy, "action", _repeated(batch.actions, times))
        whole = self.trajectory.of(actions, features)
        # As upstream: what is asked for teaches the encoder nothing, what is given may.
        clean = whole.detach()
        known = whole if self.spec["learns_by_inpainting"] else clean
        alpha = self._alphas.to(clean.device)[draws.timesteps].view(-1, 1, 1)
        noisy = alpha.sqrt() * clean + (1 - alpha).sqrt() * draws.noise
        noisy = self.trajectory.with_known(noisy, known)
        predicted = self.predict(policy, noisy, draws.timesteps, features)
        target = draws.noise if self.spec["prediction_type"] == "epsilon" else clean
        error = self.trajectory.unknown((predicted - target) ** 2).mean(dim=(1, 2))
        return error.mean() if draws.weights is None else (error * draws.weights).mean()

    def predict(
        self, policy: Policy, noisy: torch.Tensor, timesteps: torch.Tensor, features: torch.Tensor
    ) -> torch.Tensor:
        """``features`` of all observed steps, (B·S, F)."""
        seen = self.trajectory.by_steps(features)[:, : self.spec["obs_steps"]]
        model: Any = policy.model
        if self.spec["family"].startswith("transformer"):
            return model(noisy, timesteps, None if self.trajectory.inpaints else seen)
        if self.trajectory.inpaints:
            return model(noisy, timesteps)
        if getattr(policy, "obs_as_local_cond", False):
            rest = noisy.shape[1] - seen.shape[1]
            return model(noisy, timesteps, local_cond=torch.nn.functional.pad(seen, (0, 0, 0, rest)))
        return model(noisy, timesteps, global_cond=seen.flatten(1))

    def sample(
        self, policy: Policy, batch: Batch, steps: Sequence[Mapping[str, Any]], noise: torch.Tensor
    ) -> torch.Tensor:
        """(B, T, D) raw. ``steps`` are the engine's reverse steps; ``noise`` (draws, B, T, W), the first starts."""
        features = self.features(policy, batch)
        known = self.trajectory.known(features)
        x = self.trajectory.with_known(noise[0], known)
        for index, step in enumerate(steps):
            timesteps = torch.full((x.shape[0],), step["timestep"], dtype=torch.long, device=x.device)
            output = self.predict(policy, x, timesteps, features)
            clean = step["clean"][0] * x + step["clean"][1] * output
            if step["clip"] is not None:
                clean = clean.clamp(-step["clip"], step["clip"])
            x = step["next"][0] * clean + step["next"][1] * x + step["next"][2] * output
            if step["deviation"] > 0:
                x = x + step["deviation"] * noise[index + 1]
            x = self.trajectory.with_known(x, known)
        return policy.normalizer["action"].unnormalize(x[..., : self.spec["action_dim"]])  # type: ignore[index]


def _normalized(policy: Policy, key: str, values: torch.Tensor) -> torch.Tensor:
    return policy.normalizer[key].normalize(values)  # type: ignore[index]


def _repeated(rows: torch.Tensor, times: int) -> torch.Tensor:
    return rows if times == 1 else rows.repeat(times, *([1] * (rows.dim() - 1)))
