"""Puts plans into effect on LeRobot's own policies, and says how far the old dimensions are from what they were.

Reads a JSON list from stdin: the two configs, and of each key of the plan its shape, where it comes from and what fills the rest.
Prints one JSON list: for each case the relative errors of one pass and of a sample, or of the actions and the latent.
"""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "adapt" / "lerobot"))
import peer  # noqa: E402, F401  what LeRobot imports and is not there is empty from here on

import torch  # noqa: E402
from lerobot.configs.types import FeatureType, PolicyFeature  # noqa: E402
from lerobot.policies.act.configuration_act import ACTConfig  # noqa: E402
from lerobot.policies.act.modeling_act import ACTPolicy  # noqa: E402
from lerobot.policies.diffusion.configuration_diffusion import DiffusionConfig  # noqa: E402
from lerobot.policies.diffusion.modeling_diffusion import DiffusionPolicy  # noqa: E402

CLASSES = {"diffusion": (DiffusionConfig, DiffusionPolicy), "act": (ACTConfig, ACTPolicy)}
BATCH = 2
STATE = "observation.state"


def build(given):
    config_class, policy_class = CLASSES[given["type"]]
    settings = {key: value for key, value in given.items() if key not in ("type", "_target_")}
    for key in ("input_features", "output_features"):
        settings[key] = {
            name: PolicyFeature(FeatureType(each["type"]), tuple(each["shape"])) for name, each in settings[key].items()
        }
    return policy_class(config_class(**settings, device="cpu"))


def scatter(policy):
    """Values that tell every entry from every other."""
    for key, tensor in policy.state_dict().items():
        if not tensor.dtype.is_floating_point or "pos_" in key:
            continue
        if key.endswith("running_var"):
            tensor.copy_(torch.rand_like(tensor) + 0.5)
        elif tensor.dim() == 1:
            tensor.add_(0.1 * torch.randn_like(tensor))


def filled(plan):
    fill = plan["fill"]
    if fill["kind"] == "constant":
        return torch.full(plan["shape"], float(fill["value"]))
    if fill["kind"] == "values":
        return torch.tensor(fill["values"]).reshape(plan["shape"])
    return torch.randn(plan["shape"]) * fill.get("std", fill.get("bound"))


def adapted(old, plans):
    source = old.state_dict()
    state = {}
    for plan in plans:
        if plan["fate"] == "copied":
            state[plan["key"]] = source[plan["source"]].clone()
            continue
        tensor = filled(plan)
        if plan["fate"] == "widened":
            before = source[plan["source"]]
            for now, then in enumerate(plan["from"]):
                if then is not None:
                    tensor.select(plan["axis"], now).copy_(before.select(plan["axis"], then))
        state[plan["key"]] = tensor
    return state


def batches(case, old, new):
    """The same observations for both; what is new of them is drawn. `sources` says where a vector's entries come from."""
    steps = () if case["old"]["type"] == "act" else (old.config.n_obs_steps,)

    def draw(shape):
        return torch.randn(BATCH, *steps, *shape)

    before = {name: draw(each.shape) for name, each in old.config.input_features.items()}
    now = {name: draw(each.shape) for name, each in new.config.input_features.items()}
    for name, values in now.items():
        then = before.get(case["rename"].get(name, name))
        if then is None:
            continue
        if name not in case["sources"]:
            now[name] = then.clone()
            continue
        for at, source in enumerate(case["sources"][name]):
            if source is not None:
                values[..., at] = then[..., source]
    return before, now


def error(before, now, case):
    """Along the action's last axis."""
    kept = [(at, source) for at, source in enumerate(case["sources"]["action"]) if source is not None]
    pairs = torch.stack([now[..., at] - before[..., source] for at, source in kept])
    return (pairs.abs().max() / before.abs().max()).item()


def diffusion(case, old, new, before, now):
    def seen(policy, batch):
        names = list(policy.config.image_features)
        images = {"observation.images": torch.stack([batch[name] for name in names], dim=-4)} if names else {}
        return policy.diffusion._prepare_global_conditioning(batch | images)

    sources = case["sources"]["action"]
    width = old.config.action_feature.shape[0]
    noise = torch.randn(BATCH, new.config.horizon, len(sources))
    old_noise = torch.randn(BATCH, old.config.horizon, width)
    for at, source in enumerate(sources):
        if source is not None:
            old_noise[..., source] = noise[..., at]
    timesteps = torch.tensor([3, 50])
    conditions = seen(old, before), seen(new, now)
    once = [
        policy.diffusion.unet(sample, timesteps, global_cond=condition)
        for policy, sample, condition in zip((old, new), (old_noise, noise), conditions)
    ]
    sampled = [
        policy.diffusion.conditional_sample(BATCH, global_cond=condition, noise=sample)
        for policy, sample, condition in zip((old, new), (old_noise, noise), conditions)
    ]
    return [error(*once, case), error(*sampled, case)]


def act(case, old, new, before, now):
    def seen(policy, batch):
        names = list(policy.config.image_features)
        images = {"observation.images": [batch[name] for name in names]} if names else {}
        return {STATE: torch.zeros(BATCH, 1)} | batch | images

    errors = [error(old.model(seen(old, before))[0], new.model(seen(new, now))[0], case)]
    if not old.config.use_vae:
        return errors
    sources = case["sources"]["action"]
    actions = torch.randn(BATCH, new.config.chunk_size, len(sources))
    old_actions = torch.zeros(BATCH, old.config.chunk_size, old.config.action_feature.shape[0])
    for at, source in enumerate(sources):
        if source is not None:
            old_actions[..., source] = actions[..., at]
    padding = {"action_is_pad": torch.zeros(BATCH, old.config.chunk_size, dtype=torch.bool)}
    latents = []
    for policy, batch, chunk in ((old, before, old_actions), (new, now, actions)):
        policy.train()
        latents.append(policy.model(seen(policy, batch) | padding | {"action": chunk})[1])
    for then, after in zip(*latents):
        errors.append(((then - after).abs().max() / then.abs().max()).item())
    return errors


@torch.no_grad()
def compare(case):
    torch.manual_seed(case["seed"])
    # ACT makes float32 tensors of its own.
    like = torch.float32 if case["old"]["type"] == "act" else torch.float64
    torch.set_default_dtype(like)
    old, new = build(case["old"]).to(like), build(case["new"]).to(like)
    scatter(old)
    new.load_state_dict(adapted(old, case["plan"]), strict=True)
    old.eval()
    new.eval()
    before, now = batches(case, old, new)
    return (act if case["old"]["type"] == "act" else diffusion)(case, old, new, before, now)


if __name__ == "__main__":
    print(json.dumps([compare(case) for case in json.load(sys.stdin)]))
