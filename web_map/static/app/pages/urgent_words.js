// Words of the urgent key. 两边的键相同（有测试）。
import { speaker } from "../i18n/book.js";

export const books = {
  zh: {
    "ur.title": "紧急上报",
    "ur.why": "有人身危险先打 110、120。按下后，这里往上的各级岗位马上收到；详情过后再补。",
    "ur.press": "紧急上报",
    "ur.looking": "正在定位…",
    "ur.place": "在哪里",
    "ur.placeHint": "没有定位：打地名、网格或粘贴坐标。",
    "ur.none": "没有找到，换个说法。",
    "ur.done": "已上报，编号",
    "ur.open": "补充详情",
    "ur.again": "再报一件",
    "ur.cell": "网格",
    "ur.name": "地名",
    "ur.point": "坐标",
  },
  en: {
    "ur.title": "Urgent",
    "ur.why": "Where somebody is in danger call 110 or 120 first. All posts above this place are told at once; details can follow.",
    "ur.press": "Report as urgent",
    "ur.looking": "Finding where you are…",
    "ur.place": "Where",
    "ur.placeHint": "No position from the device: type a name, a grid or coordinates.",
    "ur.none": "Nothing found; say it otherwise.",
    "ur.done": "Reported under",
    "ur.open": "Add details",
    "ur.again": "Report another",
    "ur.cell": "grid",
    "ur.name": "name",
    "ur.point": "coordinates",
  },
};

export const w = speaker(books);
