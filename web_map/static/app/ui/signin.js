// The door: sign-in, and the change of a password that was given by somebody else.
import { api, setCsrfToken } from "../data/api.js";
import { openLastVault, wipeLastVault } from "../data/offline.js";
import { countUnsent } from "../data/outbox.js";
import { t } from "../i18n/index.js";
import { byId, h, show } from "./dom.js";
import { problemBox } from "./problem.js";

let open = null;

const SIGNED_IN = "wangge.signedIn";

/**
 * Resolves with the session; asks for login and password when there is none. Without a network a page
 * that can work so gives offlineSession(): who used it last, or null.
 */
export async function requireSession({ synthetic, offlineSession = async () => null }) {
  // the cookie cannot be seen from here; without this mark nobody signed in on this device
  if (!localStorage.getItem(SIGNED_IN)) return signIn({ synthetic });
  try {
    const session = await api.session();
    setCsrfToken(session.csrf_token);
    if (!session.must_change_password) {
      document.body.classList.remove("signed-out");
      return session;
    }
    return await ask((done) => passwordForm(session, done));
  } catch (error) {
    const last = error.status === 0 ? await offlineSession() : null;
    if (last) {
      document.body.classList.remove("signed-out");
      return last;
    }
    return signIn({ synthetic, problem: error.status === 401 ? null : error });
  }
}

/** Ask to sign in (again); one question at a time however many requests were refused. */
export function signIn({ synthetic, problem = null }) {
  open ??= ask((done) => signInForm({ synthetic, problem }, done)).finally(() => {
    open = null;
  });
  return open;
}

function ask(makeForm) {
  const gate = byId("gate");
  document.body.classList.add("signed-out");
  return new Promise((resolve) => {
    const done = (session) => {
      localStorage.setItem(SIGNED_IN, "yes");
      gate.hidden = true;
      show(gate);
      document.body.classList.remove("signed-out");
      resolve(session);
    };
    const draw = () => {
      show(gate, makeForm(done));
      gate.hidden = false;
      gate.querySelector("input")?.focus();
    };
    gate.redraw = draw;
    draw();
  });
}

/** End the session here and on the server, and start the page afresh without its view. */
export async function signOut() {
  if (!(await isSureOfUnsent())) return;
  await api.signOut().catch(() => null);
  await leave();
}

/** End every session of the account; throws when the server could not do it. */
export async function signOutEverywhere() {
  if (!(await isSureOfUnsent())) return;
  await api.signOutEverywhere();
  await leave();
}

async function leave() {
  await wipeLastVault();
  localStorage.removeItem(SIGNED_IN);
  location.replace(location.pathname);
}

/** Signing out takes everything off this device: whoever has unsent drafts is asked first. */
async function isSureOfUnsent() {
  const vault = await openLastVault().catch(() => null);
  const unsent = vault ? await countUnsent(vault) : 0;
  vault?.close();
  if (unsent === 0) return true;
  const dialog = byId("dialog");
  return new Promise((resolve) => {
    const answer = (sure) => () => {
      dialog.close();
      resolve(sure);
    };
    dialog.oncancel = () => resolve(false);
    show(dialog, h("div", { class: "unsent", id: "unsent" },
      h("p", {}, t("signin.unsent", { n: unsent })),
      h("div", { class: "p-buttons" },
        h("button", { type: "button", class: "button primary", onclick: answer(false) }, t("signin.unsentStay")),
        h("button", { type: "button", class: "button danger", id: "drop-unsent", onclick: answer(true) }, t("signin.unsentDrop")))));
    dialog.showModal();
  });
}

/** Write the open form again, after a change of language. */
export const redrawGate = () => {
  const gate = byId("gate");
  if (!gate.hidden) gate.redraw();
};

function signInForm({ synthetic, problem }, done) {
  const login = field("signin.login", { name: "login", autocomplete: "username", required: true, maxlength: 60 });
  const password = field("signin.password", {
    name: "password", type: "password", autocomplete: "current-password", required: true, maxlength: 200,
  });
  const trouble = h("div", { class: "trouble" }, problem ? problemBox(problem) : null);
  const button = h("button", { class: "button primary wide" }, t("signin.go"));
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    show(trouble);
    try {
      const secret = password.input.value;
      const session = await api.signIn(login.input.value.trim(), secret);
      setCsrfToken(session.csrf_token);
      if (session.must_change_password) show(byId("gate"), passwordForm(session, done, secret));
      else done(session);
    } catch (error) {
      show(trouble, problemBox(error));
      password.input.select();
    } finally {
      button.disabled = false;
    }
  };
  const outside = h("div", {});
  offerOutside(outside);
  return h(
    "form",
    { class: "gate-card", onsubmit: submit, id: "signin" },
    h("h2", {}, t("signin.title")),
    h("p", { class: "quiet" }, t("signin.subtitle")),
    login.row,
    password.row,
    trouble,
    button,
    outside,
    synthetic
      ? h("p", { class: "hint" }, h("strong", {}, t("tag.synthetic")), " ", t("signin.demoHint"))
      : null,
  );
}

/** The customer's own directory, where one is set up. */
async function offerOutside(room) {
  const ways = await api.signInWays().catch(() => null);
  if (!ways?.oidc) return;
  const mark = () => localStorage.setItem(SIGNED_IN, "yes");
  show(room, h("a", { class: "button wide", id: "signin-oidc", href: "/api/oidc/sign-in", onclick: mark }, t("signin.oidc")));
}

function passwordForm(session, done, known = null) {
  const old = known === null
    ? field("signin.oldPassword", { type: "password", autocomplete: "current-password", required: true })
    : null;
  const fresh = field("signin.newPassword", {
    type: "password", autocomplete: "new-password", required: true, minlength: 10, maxlength: 200,
  });
  const trouble = h("div", { class: "trouble" });
  const submit = async (event) => {
    event.preventDefault();
    try {
      const answer = await api.changePassword(known ?? old.input.value, fresh.input.value);
      const next = answer ?? (await api.session());
      setCsrfToken(next.csrf_token);
      done(next);
    } catch (error) {
      show(trouble, problemBox(error));
    }
  };
  return h(
    "form",
    { class: "gate-card", onsubmit: submit },
    h("h2", {}, t("signin.changeTitle")),
    h("p", { class: "quiet" }, t("signin.changeWhy", { login: session.login })),
    old?.row,
    fresh.row,
    trouble,
    h("button", { class: "button primary wide" }, t("signin.change")),
  );
}

function field(key, props) {
  const input = h("input", { type: "text", ...props });
  return { input, row: h("label", { class: "field" }, h("span", {}, t(key)), input) };
}
