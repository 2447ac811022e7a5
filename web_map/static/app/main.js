import { openMapPage } from "./pages/map.js";

openMapPage();
