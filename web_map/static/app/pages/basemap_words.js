// 底图开关的词。Words of the basemap switch.
export const books = {
  zh: {
    title: "底图",
    none: "无底图",
    broken: "不能用的底图",
    "kind.pmtiles": "矢量或图片底图（PMTiles）",
    "kind.mbtiles": "矢量或图片底图（MBTiles）",
    "kind.orthophoto": "正射影像",
    "kind.wmts": "内网 WMTS",
    "kind.tianditu": "天地图",
  },
  en: {
    title: "Basemap",
    none: "No basemap",
    broken: "Basemap that cannot be used",
    "kind.pmtiles": "Map file (PMTiles)",
    "kind.mbtiles": "Map file (MBTiles)",
    "kind.orthophoto": "Orthophoto",
    "kind.wmts": "WMTS of the intranet",
    "kind.tianditu": "Tianditu",
  },
};
