// Words of the bar that plain pages share. 两边的键相同（有测试）。
import { speaker } from "../i18n/book.js";

export const books = {
  zh: {
    "frame.skip": "跳到正文",
    "frame.nav": "页面",
    "frame.other": "English",
    "frame.leave": "退出",
    "frame.synthetic": "合成数据",
    "frame.loading": "正在读取…",
    "frame.page.map": "地图",
    "frame.page.desk": "工作台",
    "frame.page.onsite": "现场登记",
    "frame.page.queue": "督促与派单",
    "frame.page.registers": "登记簿",
    "frame.page.reports": "报表",
    "frame.page.risk": "风险地图",
    "frame.page.members": "党小组",
    "frame.page.upkeep": "人员与值班",
    "frame.page.import": "导入数据",
    "frame.page.trace": "照图描绘",
    "frame.page.audit": "审计记录",
    "frame.page.account": "我的账号",
  },
  en: {
    "frame.skip": "Skip to the content",
    "frame.nav": "Pages",
    "frame.other": "中文",
    "frame.leave": "Sign out",
    "frame.synthetic": "Synthetic data",
    "frame.loading": "Loading…",
    "frame.page.map": "Map",
    "frame.page.desk": "Desk",
    "frame.page.onsite": "On the spot",
    "frame.page.queue": "Queue",
    "frame.page.registers": "Registers",
    "frame.page.reports": "Reports",
    "frame.page.risk": "Risk maps",
    "frame.page.members": "Party groups",
    "frame.page.upkeep": "People and shifts",
    "frame.page.import": "Import",
    "frame.page.trace": "Trace a scan",
    "frame.page.audit": "Audit trail",
    "frame.page.account": "My account",
  },
};

export const w = speaker(books);
