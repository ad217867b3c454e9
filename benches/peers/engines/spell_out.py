"""Writes the dilations of every convolution into an ONNX file: rten 0.27 does not know ONNX's default of 1."""

import sys

import onnx

model = onnx.load(sys.argv[1])
for node in model.graph.node:
    if node.op_type == "Conv" and all(a.name != "dilations" for a in node.attribute):
        node.attribute.append(onnx.helper.make_attribute("dilations", [1, 1]))
onnx.save(model, sys.argv[1])
