// On the spot: a case with crosshair and photo, with or without a network. What waits stands on top.
import { api, newIdempotencyKey } from "../data/api.js";
import { canKeep, openLastVault, openVault } from "../data/offline.js";
import { openOutbox } from "../data/outbox.js";
import { may } from "../data/rights.js";
import { keepSending } from "../data/sending.js";
import { keepSession, keepShell, OPEN_DAYS } from "../data/shell.js";
import { byId, h, show } from "../ui/dom.js";
import { toast } from "../ui/toast.js";
import { openFrame } from "./frame.js";
import { onsiteForm } from "./onsite_form.js";
import { outboxCard } from "./onsite_outbox.js";
import { w } from "./onsite_words.js";

const page = { vault: null, outbox: null, key: null, place: null, online: true, drawWaiting: async () => {} };

/** Who used this device last, when the server cannot be reached. */
async function offlineSession() {
  page.vault = await openLastVault().catch(() => null);
  const session = await page.vault?.get("session", "me");
  if (session) page.online = false;
  return session ?? null;
}

async function load(session) {
  if (page.online) await loadFresh(session);
  else page.place = await page.vault.get("pack", "place");
  page.outbox ??= page.vault ? openOutbox(page.vault, () => page.drawWaiting()) : null;
}

async function loadFresh(session) {
  page.place = await api.place();
  if (!canKeep()) return;
  page.vault ??= await openVault(session.login);
  await keepSession(page.vault, session);
  await page.vault.put("pack", "place", page.place, OPEN_DAYS);
  keepShell();
}

function draw(session) {
  if (!may(session, "case", "file")) {
    show(byId("view"), h("p", { class: "empty" }, w("os.mayNot")));
    return;
  }
  const waiting = h("div", { id: "waiting" });
  const line = h("p", { class: "os-net", id: "net", role: "status" });
  page.drawWaiting = async () => {
    show(line, page.online ? w("os.online") : w("os.offline"));
    line.classList.toggle("os-cut", !page.online);
    const drafts = page.outbox ? await page.outbox.list() : [];
    show(waiting, outboxCard(drafts, page.outbox));
  };
  const form = onsiteForm({ place: page.place, vault: page.vault, isOnline: () => page.online, send });
  show(byId("view"),
    page.vault ? null : h("p", { class: "notice", id: "no-vault" }, w("os.noVault")),
    line, waiting, form.card);
  form.start();
  page.drawWaiting().then(() => trySending());
}

/** Into the outbox first, then on its way: nothing is lost between the two. */
async function send(body, photos) {
  if (!page.outbox) {
    page.key ??= newIdempotencyKey(); // the same one until it is known to have arrived
    const filed = await api.fileCase(body, page.key);
    page.key = null;
    for (const photo of photos) await api.attach(filed.code, new File([photo], "photo.jpg", { type: photo.type }));
    toast(w("os.sentToast", { code: filed.code }));
    return;
  }
  await page.outbox.add(body, photos);
  toast(w(page.online ? "os.sendingToast" : "os.keptToast"));
  trySending(); // what is in the outbox is safe: the form is free for the next one
}

const trySending = keepSending(page, () => page.outbox, () => page.drawWaiting());

openFrame({ title: () => w("os.title"), load, draw, offlineSession });
