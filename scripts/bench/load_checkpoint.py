"""torch.load of a checkpoint. Prints the seconds it took, without starting Python and importing torch."""

import sys
import time

import dill
import torch

start = time.perf_counter()
torch.load(sys.argv[1], map_location="cpu", pickle_module=dill, weights_only=False)
print(time.perf_counter() - start)
