import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** Built into the folder that the agent serves (scripts/build-web); never committed. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: fileURLToPath(new URL("../node_modules/.descry/web", import.meta.url)),
    emptyOutDir: true,
    // Nothing inline: the page's Content-Security-Policy lets no inline script or style pass.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
  },
  // `npm run web` beside a running agent.
  server: { port: 8322, proxy: { "/api": "http://127.0.0.1:8321", "/readyz": "http://127.0.0.1:8321" } },
});
