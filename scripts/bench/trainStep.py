"""The training step of the full-size policy in plain PyTorch: the peer of trainStep.ts. Prints one JSON line.

The keys of its state dict are the checkpoint's, so that it can also be compared number by number.
"""

import argparse
import json
import math
import time

import torch
from torch import nn
from torch.nn import functional as F


def group_norm(channels):
    return nn.GroupNorm(channels // 16, channels)


class Block(nn.Module):
    """A residual block of ResNet-18."""

    def __init__(self, before, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.bn1 = group_norm(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = group_norm(width)
        self.downsample = None
        if before != width:
            self.downsample = nn.Sequential(nn.Conv2d(before, width, 1, stride, bias=False), group_norm(width))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        inner = F.relu(self.bn1(self.conv1(x)), inplace=True)
        return F.relu(self.bn2(self.conv2(inner)) + shortcut, inplace=True)


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        stages, before = [], 64
        for width in (64, 128, 256, 512):
            stages.append(nn.Sequential(Block(before, width, 1 if before == width else 2), Block(width, width, 1)))
            before = width
        stem = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), group_norm(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
        self.nets = nn.Sequential(*stem, *stages)

    def forward(self, x):
        return self.nets(x)


class KeyPoints(nn.Module):
    """Spatial softmax over 32 maps."""

    def __init__(self):
        super().__init__()
        self.nets = nn.Conv2d(512, 32, 1)

    def forward(self, x):
        maps = self.nets(x)
        height, width = maps.shape[2:]
        weights = maps.flatten(2).softmax(-1).view_as(maps)
        across = torch.linspace(-1, 1, width, dtype=x.dtype)
        down = torch.linspace(-1, 1, height, dtype=x.dtype)
        points = torch.stack([(weights.sum(2) * across).sum(-1), (weights.sum(3) * down).sum(-1)], -1)
        return points.flatten(1)


class Camera(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = Backbone()
        self.pool = KeyPoints()
        self.nets = nn.ModuleDict({"3": nn.Linear(64, 64)})

    def forward(self, x):
        return F.relu(self.nets["3"](self.pool(self.backbone(x))))


class Denoiser(nn.Module):
    def __init__(self, dim, features, horizon, steps, layers, heads, width, dropout):
        super().__init__()
        self.width, self.steps = width, steps
        self.input_emb = nn.Linear(dim, width)
        self.pos_emb = nn.Parameter(torch.randn(1, horizon, width) * 0.02)
        self.cond_obs_emb = nn.Linear(features, width)
        self.cond_pos_emb = nn.Parameter(torch.randn(1, 1 + steps, width) * 0.02)
        self.encoder = nn.Sequential(nn.Linear(width, 4 * width), nn.Mish(), nn.Linear(4 * width, width))
        layer = nn.TransformerDecoderLayer(
            width, heads, 4 * width, dropout, activation="gelu", batch_first=True, norm_first=True
        )
        self.decoder = nn.TransformerDecoder(layer, layers)
        self.ln_f = nn.LayerNorm(width)
        self.head = nn.Linear(width, dim)
        t, s = torch.arange(horizon)[:, None], torch.arange(1 + steps)[None]
        self.future = torch.where(torch.arange(horizon)[None] > t, -math.inf, 0.0)
        self.unseen = torch.where(s - 1 > t, -math.inf, 0.0)

    def forward(self, noisy, time_steps, features):
        half = self.width // 2
        rates = torch.exp(torch.arange(half) * (-math.log(10000) / (half - 1)))
        angles = time_steps[:, None] * rates[None]
        time = torch.cat([angles.sin(), angles.cos()], -1)[:, None].to(noisy.dtype)
        observed = self.cond_obs_emb(features).view(len(noisy), self.steps, -1)
        memory = self.encoder(torch.cat([time, observed], 1) + self.cond_pos_emb)
        tokens = self.input_emb(noisy) + self.pos_emb
        masks = self.future.to(noisy.dtype), self.unseen.to(noisy.dtype)
        return self.head(self.ln_f(self.decoder(tokens, memory, tgt_mask=masks[0], memory_mask=masks[1])))


class Policy(nn.Module):
    def __init__(self, dim=8, low_dim=8, horizon=16, steps=2, layers=8, heads=4, width=256, dropout=0.3):
        super().__init__()
        self.obs_encoder = nn.ModuleDict({"obs_nets": nn.ModuleDict({"image": Camera()})})
        self.model = Denoiser(dim, 64 + low_dim, horizon, steps, layers, heads, width, dropout)

    def forward(self, images, low_dim, noisy, time_steps):
        features = torch.cat([self.obs_encoder["obs_nets"]["image"](images), low_dim], 1)
        return self.model(noisy, time_steps, features)


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--profile", action="store_true", help="say where the time goes instead of how much there is")
    parser.add_argument("--frozen", action="store_true", help="train the transformer alone, from given features")
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--width", type=int, default=256)
    return parser.parse_args()


def tell(profiler, total, steps):
    """The largest shares of a step, in the words of PyTorch's operators."""
    rows = sorted(profiler.key_averages(), key=lambda row: -row.self_cpu_time_total)[:8]
    print(f"PyTorch {torch.__version__}: {total / steps * 1000:.0f} ms a step (profiled)")
    for row in rows:
        print(f"{row.key[:40]:40} {row.count / steps:6.0f} {row.self_cpu_time_total / steps / 1000:6.0f} ms")


def main():
    options = parse()
    torch.manual_seed(0)
    policy = Policy(layers=options.layers, width=options.width)
    averaged = [parameter.detach().clone() for parameter in policy.parameters()]
    trained = policy.model if options.frozen else policy
    optimizer = torch.optim.AdamW(trained.parameters(), lr=1e-4, betas=(0.9, 0.95), weight_decay=1e-3)
    count = options.batch
    images, low_dim = torch.rand(2 * count, 3, 162, 288) * 2 - 1, torch.rand(2 * count, 8)
    features = torch.rand(2 * count, 72)
    seconds = []
    profiler = torch.profiler.profile() if options.profile else None
    for index in range(options.steps + 1):
        if profiler and index == 1:
            profiler.start()
        started = time.perf_counter()
        noise, time_steps = torch.randn(count, 16, 8), torch.randint(0, 100, (count,))
        if options.frozen:
            predicted = policy.model(noise, time_steps, features)
        else:
            predicted = policy(images, low_dim, noise, time_steps)
        F.mse_loss(predicted, noise).backward()
        optimizer.step()
        optimizer.zero_grad()
        with torch.no_grad():
            for average, parameter in zip(averaged, policy.parameters()):
                average.mul_(0.99).add_(parameter, alpha=0.01)
        seconds.append(time.perf_counter() - started)
    if profiler:
        profiler.stop()
        tell(profiler, sum(seconds[1:]), options.steps)
        return
    timed = sorted(seconds[1:])
    print(json.dumps({"median": timed[len(timed) // 2], "best": timed[0], "threads": torch.get_num_threads(), "torch": torch.__version__}))


if __name__ == "__main__":
    main()
