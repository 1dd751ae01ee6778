import { defineConfig } from "vite";

/** scripts/build-web says where it is built to: the folder that the agent serves; never committed. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    emptyOutDir: true,
    // Nothing inline: the page's Content-Security-Policy lets no inline script or style pass.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
  },
  // `npm run web` beside a running agent.
  server: { port: 8322, proxy: { "/api": "http://127.0.0.1:8321", "/readyz": "http://127.0.0.1:8321" } },
});
