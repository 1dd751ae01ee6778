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

const page = document.querySelector("#page");
if (page !== null) render(<App />, page);
