"""Checks and runs the ONNX file of every folder in a folder: `run_onnx.py FOLDER`.

FOLDER/*/input holds 32-bit floats for any number of faces; each output goes to a file of its name.
"""

import sys
from pathlib import Path

import numpy
import onnx
import onnxruntime


def run(folder):
    model = onnx.load(folder / "model.onnx")
    onnx.checker.check_model(model, full_check=True)
    properties = {p.key: p.value for p in model.metadata_props}
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    _, _, size, _ = session.get_inputs()[0].shape
    images = numpy.fromfile(folder / "input", dtype="<f4").reshape(-1, 1, size, size)
    for output in session.get_outputs():
        (together,) = session.run([output.name], {"input": images})
        alone = [session.run([output.name], {"input": image[None]})[0] for image in images]
        assert numpy.abs(together - numpy.concatenate(alone)).max() <= 1e-4, "a batch is its faces"
        label_set = output.name.removesuffix("_probabilities")
        expressions = properties[f"attune.{label_set}.expressions"].split(",")
        assert together.shape == (len(images), len(expressions)), (output.name, together.shape)
        assert float(properties[f"attune.{label_set}.temperature"]) > 0
        together.astype("<f4").tofile(folder / output.name)


for case in Path(sys.argv[1]).iterdir():
    run(case)
