// A page with words of its own keeps them beside it; this speaks from such a book.
import { language } from "./index.js";

/**
 * w(key, params): the sentence of a key of {zh, en} with {name} filled in, from the first book that
 * has it; a missing key shows itself.
 */
export function speaker(...books) {
  return (key, params = {}) => {
    const text = books.map((book) => book[language()][key]).find((found) => found !== undefined);
    if (text === undefined) {
      console.error(`no words for ${key}`);
      return key;
    }
    return text.replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? ""));
  };
}
