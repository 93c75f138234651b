"""Which call does what; an error of the user's code is told to the engine, which names it, and does not end the process."""
import traceback
from typing import Any, Callable, Dict, Tuple

import torch

from regrip_torch.build import built_policy, chosen_device, parameter_list
from regrip_torch.trainer import Trainer
from regrip_torch.wire import Call, Wire

Answer = Tuple[Any, Dict[str, torch.Tensor]]
MAX_CAUSES = 50  # an error may be its own cause


def serve(wire: Wire) -> None:
    session = Session()
    while True:
        call = wire.receive()
        if call is None:
            return
        try:
            result, arrays = session.answer(call)
        except Exception as error:  # whatever the user's own class raises
            wire.refuse(described(error))
        else:
            wire.answer(result, arrays)


def described(error: Exception) -> Dict[str, Any]:
    """``memory``: the device has too little of it. Hydra says only that a class was not found; what it was caused by follows."""
    cause: BaseException = error
    for _ in range(MAX_CAUSES):
        cause = cause.__cause__ or cause
    message = str(error) if cause is error else f"{error}\ncaused by {type(cause).__name__}: {cause}"
    is_memory = isinstance(cause, getattr(torch.cuda, "OutOfMemoryError", ())) or "out of memory" in message.lower()
    return {
        "type": type(error).__name__,
        "message": message,
        "memory": is_memory,
        "traceback": traceback.format_exc(),
    }


class Session:
    """One policy: opened, then trained or measured."""

    def __init__(self) -> None:
        self.trainer: Trainer

    def answer(self, call: Call) -> Answer:
        method: Callable[[Call], Answer] = getattr(self, f"on_{call.name}")
        return method(call)

    def on_open(self, call: Call) -> Answer:
        device, note = chosen_device(call.args["device"])
        self.device = device
        self.policy = built_policy(call.args["config"], call.args["folders"]).to(device)
        name = torch.cuda.get_device_name(device) if device.type == "cuda" else f"CPU, {torch.get_num_threads()} threads"
        return {"device": name, "torch": torch.__version__, "note": note, "parameters": parameter_list(self.policy)}, {}

    def on_trainer(self, call: Call) -> Answer:
        self.trainer = Trainer(self.policy, self.device, call.args, call.arrays)
        return None, {}

    def on_accumulate(self, call: Call) -> Answer:
        return self.trainer.accumulate(call.arrays, call.args), {}

    def on_keep_statistics(self, call: Call) -> Answer:
        return self.trainer.keep_statistics(), {}

    def on_bad_gradients(self, call: Call) -> Answer:
        return self.trainer.bad_gradients(), {}

    def on_update(self, call: Call) -> Answer:
        return self.trainer.update(call.args["rate"]), {}

    def on_blend(self, call: Call) -> Answer:
        return self.trainer.blend(call.args["decay"]), {}

    def on_loss(self, call: Call) -> Answer:
        return self.trainer.measured_loss(call.arrays), {}

    def on_sample(self, call: Call) -> Answer:
        return None, {"actions": self.trainer.sample(call.arrays, call.args)}

    def on_encode(self, call: Call) -> Answer:
        return None, self.trainer.encode(call.arrays, call.args)

    def on_values(self, call: Call) -> Answer:
        return None, {"values": self.trainer.values(call.args["of"], call.args["key"])}

    def on_steps(self, call: Call) -> Answer:
        return self.trainer.optimizer.steps(), {}

    def on_moment(self, call: Call) -> Answer:
        return None, {"values": self.trainer.optimizer.moment(call.args["key"], call.args["which"])}
