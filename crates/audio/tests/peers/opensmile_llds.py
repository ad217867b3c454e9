"""Means and deviations of openSMILE's ComParE 2016 low-level descriptors, as JSON on stdout.

    python opensmile_llds.py FILE...

Each file gives {"frames": N, "llds": {name: [mean, deviation]}}; the deviation divides by N.
"""

import json
import sys

import opensmile

smile = opensmile.Smile(
    feature_set=opensmile.FeatureSet.ComParE_2016,
    feature_level=opensmile.FeatureLevel.LowLevelDescriptors,
)
found = {}
for path in sys.argv[1:]:
    llds = smile.process_file(path)
    values = {name: [float(llds[name].mean()), float(llds[name].std(ddof=0))] for name in llds}
    found[path] = {"frames": len(llds), "llds": values}
json.dump(found, sys.stdout)
