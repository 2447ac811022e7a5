// What a hand-out does by itself: words become text nodes, signs and hatches are drawn, names keep clear.
/* global L */
const wanggeHandOut = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const HATCHES = {
    none: [],
    rise: ["M0 8L8 0M-2 2L2 -2M6 10L10 6"],
    fall: ["M0 0L8 8M-2 6L2 10M6 -2L10 2"],
    flat: ["M0 4H8"],
    upright: ["M4 0V8"],
  };
  HATCHES.cross = [...HATCHES.rise, ...HATCHES.fall];
  const named = [];

  function node(name, attributes = {}, children = []) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function text(tag, words, className = "") {
    const made = document.createElement(tag);
    made.textContent = words;
    made.dir = "auto";
    if (className) made.className = className;
    return made;
  }

  function popup({ words, rows }) {
    const list = document.createElement("dl");
    list.className = "popup-rows";
    if (words) list.append(text("dd", words), document.createElement("hr"));
    for (const [label, value] of rows) list.append(text("dt", label), text("dd", value));
    return list;
  }

  // a sign is a picture that is drawn, never markup that is read
  function signMark({ sign, px, look }) {
    const side = px * 2.6;
    const attributes = { fill: look.fill ?? "none", stroke: look.line ?? "none", "stroke-width": 1 };
    const shape = sign.circle
      ? node("circle", { r: sign.circle * px, ...attributes })
      : node("path", { d: `M${sign.points.map(([x, y]) => `${x * px} ${y * px}`).join("L")}Z`, ...attributes });
    const picture = node("svg", { width: side, height: side, viewBox: `${-side / 2} ${-side / 2} ${side} ${side}` }, [shape]);
    return L.divIcon({ className: "sign-mark", html: picture, iconSize: [side, side] });
  }

  function hatch(path, { className, color, hatchFill }) {
    const key = `${className}-${color}-${hatchFill}`.replace(/[^\w-]/g, "");
    if (!document.getElementById(key)) {
      const lines = HATCHES[className.slice(6)].map((d) => node("path", { d, stroke: color, "stroke-width": 1, fill: "none" }));
      const ground = node("rect", { width: 8, height: 8, fill: hatchFill });
      const pattern = node("pattern", { id: key, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, [ground, ...lines]);
      const store = node("svg", { width: 0, height: 0, "aria-hidden": "true" }, [node("defs", {}, [pattern])]);
      document.body.append(store);
    }
    path.setAttribute("fill", `url(#${key})`);
    path.setAttribute("fill-opacity", 0.85);
  }

  // names where there is room, larger things first
  function clearNames(map) {
    const taken = [];
    for (const layer of named) {
      const tip = layer.getTooltip();
      if (!tip) continue;
      const shown = tip.getElement();
      if (!shown) continue;
      shown.style.display = "";
      const box = shown.getBoundingClientRect();
      const clash = taken.some((o) => box.left < o.right && o.left < box.right && box.top < o.bottom && o.top < box.bottom);
      shown.style.display = clash ? "none" : "";
      if (!clash) taken.push(box);
    }
    return map;
  }

  function addSwitch(map, layer, title) {
    const room = document.getElementById("switches");
    if (!room || !title) return;
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    box.onchange = () => {
      if (box.checked) layer.addTo(map);
      else layer.remove();
      clearNames(map);
    };
    label.append(box, text("span", title));
    room.append(label);
  }

  return {
    // without a picture of its own a point would ask for Leaflet's pin
    sign: ({ properties }, at) => L.marker(at, { icon: signMark(properties) }),
    tell(map, layer, title, names) {
      layer.addTo(map);
      const size = (one) => (one.getBounds ? one.getBounds().toBBoxString().split(",").reduce((w, v, i) => w + (i < 2 ? -v : +v), 0) : 0);
      const parts = layer.getLayers().sort((a, b) => size(b) - size(a));
      for (const part of parts) {
        const { properties } = part.feature;
        if (part.options.className?.startsWith("hatch-")) {
          const draw = () => part.getElement() && hatch(part.getElement(), part.options);
          part.on("add", draw);
          draw();
        }
        if (properties.rows.length) part.bindPopup(() => popup(properties), { maxWidth: 320 });
        if (names && properties.words) {
          part.bindTooltip(text("span", properties.words), { permanent: true, direction: "center", className: "place-name" });
          named.push(part);
        }
      }
      addSwitch(map, layer, title);
    },
    open(map, bounds) {
      L.control.scale({ imperial: false }).addTo(map);
      map.fitBounds(bounds, { animate: false, padding: [12, 12] });
      map.on("zoomend moveend", () => clearNames(map));
      map.getContainer().addEventListener("keydown", (event) => event.key === "0" && map.fitBounds(bounds));
      clearNames(map);
    },
  };
})();
