// What is asked of the server, and how.

/** A refusal of the server's, with its hint. */
export class Refusal extends Error {
  constructor({ error, hint }) {
    super(error);
    this.hint = hint ?? "";
  }
}

const round = (x) => Math.round(x * 1000) / 1000;

/** A mood as it is sent: three numbers. */
export const moodToSend = ({ valence, arousal, uncertainty }) => ({
  valence: round(valence),
  arousal: round(arousal),
  uncertainty: round(uncertainty ?? 0.1),
});

/** The request's body from the form and what is known of the mood. */
export function bodyOf(form, about, seed) {
  const data = new FormData(form);
  const names = data.get("artists").split(",").map((name) => name.trim()).filter(Boolean);
  return {
    ...about,
    goal: data.get("goal"),
    languages: data.getAll("language"),
    artists: names,
    kind: data.get("kind"),
    limit: Number(data.get("limit")),
    seed,
  };
}

/** Asks for a list. */
export async function recommend(body, signal) {
  const headers = { "content-type": "application/json" };
  return answer(await fetch("/api/recommend", { method: "POST", headers, body, signal }));
}

/** The library's languages, the most frequent first. */
export async function languages() {
  return (await answer(await fetch("/api/languages"))).languages;
}

async function answer(response) {
  const body = await response.json().catch(() => ({ error: `the server answered ${response.status}` }));
  if (!response.ok) throw new Refusal(body);
  return body;
}
