// Words of photos. 两边的键相同（有测试）。
import { speaker } from "../i18n/book.js";
import { books as shared } from "./land_words.js";

export const books = {
  zh: {
    "ld.photos": "照片",
    "ld.noPhotos": "还没有照片。",
    "ld.showPhotos": "显示照片（{n}）",
  },
  en: {
    "ld.photos": "Photos",
    "ld.noPhotos": "No photos yet.",
    "ld.showPhotos": "Show photos ({n})",
  },
};

export const w = speaker(books, shared);
