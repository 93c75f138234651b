"""The plain loop that a conversion is measured against: OpenCV decodes and shrinks, zarr-python appends each episode.

Usage: convert_loop.py EPISODES_FOLDER OUT.zarr WIDTH HEIGHT [FIRST STRIDE]; prints the seconds without the imports. With the
last two it takes every STRIDE-th episode from FIRST on.
"""
import pickle
import sys
import time
from pathlib import Path

import cv2
import numcodecs
import numpy as np
import zarr

source, target, width, height = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
first, stride = (int(word) for word in sys.argv[5:7] or (0, 1))
started = time.perf_counter()
group = zarr.open(target, "w")
images = numcodecs.Blosc("lz4", 5)
columns = numcodecs.Blosc("lz4", 5, numcodecs.Blosc.NOSHUFFLE)
ends = []


def append(name, values, compressor):
    if "data/" + name not in group:
        rows = min(len(values), -(-2_000_000 // (values.nbytes // len(values))))
        chunks = (rows,) + values.shape[1:]
        group.zeros("data/" + name, shape=values.shape, chunks=chunks, dtype=values.dtype, compressor=compressor)
        array = group["data/" + name]
    else:
        array = group["data/" + name]
        array.resize((len(array) + len(values),) + values.shape[1:])
    array[-len(values):] = values


for episode in sorted(source.glob("episode_*"))[first::stride]:
    with open(episode / "data.pkl", "rb") as file:
        data = pickle.load(file)
    frames = sorted((episode / "images").glob("frame_*.jpg"))
    stack = np.zeros((len(frames), height, width, 3), np.uint8)
    for k, frame in enumerate(frames):
        image = cv2.cvtColor(cv2.imread(str(frame)), cv2.COLOR_BGR2RGB)
        stack[k] = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    action = np.concatenate([data["action"], data["action_gripper"][:, None].astype(np.float32)], axis=1)
    append("image", stack, images)
    append("robot_eef_pose", data["robot_eef_pose"], columns)
    append("action", action, columns)
    append("robot_gripper_state", data["robot_gripper"][:, None].astype(np.float32), columns)
    append("timestamp", data["timestamp"], columns)
    ends.append(len(action) + (ends[-1] if ends else 0))
group.array("meta/episode_ends", np.array(ends, np.int64), compressor=None)
print(time.perf_counter() - started)
