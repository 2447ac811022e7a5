// The desk: what is due, and a new case by keyboard in under a minute.
import { api } from "../data/api.js";
import { may } from "../data/rights.js";
import { byId, h, show } from "../ui/dom.js";
import { deskApi } from "./desk_api.js";
import { intakeCard } from "./desk_intake.js";
import { attentionCard, mineCard } from "./desk_mine.js";
import { w } from "./desk_words.js";
import { openFrame } from "./frame.js";

const page = { place: null, kinds: new Map(), mine: null, attention: null };

async function load() {
  page.place = await api.place();
  page.kinds = new Map(page.place.case_kinds.map((kind) => [kind.kind, kind]));
  await readWork();
}

async function readWork() {
  [page.mine, page.attention] = await Promise.all([deskApi.mine(), deskApi.attention()]);
}

function draw(session) {
  const work = h("div", { class: "dk-work" });
  const drawWork = () => show(work, mineCard(session, page, more), attentionCard(page));
  const more = async () => {
    const next = await deskApi.mine(page.mine.items.length).catch(() => null);
    if (next) page.mine.items.push(...next.items);
    drawWork();
  };
  const filed = async () => {
    await readWork().catch(() => null);
    drawWork();
  };
  const intake = may(session, "case", "file") ? intakeCard(session, page.place, filed) : null;
  show(byId("view"),
    intake ? h("p", { class: "dk-urgent" }, h("a", { class: "button danger", id: "to-urgent", href: "/registers#urgent" }, "! ", w("dk.urgent"))) : null,
    h("div", { class: "dk-desk" }, intake?.card, work));
  drawWork();
  // on a phone the list comes first: no keyboard jumps up
  intake?.begin({ focus: matchMedia("(min-width: 48rem)").matches });
}

openFrame({ title: () => w("dk.title"), load, draw });
