// What a single-file executable starts with, in its main thread and in every other. Modules come out of the executable
// (its assets) instead of a disk: Node asks the two hooks below where they are and what they hold. The text of the two
// functions becomes the start script, so neither may use anything of this file but the other.
import type { LoadHookContext, ResolveHookContext } from "node:module";

/** Finds modules among files that are known by name: Node's own rules, nodejs.org/api/esm.html#resolution-algorithm. */
export function resolver(has: (path: string) => boolean, read: (path: string) => string) {
  type Manifest = { name?: string; main?: unknown; exports?: unknown; imports?: unknown; type?: unknown };
  const manifests = new Map<string, Manifest | null>();

  function manifestIn(folder: string): Manifest | null {
    const path = folder === "" ? "package.json" : `${folder}/package.json`;
    let manifest = manifests.get(folder);
    if (manifest === undefined) {
      manifest = has(path) ? (JSON.parse(read(path)) as Manifest) : null;
      manifests.set(folder, manifest);
    }
    return manifest;
  }

  /** The nearest folder with a package.json. */
  function scopeOf(path: string): string {
    let folder = parentOf(path);
    while (folder !== "" && manifestIn(folder) === null) folder = parentOf(folder);
    return folder;
  }

  function parentOf(path: string): string {
    return path.slice(0, Math.max(0, path.lastIndexOf("/")));
  }

  function joined(folder: string, path: string): string {
    const parts = folder === "" ? [] : folder.split("/");
    for (const part of path.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "." && part !== "") parts.push(part);
    }
    return parts.join("/");
  }

  function file(path: string): string | null {
    for (const ending of ["", ".js", ".json", ".cjs"]) if (has(path + ending)) return path + ending;
    const main = manifestIn(path)?.main;
    if (typeof main === "string") {
      const named = joined(path, main);
      const found = named === path ? null : file(named);
      if (found !== null) return found;
    }
    return has(`${path}/index.js`) ? `${path}/index.js` : null;
  }

  /** The first target that these conditions allow. */
  function target(choice: unknown, star: string, conditions: readonly string[]): string | null {
    if (typeof choice === "string") return choice.replaceAll("*", star);
    if (Array.isArray(choice)) {
      for (const one of choice) {
        const found = target(one, star, conditions);
        if (found !== null) return found;
      }
    } else if (typeof choice === "object" && choice !== null) {
      for (const [condition, one] of Object.entries(choice)) {
        if (condition !== "default" && !conditions.includes(condition)) continue;
        const found = target(one, star, conditions);
        if (found !== null) return found;
      }
    }
    return null;
  }

  /** Of a map of `exports` or `imports`: the entry itself, else the longest pattern with a star. */
  function mapped(map: unknown, wanted: string, conditions: readonly string[]): string | null {
    const table = map as Record<string, unknown>;
    if (Object.hasOwn(table, wanted)) return target(table[wanted], "", conditions);
    let best: string | null = null;
    for (const key of Object.keys(table)) {
      const [before = "", after] = key.split("*");
      if (after === undefined || !wanted.startsWith(before) || !wanted.endsWith(after)) continue;
      if (wanted.length >= key.length && (best === null || before.length > best.indexOf("*"))) best = key;
    }
    if (best === null) return null;
    const [before = "", after = ""] = best.split("*");
    const star = wanted.slice(before.length, wanted.length - after.length);
    return target(table[best], star, conditions);
  }

  function inPackage(folder: string, subpath: string, conditions: readonly string[]): string | null {
    const exported = manifestIn(folder)?.exports;
    if (exported === undefined || exported === null) return file(joined(folder, subpath));
    const isMap =
      typeof exported === "object" &&
      !Array.isArray(exported) &&
      Object.keys(exported).some((key) => key.startsWith("."));
    const found = mapped(isMap ? exported : { ".": exported }, subpath, conditions);
    return found === null ? null : file(joined(folder, found));
  }

  function bare(specifier: string, parent: string, conditions: readonly string[]): string | null {
    const parts = specifier.split("/");
    const name = parts.splice(0, specifier.startsWith("@") ? 2 : 1).join("/");
    const subpath = ["."].concat(parts).join("/");
    const scope = scopeOf(parent);
    const own = manifestIn(scope);
    if (own?.name === name && own.exports !== undefined) return inPackage(scope, subpath, conditions);
    for (let folder = parentOf(parent); ; folder = parentOf(folder)) {
      const candidate = joined(folder, `node_modules/${name}`);
      if (manifestIn(candidate) !== null) return inPackage(candidate, subpath, conditions);
      if (folder === "") return null;
    }
  }

  return {
    /** The file that `parent` means; null when there is none. */
    find: (specifier: string, parent: string, conditions: readonly string[]): string | null => {
      if (/^\.\.?(?:\/|$)/.test(specifier)) return file(joined(parentOf(parent), specifier));
      if (specifier.startsWith("#")) {
        const scope = scopeOf(parent);
        const found = mapped(manifestIn(scope)?.imports ?? {}, specifier, conditions);
        if (found === null) return null;
        return found.startsWith(".") ? file(joined(scope, found)) : bare(found, parent, conditions);
      }
      return bare(specifier, parent, conditions);
    },

    formatOf: (path: string): "module" | "commonjs" | "json" => {
      if (path.endsWith(".json")) return "json";
      if (path.endsWith(".mjs")) return "module";
      if (path.endsWith(".cjs")) return "commonjs";
      return manifestIn(scopeOf(path))?.type === "module" ? "module" : "commonjs";
    },
  };
}

/** Runs one of the modules in the executable: a path in it, or the URL that stands for it. */
export function boot(entry: string): void {
  const { registerHooks, isBuiltin } = process.getBuiltinModule("node:module");
  const { getAsset, getAssetKeys } = process.getBuiltinModule("node:sea");
  const { pathToFileURL } = process.getBuiltinModule("node:url");
  const vm = process.getBuiltinModule("node:vm");

  const names = new Set(getAssetKeys());
  const read = (name: string): string => getAsset(name, "utf8");
  const modules = resolver((name) => names.has(name), read);
  // Below the executable, which is no folder: no file on a disk can ever be meant.
  const root = `${pathToFileURL(process.execPath).href}/`;
  const nameOf = (url: string | undefined): string | null =>
    url !== undefined && url.startsWith(root) ? decodeURIComponent(url.slice(root.length)) : null;

  registerHooks({
    resolve(specifier: string, context: ResolveHookContext, next) {
      const parent = nameOf(context.parentURL);
      const named = nameOf(specifier);
      if (isBuiltin(specifier) || (parent === null && named === null)) return next(specifier, context);
      const found = named ?? modules.find(specifier, parent ?? "", context.conditions);
      if (found === null || !names.has(found)) {
        const message = `Cannot find ${specifier} from ${parent ?? ""} in this executable`;
        throw Object.assign(new Error(message), { code: "MODULE_NOT_FOUND" });
      }
      const url = root + found.split("/").map(encodeURIComponent).join("/");
      return { url, format: modules.formatOf(found), shortCircuit: true };
    },
    load(url: string, context: LoadHookContext, next) {
      const name = nameOf(url);
      if (name === null) return next(url, context);
      return { format: modules.formatOf(name), source: read(name), shortCircuit: true };
    },
  });
  const load = new vm.Script("(url) => import(url)", {
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as (url: string) => Promise<unknown>;
  // Nobody else hears of a module that cannot be loaded.
  load(nameOf(entry) === null ? root + entry : entry).catch((error: unknown) => {
    queueMicrotask(() => {
      throw error;
    });
  });
}

/** The two as the text of a script, which then calls boot(). */
export const BOOT = `${resolver.toString()}\n${boot.toString()}\n`;
