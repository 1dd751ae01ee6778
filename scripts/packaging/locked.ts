/** The part of package-lock.json that matters here. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Only the C compiler reads them. */
export const HEADERS = "node-api-headers";

/** What the program needs where it runs, by its folder: the packages of the lock file without what only development needs. */
export function shipped(lock: Lock): [folder: string, locked: LockedPackage][] {
  return Object.entries(lock.packages).filter(
    ([folder, { dev, devOptional }]) =>
      folder !== "" && dev !== true && devOptional !== true && folder !== `node_modules/${HEADERS}`,
  );
}
