// Rows as a file: the server writes it, masks it and notes it; a large one is waited for.
import { ApiProblem, request, send } from "./api.js";

const POLL_MS = 1000;

/** Have what body asks for as a download; step({done, total}) while the worker makes it. */
export async function exportRows(body, step = () => {}) {
  const answer = await send("POST", "/api/exports", { json: body });
  return answer.status === 202 ? waitFor(answer, step) : save(answer);
}

/** The vector tiles of the place as one PMTiles file. */
export const exportTiles = async (layers, step = () => {}) =>
  waitFor(await send("POST", "/api/exports/tiles", { json: { layers } }), step);

async function waitFor(answer, step) {
  let state = await answer.json();
  const path = `/api/exports/${encodeURIComponent(state.export_id)}`;
  while (state.state === "waiting" || state.state === "running") {
    step(state);
    await new Promise((done) => setTimeout(done, POLL_MS));
    state = await request("GET", path);
  }
  if (state.state !== "succeeded") throw new ApiProblem({ status: 409, code: state.problem ?? "export.failed" });
  return save(await send("GET", `${path}/file`));
}

/** A map sheet as a download; body as /api/sheets/map takes it. */
export const fetchSheet = async (body) => save(await send("POST", "/api/sheets/map", { json: body }));

/** A sheet to print or hand out as a download; {phrase, until} of a list that was sealed in it. */
export async function fetchHandOut(kind, body) {
  const answer = await send("POST", `/api/sheets/${kind}`, { json: body });
  await save(answer);
  return { phrase: answer.headers.get("Sheet-Phrase"), until: answer.headers.get("Sheet-Opens-Until") };
}

/** What one may export, and the purposes that show persons in the clear. */
export const exportKinds = () => request("GET", "/api/exports/kinds");

/** What the map's list shows in the words of the ledger: an outline takes the place of the view. */
export function ledgerFilter({ kinds, hidden, only, bounds, ring, state, due, from, to }) {
  const cases = ring ? { ring } : { bbox: bounds };
  if (hidden.size) cases.kinds = kinds.filter((kind) => !hidden.has(kind));
  if (state) cases.state = state;
  if (due) cases.due = due;
  if (from) cases.from_on = from;
  if (to) cases.to_on = to;
  if (only === "open") cases.open = true;
  if (only === "closed") cases.open = false;
  if (only === "queue") Object.assign(cases, { open: true, queue: true });
  return cases;
}

async function save(answer) {
  const named = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "");
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = named ? named[1] : "wangge";
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
