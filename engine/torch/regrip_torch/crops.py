"""Crops at given places: the user's own randomizers draw theirs from a generator that the engine does not know."""
from typing import Callable, Dict, Optional, Tuple

import torch

Offsets = Tuple[torch.Tensor, torch.Tensor]


class GivenCrops:
    """Takes over every ``CropRandomizer`` of an encoder; ``places`` are those of the next pass, by camera (absent: the centre)."""

    def __init__(self, encoder: torch.nn.Module, cameras: Tuple[str, ...]) -> None:
        self.places: Dict[str, Optional[Offsets]] = {}
        for name, module in encoder.named_modules():
            if type(module).__name__ != "CropRandomizer":
                continue
            camera = next((part for part in name.split(".") if part in cameras), None)
            if camera is None:
                raise ValueError(f"the crop {name} belongs to none of the cameras {', '.join(cameras)}")
            self._take_over(module, camera)

    def _take_over(self, module: torch.nn.Module, camera: str) -> None:
        size = (int(module.crop_height), int(module.crop_width))  # type: ignore[arg-type]
        forward: Callable[[torch.Tensor], torch.Tensor] = lambda images: cropped(images, size, self.places.get(camera))
        module.forward_in = forward  # type: ignore[assignment]
        module.forward = forward  # type: ignore[assignment]
        module.forward_out = lambda values: values  # type: ignore[assignment]


def cropped(images: torch.Tensor, size: Tuple[int, int], places: Optional[Offsets]) -> torch.Tensor:
    """``images`` (n, C, H, W) -> (n, C, height, width); the centre is torchvision's."""
    height, width = size
    if places is None:
        top = int(round((images.shape[2] - height) / 2.0))
        left = int(round((images.shape[3] - width) / 2.0))
        return images[:, :, top : top + height, left : left + width]
    rows = places[0][:, None] + torch.arange(height, device=images.device)
    columns = places[1][:, None] + torch.arange(width, device=images.device)
    index = torch.arange(images.shape[0], device=images.device)[:, None, None]
    return images.permute(0, 2, 3, 1)[index, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
