import "./style/tokens.css";
import "./style/page.css";
import "./style/components.css";
import "./style/inbox.css";
import "./style/try-it.css";
import "./style/operate.css";
import "./style/log.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { wearTheme } from "./preferences.ts";

wearTheme();
const root = document.getElementById("app");
if (root) render(<App />, root);
