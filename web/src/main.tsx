import { render } from "preact";
import { App } from "./app.tsx";
import "./styles/tokens.css";
import "./styles/page.css";
import "./styles/charts.css";
import "./styles/service.css";
import "./styles/service-tables.css";
import "./styles/time-range.css";
import "./styles/descriptors.css";
import "./styles/incidents.css";
import "./styles/figures.css";
import "./styles/overview.css";
import "./styles/overview-rows.css";

const page = document.querySelector("#page");
if (page !== null) render(<App />, page);
