/** The dashboard: built files, read once when the agent starts, and answered as they are. */
import { createHash } from "node:crypto";
import { extname } from "node:path";
import { constants, gzipSync } from "node:zlib";

/** One file of the dashboard, ready to be sent. */
export interface SiteFile {
  readonly type: string;
  readonly body: Buffer;
  /** null: it does not get smaller. */
  readonly gzipped: Buffer | null;
  readonly etag: string;
  /** Its name has a hash of what is in it: it never changes. */
  readonly immutable: boolean;
}

/** The files by the path that they answer to. Only these are ever looked up: no path of a request reaches the disk. */
export type Site = ReadonlyMap<string, SiteFile>;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/**
 * What a page may do: load what came with it and ask the agent that it came from. No inline script or style, nothing
 * from elsewhere, in no frame: a name of a process that got into the page as markup could do nothing.
 */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/** Paths that are views of the one page, as the router writes them. */
export const VIEW_PATHS = ["/", "/services/:id", "/incidents", "/descriptors"] as const;
const VIEWS = VIEW_PATHS.map((path) => new RegExp(`^${path.replace(":id", "[^/]+")}$`));

/** From the built files by their path in the dashboard ("assets/index-B1c2.js"); null: a page is not among them. */
export function siteOf(built: Iterable<readonly [path: string, body: Buffer]>): Site | null {
  const files = new Map<string, SiteFile>();
  for (const [path, body] of built) {
    const type = TYPES[extname(path)];
    if (type !== undefined) files.set(`/${path}`, siteFile(body, type, path.startsWith("assets/")));
  }
  return files.has("/index.html") ? files : null;
}

/** The file that answers to a path; undefined: none does. */
export function siteFileAt(site: Site, path: string): SiteFile | undefined {
  return site.get(VIEWS.some((view) => view.test(path)) ? "/index.html" : path);
}

function siteFile(body: Buffer, type: string, immutable: boolean): SiteFile {
  const gzipped = gzipSync(body, { level: constants.Z_BEST_COMPRESSION });
  // Weak, since it stands for the bytes as they are and for the compressed ones (RFC 9110, 8.8.3).
  const etag = `W/"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return { type, body, gzipped: gzipped.length < body.length ? gzipped : null, etag, immutable };
}
