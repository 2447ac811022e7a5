// Opens the sealed list with its pass phrase, until its last day; nothing of it is kept.
(() => {
  const room = document.getElementById("sealed");
  const note = document.getElementById("seal-note");
  const opened = document.getElementById("opened");
  const seal = JSON.parse(document.getElementById("seal").textContent);
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  async function unseal(phrase) {
    const { subtle } = crypto;
    const given = new TextEncoder().encode(phrase.trim().toLowerCase());
    const base = await subtle.importKey("raw", given, "PBKDF2", false, ["deriveKey"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(seal.salt), iterations: seal.rounds };
    const key = await subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
    const vouched = { name: "AES-GCM", iv: bytes(seal.nonce), additionalData: new TextEncoder().encode(seal.ends_at) };
    return JSON.parse(new TextDecoder().decode(await subtle.decrypt(vouched, key, bytes(seal.sealed))));
  }

  function row(tag, cells) {
    const made = document.createElement("tr");
    for (const cell of cells) {
      const one = document.createElement(tag);
      one.textContent = cell;
      one.dir = "auto";
      made.append(one);
    }
    return made;
  }

  document.getElementById("unseal").onsubmit = async (event) => {
    event.preventDefault();
    opened.replaceChildren();
    note.textContent = "";
    if (Date.now() > Date.parse(seal.ends_at)) {
      note.textContent = room.dataset.expired;
      return;
    }
    if (!globalThis.crypto?.subtle) {
      note.textContent = room.dataset.secure;
      return;
    }
    const field = document.getElementById("phrase");
    try {
      const { headings, rows } = await unseal(field.value);
      const table = document.createElement("table");
      const head = document.createElement("thead");
      head.append(row("th", headings));
      const body = document.createElement("tbody");
      body.append(...rows.map((cells) => row("td", cells)));
      table.append(head, body);
      opened.append(table);
    } catch {
      note.textContent = room.dataset.wrong;
    }
    field.value = "";
  };
})();
