#!/usr/bin/env python3
"""Training throughput beside PyTorch: same network, batch and threads, one run.

    python3 -m venv target/peers && target/peers/bin/pip install torch==2.9.0
    cargo build --release --workspace
    target/peers/bin/python benches/peers/training.py [--batch-size 128] [--seconds 10]

PyTorch is given its pictures ready on every step; Attune's figure includes augmenting them.
"""

import argparse
import json
import os
import subprocess
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

ROOT = Path(__file__).resolve().parents[2]


def conv(inputs, outputs, size, stride):
    layers = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
    return nn.Sequential(layers, nn.BatchNorm2d(outputs))


class Residual(nn.Module):
    """A basic block with squeeze and excitation, as crates/training/src/network/attune.rs."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = conv(inputs, outputs, 3, stride)
        self.second = conv(outputs, outputs, 3, 1)
        self.reduce = nn.Linear(outputs, outputs // 8)
        self.expand = nn.Linear(outputs // 8, outputs)
        widens = inputs != outputs or stride != 1
        self.shortcut = conv(inputs, outputs, 1, stride) if widens else nn.Identity()

    def forward(self, x):
        y = self.second(F.relu(self.first(x)))
        gate = torch.sigmoid(self.expand(F.relu(self.reduce(y.mean((2, 3))))))
        return F.relu(y * gate[:, :, None, None] + self.shortcut(x))


class Attune(nn.Module):
    def __init__(self, stages=(32, 64, 128, 256)):
        super().__init__()
        self.stem = conv(1, stages[0], 3, 2)
        blocks, inputs = [], stages[0]
        for i, outputs in enumerate(stages):
            blocks.append(Residual(inputs, outputs, 1 if i == 0 else 2))
            inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.heads = nn.ModuleList([nn.Linear(inputs, 7), nn.Linear(inputs, 8)])

    def forward(self, x):
        x = self.blocks(F.relu(self.stem(x))).mean((2, 3))
        return [head(x) for head in self.heads]


def soft_cross_entropy(logits, targets):
    return -(F.log_softmax(logits, 1) * targets).sum(1).mean()


def pytorch_pace(batch, side, threads, seconds, bf16):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    net = Attune().to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(
        net.parameters(), lr=1e-4, momentum=0.9, nesterov=True, weight_decay=5e-4
    )
    images = torch.randn(batch, 1, side, side).to(memory_format=torch.channels_last)
    targets = [torch.softmax(torch.randn(batch, n), 1) for n in (7, 8)]

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            logits = net(images)
        losses = [soft_cross_entropy(x.float(), t) for x, t in zip(logits, targets)]
        sum(losses).backward()
        optimizer.step()

    for _ in range(2):
        step()
    begin, steps = time.perf_counter(), 0
    while steps < 3 or time.perf_counter() - begin < seconds:
        step()
        steps += 1
    return steps * batch / (time.perf_counter() - begin), sum(p.numel() for p in net.parameters())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--attune", type=Path, default=ROOT / "target/release/attune")
    args = parser.parse_args()
    command = [args.attune, "bench", "train", "--batch-size", args.batch_size]
    command += ["--seconds", args.seconds]
    ours = json.loads(subprocess.check_output([str(part) for part in command]))
    side, threads = ours["input_size"], ours["threads"]
    figures = {}
    for name, bf16 in (("pytorch", False), ("pytorch_bf16", True)):
        pace, parameters = pytorch_pace(args.batch_size, side, threads, args.seconds, bf16)
        figures[name] = pace
    assert parameters == ours["parameters"], (parameters, ours["parameters"])
    figures |= {f"attune_{name}": pace for name, pace in ours["images_per_s"].items()}
    print(json.dumps({
        "machine": ours["machine"],
        "batch_size": args.batch_size,
        "threads": threads,
        "cpus": os.cpu_count(),
        "input_size": side,
        "parameters": parameters,
        "images_per_s": figures,
        "attune_native_by_pytorch": figures["attune_native"] / figures["pytorch"],
    }, indent=2))


if __name__ == "__main__":
    main()
