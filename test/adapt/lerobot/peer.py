"""Makes small policies with LeRobot itself, and compares what two of them predict from the same observation and noise.

    peer.py make FOLDER          a diffusion policy and an ACT policy, each with its processors
    peer.py compare OLD NEW …    pairs of folders; prints a line of JSON for each
"""
import importlib.abc
import importlib.machinery
import json
import sys
from pathlib import Path
from unittest.mock import MagicMock

# Of what LeRobot imports for data sets, robots and logging nothing is used here.
ABSENT = "datasets pandas pyarrow av accelerate deepdiff jsonlines serial pynput imageio torchcodec wandb rerun cv2".split()


class Empty(MagicMock):
    __path__ = []
    __spec__ = None
    __all__ = []


class Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ABSENT:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return Empty(name=spec.name)

    def exec_module(self, module):
        pass


sys.meta_path.insert(0, Absent())

import torch  # noqa: E402
from lerobot.configs.policies import PreTrainedConfig  # noqa: E402
from lerobot.configs.types import FeatureType, PolicyFeature  # noqa: E402
from lerobot.policies.factory import (  # noqa: E402
    get_policy_class,
    make_policy_config,
    make_pre_post_processors,
)

GENERATOR = torch.Generator().manual_seed(1)
VARIANTS = {
    # Without noise of its own in a step, so that the same first noise gives the same actions.
    "diffusion": dict(
        down_dims=(32, 64), spatial_softmax_num_keypoints=8, horizon=8, n_action_steps=4, use_group_norm=True,
        pretrained_backbone_weights=None, noise_scheduler_type="DDIM", num_inference_steps=3, clip_sample_range=3.0,
    ),
    "act": dict(
        dim_model=32, n_heads=2, dim_feedforward=64, n_encoder_layers=1, n_vae_encoder_layers=1, latent_dim=4,
        chunk_size=8, n_action_steps=8, pretrained_backbone_weights=None,
    ),
}


def statistics(*shape):
    least = torch.rand(*shape, generator=GENERATOR) - 2
    mean = least + 1.5 + torch.rand(*shape, generator=GENERATOR)
    return dict(min=least, max=least + 4, mean=mean, std=mean.abs() + 0.5, count=torch.tensor([24]))


def make(folder):
    for kind, settings in VARIANTS.items():
        inputs = {
            "observation.state": PolicyFeature(FeatureType.STATE, (7,)),
            "observation.environment_state": PolicyFeature(FeatureType.ENV, (3,)),
        }
        if kind == "diffusion":
            inputs["observation.images.front"] = PolicyFeature(FeatureType.VISUAL, (3, 48, 64))
        outputs = {"action": PolicyFeature(FeatureType.ACTION, (7,))}
        config = make_policy_config(
            kind, input_features=inputs, output_features=outputs, device="cpu", push_to_hub=False, **settings
        )
        config.normalization_mapping = {**config.normalization_mapping, "ENV": config.normalization_mapping["VISUAL"]}
        torch.manual_seed(0)
        policy = get_policy_class(kind)(config)
        known = {"action": statistics(7), "observation.state": statistics(7), "observation.environment_state": statistics(3)}
        known["observation.images.front"] = statistics(3, 1, 1)
        policy.save_pretrained(folder / kind)
        for processor in make_pre_post_processors(config, dataset_stats=known):
            processor.save_pretrained(folder / kind)


def predict(folder, observation, noise):
    config = PreTrainedConfig.from_pretrained(folder)
    policy = get_policy_class(config.type).from_pretrained(folder, config=config, strict=True)
    before, after = make_pre_post_processors(config, pretrained_path=folder)
    width = config.output_features["action"].shape[0]
    seen = {
        name: observation[name][: feature.shape[0]].clone() for name, feature in config.input_features.items()
    }
    batch = {name: value for name, value in before(seen).items() if name.startswith("observation")}
    with torch.no_grad():
        if config.type == "act":
            return after(policy.predict_action_chunk(batch))
        steps = {name: torch.stack([value] * config.n_obs_steps, dim=1) for name, value in batch.items()}
        if config.image_features:
            steps["observation.images"] = torch.stack([steps[name] for name in config.image_features], dim=-4)
        return after(policy.diffusion.generate_actions(steps, noise=noise[:, : config.horizon, :width].clone()))


def compare(pairs):
    observation = {
        "observation.state": torch.randn(16, generator=GENERATOR),
        "observation.environment_state": torch.randn(3, generator=GENERATOR),
        "observation.images.front": torch.rand(3, 48, 64, generator=GENERATOR),
    }
    noise = torch.randn(1, 64, 16, generator=GENERATOR)
    for old, new in pairs:
        a, b = (predict(folder, observation, noise) for folder in (old, new))
        kept = b[..., : a.shape[-1]]
        told = dict(
            widths=[a.shape[-1], b.shape[-1]],
            error=((a - kept).abs().max() / a.abs().max()).item(),
            spread=a.std().item(),
            finite=bool(b.isfinite().all()),
        )
        print(json.dumps(told))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]))
    else:
        compare(zip(sys.argv[2::2], sys.argv[3::2]))
