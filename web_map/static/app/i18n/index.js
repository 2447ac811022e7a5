// Chinese first. t() says a sentence of the page, say() one that came from the server in both.
import en from "./en.js";
import zh from "./zh.js";

const books = { zh, en };
let lang = "zh";

export const language = () => lang;

export function setLanguage(next) {
  lang = next;
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
}

/** The sentence of a key with {name} filled in; a missing key shows itself. */
export function t(key, params = {}) {
  const text = books[lang][key];
  if (text === undefined) {
    console.error(`no words for ${key}`);
    return key;
  }
  return text.replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? ""));
}

/** The word for a value of a closed list, or the value itself where the list is not closed. */
export function term(list, value) {
  return books[lang][`${list}.${value}`] ?? String(value ?? "");
}

/** {zh, en} → words in the language of the page. */
export const say = (text) => (text ? (text[lang] ?? text.zh ?? text.en ?? "") : "");

/** {name_zh, name_en} or {title_zh, title_en} → words in the language of the page. */
export function named(thing) {
  if (!thing) return "";
  const other = lang === "zh" ? "en" : "zh";
  return (
    thing[`name_${lang}`] || thing[`title_${lang}`] || thing[`name_${other}`] ||
    thing[`title_${other}`] || thing.name || ""
  );
}

/** Fill every data-i18n text and data-i18n-{title,placeholder,label} attribute below root. */
export function translate(root = document) {
  for (const node of root.querySelectorAll("[data-i18n]")) node.textContent = t(node.dataset.i18n);
  for (const [data, attribute] of [
    ["i18nTitle", "title"],
    ["i18nPlaceholder", "placeholder"],
    ["i18nLabel", "aria-label"],
  ]) {
    const name = data.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    for (const node of root.querySelectorAll(`[data-${name}]`)) {
      node.setAttribute(attribute, t(node.dataset[data]));
    }
  }
}

// making a formatter costs a hundred times what using it does
const inChina = (options) => {
  const made = new Map();
  const formatter = () => {
    if (!made.has(lang)) {
      const locale = lang === "zh" ? "zh-CN" : "en-GB";
      made.set(lang, new Intl.DateTimeFormat(locale, { timeZone: "Asia/Shanghai", ...options }));
    }
    return made.get(lang);
  };
  return (value) => (value ? formatter().format(new Date(value)) : "");
};

export const formatDay = inChina({ year: "numeric", month: "2-digit", day: "2-digit" });
export const formatTime = inChina({ hour: "2-digit", minute: "2-digit", hour12: false });
export const formatMoment = inChina({
  year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false,
});

/** Today in Asia/Shanghai as YYYY-MM-DD. */
export const todayOn = () =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date());

/** 86.4 → "86 米"; above 10 km in kilometres. */
export function formatMetres(value) {
  if (value === null || value === undefined) return "";
  if (value < 10) return t("unit.m", { n: value.toFixed(1) });
  return value < 10000
    ? t("unit.m", { n: Math.round(value) })
    : t("unit.km", { n: (value / 1000).toFixed(1) });
}
