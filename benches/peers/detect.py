#!/usr/bin/env python3
"""Finding faces beside OpenCV's Haar cascade: same pictures, one core, one run.

    python3 -m venv target/peers && target/peers/bin/pip install "opencv-python-headless<5"
    cargo build --release --workspace
    target/peers/bin/python benches/peers/detect.py [--data ../shared/data]

OpenCV runs with its defaults; while it is timed its smallest window is 40 pixels. Backgrounds are those without people.
"""

import argparse
import json
import os
import subprocess
import time
import xml.etree.ElementTree as xml
from pathlib import Path

import cv2

ROOT = Path(__file__).resolve().parents[2]
LEAST_SIDE = 40


def iou(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


def labelled(photos):
    for name in ["dlib_training.xml", "dlib_testing.xml"]:
        for image in xml.parse(photos / name).iter("image"):
            sides = ["left", "top", "width", "height"]
            boxes = [[float(b.get(side)) for side in sides] for b in image.iter("box")]
            yield cv2.imread(str(photos / image.get("file")), cv2.IMREAD_GRAYSCALE), boxes


def opencv(data, frame):
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    find = lambda picture, side: cascade.detectMultiScale(picture, minSize=(side, side))
    hits = faces = wrong = 0
    for picture, boxes in labelled(data / "photos"):
        found = find(picture, 0)
        faces += len(boxes)
        hits += sum(any(iou(box, f) >= 0.4 for f in found) for box in boxes)
        wrong += sum(all(iou(box, f) < 0.4 for box in boxes) for f in found)
    backgrounds = sorted((data / "backgrounds").glob("*/*.jpg"))
    people = set((ROOT / "models/detector.people.txt").read_text().split())
    backgrounds = [p for p in backgrounds if p.name not in people]
    boxes = sum(len(find(cv2.imread(str(p), cv2.IMREAD_GRAYSCALE), 0)) for p in backgrounds)
    times = []
    for _ in range(60):
        start = time.perf_counter()
        find(frame, LEAST_SIDE)
        times.append(1e3 * (time.perf_counter() - start))
    return sorted(times)[len(times) // 2], hits, faces, wrong, boxes


def attune(binary, data):
    photos = data / "photos"
    command = [binary, "-q", "bench", "detector", "--photo", photos / "2007_007763.jpg",
               "--boxes", photos / "dlib_training.xml", "--boxes", photos / "dlib_testing.xml",
               "--backgrounds", data / "backgrounds",
               "--people", ROOT / "models/detector.people.txt"]
    row = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["detectors"][0]
    photos = row["photos"]
    return (row["detect"]["median_ms"], photos["found"], photos["faces"], photos["false_alarms"],
            row["backgrounds"]["false_alarms"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data")
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/attune")
    args = parser.parse_args()
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    cv2.setNumThreads(1)
    picture = cv2.imread(str(args.data / "photos/2007_007763.jpg"), cv2.IMREAD_GRAYSCALE)
    frame = cv2.resize(picture, (640, 480), interpolation=cv2.INTER_AREA)
    print(f"{'detector':28} {'ms':>7} {'found':>9} {'false':>6} {'backgrounds':>12}")
    rows = [("Attune", attune(args.binary, args.data)),
            (f"OpenCV {cv2.__version__} Haar", opencv(args.data, frame))]
    for name, (median, hits, faces, wrong, boxes) in rows:
        print(f"{name:28} {median:7.2f} {hits:4} of {faces} {wrong:6} {boxes:12}")


if __name__ == "__main__":
    main()
