import { fileURLToPath } from "node:url";

/** What a test's descry is started with: a configuration, a memory or an agent of this machine must not change what a test sees. */
export const ALONE = { DESCRY_CONFIG: "/dev/null", DESCRY_STATE_DIR: "off", DESCRY_AGENT: "off" } as const;

// Whoever needs the program imports it from here, and what it starts inherits this.
Object.assign(process.env, ALONE);
delete process.env["HOST_PROC"];

/** The program as a person starts it. */
export const DESCRY = fileURLToPath(new URL("../bin/descry", import.meta.url));
