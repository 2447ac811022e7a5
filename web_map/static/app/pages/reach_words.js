// 服务点可达的词。Words of the reach of service points.
export const books = {
  zh: {
    "reach.open": "服务点与可达户数",
    "reach.title": "服务点与可达户数",
    "reach.about": "按直线距离数出离最近服务点超过所给公里数的户数；只有数，没有户。",
    "reach.km": "超过（公里）",
    "reach.count": "计算",
    "reach.village": "村/社区",
    "reach.households": "户数",
    "reach.beyond": "超过 {km} 公里",
    "reach.total": "合计",
    "reach.points": "服务点与开放时间",
    "reach.none": "还没有录入服务点。",
  },
  en: {
    "reach.open": "Service points and reach",
    "reach.title": "Service points and reach",
    "reach.about": "Households further than so many kilometres from the nearest service point, as the crow flies; numbers only, no household.",
    "reach.km": "Beyond (km)",
    "reach.count": "Count",
    "reach.village": "Village",
    "reach.households": "Households",
    "reach.beyond": "beyond {km} km",
    "reach.total": "Sum",
    "reach.points": "Service points and when they are open",
    "reach.none": "No service point has been entered.",
  },
};
