// The one door to the server. Every failure becomes an ApiProblem with words in both languages.

export class ApiProblem extends Error {
  constructor({ status, code, detail, fix, where, retryAfter }) {
    super(code);
    this.status = status;
    this.code = code;
    this.detail = detail ?? null;
    this.fix = fix ?? null;
    this.where = where ?? null;
    this.retryAfter = retryAfter ?? null;
  }
}

// A wrong password is an answer to a form, not the end of a session.
const AT_THE_DOOR = new Set(["session.wrong_password"]);

let csrfToken = "";
let onSignedOut = () => {};

export const setCsrfToken = (token) => {
  csrfToken = token;
};
export const whenSignedOut = (fn) => {
  onSignedOut = fn;
};

/** The parsed answer, or null for one without content. */
export async function request(method, path, options = {}) {
  const response = await send(method, path, options);
  return response.status === 204 ? null : response.json();
}

/** The answer itself, for files; a refusal becomes an ApiProblem. */
export async function send(method, path, { query, json, form, headers = {}, signal } = {}) {
  const url = new URL(path, location.origin);
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "") url.searchParams.set(key, value);
  }
  const head = { Accept: "application/json", ...headers };
  if (method !== "GET") head["X-CSRF-Token"] = csrfToken;
  if (json !== undefined) head["Content-Type"] = "application/json";
  const body = json !== undefined ? JSON.stringify(json) : form;
  let response;
  try {
    response = await fetch(url, { method, headers: head, body, signal, credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiProblem({ status: 0, code: "offline" });
  }
  if (response.ok) return response;
  const problem = await readProblem(response);
  if (problem.status === 401 && path !== "/api/session" && !AT_THE_DOOR.has(problem.code)) onSignedOut();
  throw problem;
}

async function readProblem(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    body = {};
  }
  return new ApiProblem({
    status: response.status,
    code: typeof body.code === "string" ? body.code : "unknown",
    detail: twoTongues(body.detail),
    fix: twoTongues(body.fix),
    where: body.where,
    retryAfter: Number(response.headers.get("Retry-After")) || null,
  });
}

const twoTongues = (text) => (text && typeof text === "object" && "zh" in text ? text : null);

export const api = {
  session: () => request("GET", "/api/session"),
  signIn: (login, password) => request("POST", "/api/session", { json: { login, password } }),
  signInWays: () => request("GET", "/api/session/ways"),
  signOut: () => request("DELETE", "/api/session"),
  signOutEverywhere: () => request("DELETE", "/api/session/all"),
  changePassword: (old, fresh) =>
    request("PUT", "/api/session/password", { json: { old, new: fresh } }),
  place: () => request("GET", "/api/place"),
  cells: (query, signal) => request("GET", "/api/cells", { query, signal }),
  cellLabels: (query, signal) => request("GET", "/api/cells/labels", { query, signal }),
  responsible: (query, signal) => request("GET", "/api/responsible", { query, signal }),
  cases: (query, signal) => request("GET", "/api/cases", { query, signal }),
  case: (code, signal) => request("GET", `/api/cases/${encodeURIComponent(code)}`, { signal }),
  fileCase: (json, key) =>
    request("POST", "/api/cases", { json, headers: { "Idempotency-Key": key } }),
  purposes: () => request("GET", "/api/personal/purposes"),
  unmask: (code, json) =>
    request("POST", `/api/cases/${encodeURIComponent(code)}/unmask`, { json }),
  changeCase: (code, json) =>
    request("PATCH", `/api/cases/${encodeURIComponent(code)}`, { json }),
  attach: (code, file) => {
    const form = new FormData();
    form.append("file", file);
    return request("POST", `/api/cases/${encodeURIComponent(code)}/attachments`, { form });
  },
  inbox: () => request("GET", "/api/inbox"),
  markRead: (id) => request("POST", `/api/inbox/${encodeURIComponent(id)}/read`),
  measure: (json, signal) => request("POST", "/api/measure", { json, signal }),
  reach: (query, signal) => request("GET", "/api/service-reach", { query, signal }),
  search: (q, signal) => request("POST", "/api/search", { json: { q }, signal }),
};

/** A key for one form: 128 random bits, usable on plain-HTTP loopback too. */
export function newIdempotencyKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
