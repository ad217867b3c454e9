"""The table of `run`."""

import json
import sys
from pathlib import Path


def read(path):
    return {row["engine"]: row for row in map(json.loads, Path(path).read_text().splitlines())}


native, wasm = read(sys.argv[1]), read(sys.argv[2])
truth = next(iter(native.values()))["logits"]
bare = lambda name: name.split()[0].strip(",")
print("| engine | CPU time a face | median | largest difference | in wasm: CPU time | median | largest difference |")
print("|---|---|---|---|---|---|---|")
apart = lambda row: max(abs(a - b) for a, b in zip(row["logits"], truth, strict=True))
cells = lambda row: f"{row['cpu_ms']:.2f} ms | {row['median_ms']:.2f} ms | {apart(row):.0e}"
for name, row in native.items():
    there = next((w for n, w in wasm.items() if bare(n) == bare(name)), None)
    print(f"| {name} | {cells(row)} | {cells(there) if there else 'not measured | |'} |")
