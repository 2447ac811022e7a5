// Elements are built node by node: text from the server is only ever a text node.

const SVG = "http://www.w3.org/2000/svg";

/** An element; props: class, dataset, on{Event}, any DOM attribute (false and null leave it out). */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** An SVG element. */
export function s(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "dataset") Object.assign(node.dataset, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2).toLowerCase(), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  add(node, children);
  return node;
}

function add(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Replace everything inside a node. */
export function show(node, ...children) {
  node.replaceChildren();
  add(node, children);
  return node;
}

export const byId = (id) => document.getElementById(id);

/** A promise that is kept when the document can be used by the caller again after ms. */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Run fn once, ms after the last call. */
export function settle(fn, ms) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => fn(...args), ms);
  };
}
