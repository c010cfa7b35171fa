import { render } from "preact";
import { App } from "./view/app.tsx";
import { openReport } from "./view/run.ts";

const report = openReport(document.getElementById("data")?.textContent ?? "");
const place = document.getElementById("page");
if (place !== null) {
  place.textContent = "";
  render(<App report={report} />, place);
}
