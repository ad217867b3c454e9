"""PyPI's `implicit` on the split of `attune bench recommend --data`: HetRec's Last.fm artists of at
least five listeners, a pair held out where the first 8 hex digits of sha256("{user}:{artist}") over
2^32 are below 0.2. Settings are chosen on a validation part of training, as ours are. Prints JSON."""

import hashlib
import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender

LEAST_LISTENERS = 5
HELD_OUT = 0.2


def held_out(user, artist):
    digest = hashlib.sha256(f"{user}:{artist}".encode()).hexdigest()
    return int(digest[:8], 16) / 2**32 < HELD_OUT


def read(folder):
    lines = (folder / "user_artists.dat").read_text().splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    listeners = Counter(artist for _, artist, _ in rows)
    return [(u, a, float(n)) for u, a, n in rows if listeners[a] >= LEAST_LISTENERS]


def split(rows, draws):
    """Pairs that every draw but the last lets through; the last one divides them."""
    *before, last = draws
    rows = [r for r in rows if not any(held_out(d + r[0], r[1]) for d in before)]
    train = [r for r in rows if not held_out(last + r[0], r[1])]
    wanted = defaultdict(set)
    for user, artist, _ in rows:
        if held_out(last + user, artist):
            wanted[user].add(artist)
    return train, wanted


class Half:
    def __init__(self, rows, draws):
        train, self.wanted = split(rows, draws)
        self.users = sorted({u for u, _, _ in rows})
        self.artists = sorted({a for _, a, _ in rows})
        user = {u: i for i, u in enumerate(self.users)}
        self.artist = {a: i for i, a in enumerate(self.artists)}
        place = ([user[u] for u, _, _ in train], [self.artist[a] for _, a, _ in train])
        shape = (len(self.users), len(self.artists))
        self.counts = sparse.csr_matrix(([n for _, _, n in train], place), shape=shape)
        self.served = [(user[u], {self.artist[a] for a in w}) for u, w in self.wanted.items()]

    def tempered(self, power):
        m = self.counts.copy().astype(np.float32)
        for u in range(m.shape[0]):
            own = m.data[m.indptr[u] : m.indptr[u + 1]]
            if len(own):
                own[:] = (own / own.mean()) ** power
        return m


def measured(model, matrix, half):
    users = np.array([u for u, _ in half.served])
    lists, _ = model.recommend(users, matrix[users], N=20, filter_already_liked_items=True)
    gain = 1 / np.log2(np.arange(2, 12))
    ndcg, recall = [], []
    for (_, wanted), items in zip(half.served, lists):
        hits = np.array([i in wanted for i in items])
        ndcg.append((gain * hits[:10]).sum() / gain[: min(len(wanted), 10)].sum())
        recall.append(hits.sum() / min(20, len(wanted)))
    return np.array(ndcg), np.array(recall)


def interval(values):
    draws = np.random.default_rng(0).choice(values, (2000, len(values))).mean(axis=1)
    return {"mean": float(values.mean()), "ci95": [float(x) for x in np.quantile(draws, [0.025, 0.975])]}


def candidates():
    for power in (0.0, 0.2):
        for kept in (100, 300):
            yield "item-knn cosine", power, {"K": kept}, lambda K: CosineRecommender(K=K, num_threads=1)
            yield "item-knn BM25", power, {"K": kept}, lambda K: BM25Recommender(K=K, num_threads=1)
    for factors, penalty in ((32, 40.0), (32, 60.0), (48, 60.0), (48, 80.0), (64, 80.0)):
        settings = {"factors": factors, "regularization": penalty}
        yield "implicit als", 0.5, settings, lambda factors, regularization: AlternatingLeastSquares(
            factors=factors, regularization=regularization, alpha=20.0, iterations=12,
            random_state=1, num_threads=1,
        )


def main(folder):
    rows = read(Path(folder))
    valid, test = Half(rows, ["", "valid:"]), Half(rows, [""])
    best = {}
    for name, power, settings, make in candidates():
        model = make(**settings)
        matrix = valid.tempered(power)
        model.fit(matrix, show_progress=False)
        value = measured(model, matrix, valid)[0].mean()
        if value > best.get(name, (-1,))[0]:
            best[name] = (value, power, settings, make)
    out = []
    for name, (value, power, settings, make) in best.items():
        model, matrix = make(**settings), test.tempered(power)
        begin = time.perf_counter()
        model.fit(matrix, show_progress=False)
        seconds = time.perf_counter() - begin
        ndcg, recall = measured(model, matrix, test)
        out.append({
            "model": name, "power": power, **settings, "valid_ndcg_at_10": float(value),
            "train_s": seconds, "ndcg_at_10": interval(ndcg), "recall_at_20": interval(recall),
        })
    print(json.dumps({"peer": "implicit", "listeners": len(test.served), "artists": len(test.artists), "models": out}, indent=2))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/music/lastfm-2k")
