// Words of the page for the field. 两边的键相同（有测试）。
import { speaker } from "../i18n/book.js";
import { books as shared } from "./land_words.js";

export const books = {
  zh: {
    "ld.fieldTitle": "现场指界",
    "ld.choose": "选择争议条带",
    "ld.locate": "我的位置",
    "ld.locating": "正在定位…",
    "ld.noPosition": "没有定位：请在 HTTPS 下允许位置。",
    "ld.at-inside": "在条带内（距边 {edge} m，精度 ±{acc} m）",
    "ld.at-outside": "在条带外（距边 {edge} m，精度 ±{acc} m）",
    "ld.at-cannot_tell": "无法判断：精度圈跨过界线（距边 {edge} m，精度 ±{acc} m）",
    "ld.addPoint": "记录一点",
    "ld.pointNumber": "点号",
    "ld.pointWhat": "类别",
    "ld.accuracy": "精度（米）",
    "ld.fix": "定位质量",
    "ld.lngLat": "经度 纬度（可粘贴 RTK 读数）",
    "ld.photo": "照片",
    "ld.found": "界标现状",
    "ld.record": "记录",
    "ld.recorded": "已记录 {n}",
    "ld.fieldPoints": "已测点",
    "ld.offline": "离线包待统一离线模块提供；请在有网络时打开。",
  },
  en: {
    "ld.fieldTitle": "In the field",
    "ld.choose": "Choose a strip",
    "ld.locate": "My position",
    "ld.locating": "Locating…",
    "ld.noPosition": "No position: allow it, over HTTPS.",
    "ld.at-inside": "Inside the strip ({edge} m from its edge, ±{acc} m)",
    "ld.at-outside": "Outside the strip ({edge} m from its edge, ±{acc} m)",
    "ld.at-cannot_tell": "Cannot tell: the circle crosses the edge ({edge} m, ±{acc} m)",
    "ld.addPoint": "Record a point",
    "ld.pointNumber": "Number",
    "ld.pointWhat": "What",
    "ld.accuracy": "Accuracy (m)",
    "ld.fix": "Fix",
    "ld.lngLat": "Longitude latitude (paste the RTK reading)",
    "ld.photo": "Photo",
    "ld.found": "How it was found",
    "ld.record": "Record",
    "ld.recorded": "{n} recorded",
    "ld.fieldPoints": "Points measured",
    "ld.offline": "Packs for work without a network come with the offline module; open this page on line.",
  },
};

export const w = speaker(books, shared);
