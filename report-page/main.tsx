import { render } from "preact";
import type { PageData } from "../src/report/page-data.ts";
import { App } from "./view/app.tsx";

const data = JSON.parse(document.getElementById("data")?.textContent ?? "null") as PageData;
const place = document.getElementById("page");
if (place !== null) {
  place.textContent = "";
  render(<App data={data} />, place);
}
