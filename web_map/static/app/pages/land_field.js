// In the field: one strip, my position with its circle, points with their fix, marks as they are found.
// Without a network from the pack of the strip; what is recorded then waits on the device.
import { newFieldDraft, openFieldDrafts, sendNow } from "../data/field_drafts.js";
import { canKeep, openLastVault, openVault } from "../data/offline.js";
import { keepSending } from "../data/sending.js";
import { keepSession, keepShell, OPEN_DAYS } from "../data/shell.js";
import { tellStanding } from "../data/standing.js";
import { createStripMap } from "../render/strip_map.js";
import { byId, h, show } from "../ui/dom.js";
import { problemBox, problemText } from "../ui/problem.js";
import { toast } from "../ui/toast.js";
import { openFrame } from "./frame.js";
import { landApi } from "./land_api.js";
import { marksCard, pointForm, pointsCard, waitingCard } from "./land_field_forms.js";
import { w } from "./land_field_words.js";
import { listPhotos, photosCard } from "./land_photos.js";
import { drawStrip } from "./land_strip.js";

const PACK = "land-pack";
const page = { strips: [], strip: null, photos: new Map(), map: null, watch: null, here: null, vault: null, drafts: null, online: true };

/** Who used this device last, when the server cannot be reached. */
async function offlineSession() {
  page.vault = await openLastVault().catch(() => null);
  const session = await page.vault?.get("session", "me");
  if (session) page.online = false;
  return session ?? null;
}

async function load(session) {
  if (page.online) {
    page.strips = (await landApi.strips()).items.filter((one) => one.state === "open");
    if (canKeep()) {
      page.vault ??= await openVault(session.login);
      await keepSession(page.vault, session);
      keepShell();
    }
  } else {
    page.strips = (await page.vault.list(PACK)).map(({ strip }) => strip);
  }
  page.drafts ??= page.vault ? openFieldDrafts(page.vault, drawWaiting) : null;
}

function draw() {
  page.map?.remove();
  if (page.watch !== null) navigator.geolocation.clearWatch(page.watch);
  page.watch = null;
  const node = h("div", { class: "ld-map ld-map-field" });
  const choice = h("select", { "aria-label": w("ld.choose"), onchange: () => open(Number(choice.value)) },
    h("option", { value: "" }, w("ld.choose")),
    page.strips.map((one) => h("option", { value: one.land_strip_id }, `${one.land_strip_id} · ${one.case_code} · ${one.area_m2.toFixed(0)} m²`)));
  show(byId("view"), h("div", { class: "ld-field" },
    h("p", { class: "ld-net", id: "ld-net", role: "status" }),
    h("div", { id: "ld-waiting" }),
    choice, page.strips.length ? null : h("p", { class: "quiet" }, w(page.online ? "ld.noStrips" : "ld.noPacks")),
    h("p", { class: "ld-verdict", id: "ld-verdict", role: "status", "aria-live": "polite" }),
    node, h("p", { class: "ld-legend" }, w("ld.legend"), " · ", w("ld.indicative"), " · ", w("ld.notForRegistration")),
    h("button", { type: "button", class: "button primary", onclick: locate }, w("ld.locate")),
    h("div", { id: "ld-work" })));
  page.map = createStripMap(node, w("ld.mapLabel"));
  if (page.strip) open(page.strip.land_strip_id);
  drawWaiting().then(sendWaiting);
}

async function drawWaiting() {
  if (!byId("ld-net")) return;
  show(byId("ld-net"), page.online ? null : w("ld.cut"));
  const drafts = page.drafts ? await page.drafts.list() : [];
  show(byId("ld-waiting"), waitingCard(drafts, page.drafts));
}

async function open(id) {
  if (!id) return;
  try {
    await read(id);
    drawStrip(page.map, page.strip);
    show(byId("ld-work"), packCard(), pointForm(page, record), marksCard(page, record), pointsCard(page.strip),
      photosCard(page.strip, picture));
    if (page.here) await tell();
  } catch (error) {
    show(byId("ld-work"), problemBox(error, () => open(id)));
  }
}

/** From the server, or from the pack when it cannot be reached. */
async function read(id) {
  const pack = await page.vault?.get(PACK, String(id));
  page.photos = new Map((pack?.photos ?? []).map((one) => [one.attachment_id, one.picture]));
  page.packed = Boolean(pack);
  try {
    page.strip = page.online || !pack ? await landApi.strip(id) : pack.strip;
  } catch (error) {
    if (error.status !== 0 || !pack) throw error;
    page.online = false;
    page.strip = pack.strip;
    await drawWaiting();
  }
}

const picture = async (id) => page.photos.get(id) ?? landApi.picture(id);

function packCard() {
  if (!page.vault) return h("p", { class: "quiet" }, w("ld.noVault"));
  const keep = h("button", { type: "button", class: "button", disabled: !page.online, onclick: takePack }, w(page.packed ? "ld.packAgain" : "ld.pack"));
  return h("section", { class: "p-card", id: "ld-pack" }, keep,
    h("p", { class: "quiet" }, page.packed ? w("ld.packed", { days: OPEN_DAYS }) : w("ld.packHint", { days: OPEN_DAYS })));
}

/** Everything of this one strip onto the device: outlines, marks, papers, photos. */
async function takePack() {
  try {
    const { strip } = page;
    const photos = await Promise.all(listPhotos(strip).map(async ({ attachment_id: id }) => ({ attachment_id: id, picture: await landApi.picture(id) })));
    await page.vault.put(PACK, String(strip.land_strip_id), { strip, photos }, OPEN_DAYS);
    toast(w("ld.packDone"));
    await open(strip.land_strip_id);
  } catch (error) {
    toast(problemText(error), { tone: "bad" });
  }
}

function locate() {
  if (!navigator.geolocation || !window.isSecureContext) {
    show(byId("ld-verdict"), w("ld.noPosition"));
    return;
  }
  show(byId("ld-verdict"), w("ld.locating"));
  if (page.watch !== null) return;
  page.watch = navigator.geolocation.watchPosition(({ coords }) => {
    page.here = { lng: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy };
    page.map.showPerson(page.here);
    tell();
  }, () => show(byId("ld-verdict"), w("ld.noPosition")), { enableHighAccuracy: true, maximumAge: 2000 });
}

/** The server tells; without it the same rule on the device. */
async function tell() {
  if (!page.strip || !page.here) return;
  const sayIt = (got) => {
    const node = byId("ld-verdict");
    node.dataset.verdict = got.verdict;
    show(node, w(`ld.at-${got.verdict}`, { edge: got.edge_m.toFixed(1), acc: got.accuracy_m.toFixed(1) }));
  };
  const here = () => tellStanding(page.strip.geometry, page.here);
  try {
    sayIt(page.online ? await landApi.position(page.strip.land_strip_id, page.here) : here());
  } catch (error) {
    if (error.status === 0) sayIt(here());
    else show(byId("ld-verdict"), problemText(error));
  }
}

/** Record a point or a mark: onto the device first, then on its way. */
async function record(what, name, path, body, photo) {
  const { land_strip_id: id } = page.strip;
  const draft = newFieldDraft({ what, name, strip: page.strip, path, body, photo });
  if (!page.drafts) {
    await sendNow(draft);
    toast(w("ld.recorded", { n: name }));
    await open(id);
    return;
  }
  await page.drafts.add(draft);
  sendWaiting().then(async () => {
    const kept = (await page.drafts.list()).find((one) => one.key === draft.key);
    if (kept?.state === "refused") return; // said in the list of what waits
    toast(w(kept?.state === "sent" ? "ld.recorded" : "ld.keptHere", { n: name }));
    // nobody's half-filled form is drawn anew under the hand
    if (kept?.state === "sent" && !byId("ld-work").querySelector("details[open]")) await open(id);
  });
}

const sendWaiting = keepSending(page, () => page.drafts, drawWaiting);

openFrame({ title: () => w("ld.fieldTitle"), load, draw, offlineSession });
