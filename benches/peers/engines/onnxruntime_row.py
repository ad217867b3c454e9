"""onnxruntime on the network and the face of `engines`: one thread, a line of JSON."""

import json
import sys
import time

import numpy as np
import onnxruntime as ort

model, face, side = sys.argv[1], np.fromfile(sys.argv[2], "<f4"), int(sys.argv[3])
options = ort.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
feed = {session.get_inputs()[0].name: face.reshape(1, 1, side, side)}
logits = np.concatenate([head.ravel() for head in session.run(None, feed)])
times, cpu = [], []
session.run(None, feed)
for _ in range(20):
    begin = time.process_time()
    for _ in range(20):
        start = time.perf_counter()
        session.run(None, feed)
        times.append(1e3 * (time.perf_counter() - start))
    cpu.append(1e3 * (time.process_time() - begin) / 20)
median = lambda all: round(sorted(all)[len(all) // 2], 3)
print(json.dumps({"engine": f"onnxruntime {ort.__version__}", "side": side,
                  "median_ms": median(times), "cpu_ms": median(cpu),
                  "logits": [float(v) for v in logits]}))
