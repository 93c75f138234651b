"""A batch of the engine on the device: B windows, of each the S first steps observed, and where each image is cropped."""
from typing import Dict, Mapping, Optional, Tuple

import torch

Arrays = Mapping[str, torch.Tensor]


class Batch:
    """``actions`` (B, horizon, D) raw; ``low_dim`` (B·S, ...) raw by key; ``frames`` (B·S, C, H, W) in 0 ... 1 and
    ``features`` (B·S, width) by camera; ``crops`` by camera, ``None`` for the centre."""

    def __init__(self, arrays: Arrays, device: torch.device) -> None:
        self.actions = arrays["actions"].to(device, non_blocking=True)
        self.low_dim = _part(arrays, "low_dim.", device)
        self.features = _part(arrays, "features.", device)
        self.frames = {key: pixels(value) for key, value in _part(arrays, "frames.", device).items()}
        self.crops = {key: crop_of(arrays, key, device) for key in self.frames}


def _part(arrays: Arrays, prefix: str, device: torch.device) -> Dict[str, torch.Tensor]:
    return {
        name[len(prefix) :]: value.to(device, non_blocking=True)
        for name, value in arrays.items()
        if name.startswith(prefix)
    }


def pixels(frames: torch.Tensor) -> torch.Tensor:
    """(n, H, W, C) bytes -> (n, C, H, W)."""
    return frames.permute(0, 3, 1, 2).float() / 255


def crop_of(arrays: Arrays, name: str, device: torch.device) -> Optional[Tuple[torch.Tensor, torch.Tensor]]:
    """Top and left of each image; ``None`` for the centre."""
    top, left = arrays.get(f"top.{name}"), arrays.get(f"left.{name}")
    return None if top is None or left is None else (top.to(device).long(), left.to(device).long())
