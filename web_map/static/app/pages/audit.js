// The auditor's page: filters, one table newest first, and the same filters as a file.
import { ApiProblem, whenSignedOut } from "../data/api.js";
import { language, setLanguage, translate } from "../i18n/index.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox } from "../ui/problem.js";
import { redrawGate, requireSession, signIn, signOut } from "../ui/signin.js";
import { acts as actWords, words } from "./audit_words.js";

const PAGE = 100;
const FIELDS = ["actor", "act", "kind", "object", "purpose", "from", "to"];
const state = { choices: null, items: [], next: null, total: 0, asked: 0 };

// To the second: two looks of one minute are two looks.
const moment = (at) =>
  new Date(at).toLocaleString(language() === "zh" ? "zh-CN" : "en-GB", { timeZone: "Asia/Shanghai", hour12: false });

const w = (key, params = {}) =>
  words[language()][key].replace(/\{(\w+)\}/g, (_, name) => String(params[name]));

async function get(path, query = {}) {
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
  let answer;
  try {
    answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  } catch {
    throw new ApiProblem({ status: 0, code: "offline" });
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  if (answer.status === 401) reopen();
  throw new ApiProblem({
    status: answer.status,
    code: body.code ?? "unknown",
    detail: body.detail,
    fix: body.fix,
    retryAfter: Number(answer.headers.get("Retry-After")) || null,
  });
}

const filters = () =>
  Object.fromEntries(FIELDS.map((name) => [name, byId("filters").elements[name]?.value.trim() ?? ""]));

function field(name, props = {}) {
  return h("label", { class: "field" }, h("span", {}, w(name)), h("input", { name, autocomplete: "off", ...props }));
}

function choice(name, options) {
  return h(
    "label",
    { class: "field" },
    h("span", {}, w(name)),
    h("select", { name }, h("option", { value: "" }, w("all")), options.map(([value, text]) => {
      const option = h("option", {}, text);
      option.value = value;
      return option;
    })),
  );
}

function drawFilters() {
  const kept = filters();
  const { acts, object_kinds: kinds, purposes } = state.choices;
  show(
    byId("filters"),
    field("actor", { maxlength: 40, pattern: "[a-z0-9][a-z0-9._\\-]*", spellcheck: "false" }),
    choice("act", acts.map((act) => [act, [actWords[language()][act], act].filter(Boolean).join(" ")])),
    choice("kind", kinds.map((kind) => [kind, kind])),
    field("object", { maxlength: 80, pattern: "[A-Za-z0-9 ._:\\/+\\-]*", spellcheck: "false" }),
    choice("purpose", Object.entries(purposes).map(([slug, name]) => [slug, name[language()]])),
    field("from", { type: "date" }),
    field("to", { type: "date" }),
    h(
      "div",
      { class: "a-buttons" },
      h("button", { type: "submit", class: "button primary" }, w("show")),
      h("button", { type: "button", class: "button", onclick: clear }, w("clear")),
      h("span", { class: "grow" }),
      ["xlsx", "csv"].map((format) =>
        h("button", { type: "button", class: "button", id: `export-${format}`, onclick: () => download(format) }, w(format))),
    ),
  );
  for (const name of FIELDS) byId("filters").elements[name].value = kept[name];
}

function clear() {
  byId("filters").reset();
  load();
}

async function load(more = false) {
  const asked = (state.asked += 1);
  if (!more) show(byId("rows"), h("p", { class: "loading" }, w("loading")));
  try {
    const page = await get("/api/audit", { ...filters(), limit: PAGE, before: more ? state.next : "" });
    if (asked !== state.asked) return;
    state.items = more ? [...state.items, ...page.items] : page.items;
    state.next = page.next;
    state.total = page.total;
    drawRows();
  } catch (error) {
    if (asked !== state.asked) return;
    show(byId("summary"));
    show(byId("rows"), problemBox(error, () => load(more)));
  }
}

function drawRows() {
  show(byId("summary"), w("summary", { total: state.total, shown: state.items.length }));
  if (!state.items.length) {
    show(byId("rows"), h("p", { class: "empty" }, w("none")));
    return;
  }
  const heads = ["at", "actor", "act", "object", "rows", "purpose", "detail", "seal"];
  show(
    byId("rows"),
    h(
      "table",
      { class: "a-table" },
      h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col", class: name === "rows" ? "number" : null }, w(name))))),
      h("tbody", {}, state.items.map(line)),
    ),
    state.next
      ? h("p", { class: "a-more" }, h("button", { type: "button", class: "button", onclick: () => load(true) }, w("more")))
      : null,
  );
}

function line(item) {
  const purpose = state.choices.purposes[item.purpose];
  const detail = Object.keys(item.detail).length ? JSON.stringify(item.detail) : null;
  return h(
    "tr",
    {},
    h("td", {}, h("time", { datetime: item.at }, moment(item.at))),
    h("td", {}, item.actor ?? (item.actor_id === 0 ? w("system") : `#${item.actor_id}`)),
    h("td", {}, actWords[language()][item.act] ? [actWords[language()][item.act], " "] : null, h("code", {}, item.act)),
    h("td", {}, item.object_kind, item.object_id ? [" ", h("code", {}, item.object_id)] : null),
    h("td", { class: "number" }, item.row_count),
    h("td", {}, purpose ? purpose[language()] : item.purpose),
    h("td", { class: "detail" }, detail ? h("code", {}, detail) : null),
    h("td", { class: item.is_sealed ? "quiet" : "a-open" }, w(item.is_sealed ? "sealed" : "open")),
  );
}

// Fetched first, so that a refusal is shown here and not saved as a file.
async function download(format) {
  const url = new URL("/api/audit/export", location.origin);
  for (const [name, value] of Object.entries({ ...filters(), format })) if (value) url.searchParams.set(name, value);
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) {
    const body = await answer.json().catch(() => ({}));
    show(byId("summary"), problemBox(new ApiProblem({ status: answer.status, code: body.code ?? "unknown", ...body })));
    return;
  }
  const link = h("a", { href: URL.createObjectURL(await answer.blob()), download: `audit.${format}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function speak() {
  translate();
  document.title = w("title");
  byId("title").textContent = w("title");
  byId("lang").textContent = w("other");
  byId("leave").textContent = w("leave");
  redrawGate();
  if (!state.choices) return;
  drawFilters();
  drawRows();
}

let opening = false;
async function reopen() {
  if (opening) return;
  opening = true;
  await signIn({ synthetic: false });
  opening = false;
  await open();
}

async function open() {
  try {
    state.choices = await get("/api/audit/choices");
  } catch (error) {
    show(byId("summary"), problemBox(error, open));
    return;
  }
  drawFilters();
  await load();
}

whenSignedOut(reopen);
setLanguage("zh");
speak();
byId("lang").addEventListener("click", () => {
  setLanguage(language() === "zh" ? "en" : "zh");
  speak();
});
byId("leave").addEventListener("click", signOut);
byId("filters").addEventListener("submit", (event) => {
  event.preventDefault();
  load();
});
await requireSession({ synthetic: false });
await open();
