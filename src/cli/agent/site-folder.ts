import { join } from "node:path";

/** Where set-up builds the dashboard (scripts/build-web). */
export const SITE_FOLDER = join(import.meta.dirname, "../../../node_modules/.descry/web");
