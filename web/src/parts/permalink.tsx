import { CopyButton } from "./copy-button.tsx";
import { Link } from "./link.tsx";

/** The address that opens one incident; `at` (RFC 3339): a moment when something of it was told. */
export function incidentAddress(id: string, at: string): string {
  return `/incidents?${new URLSearchParams({ incident: id, at })}`;
}

interface PermalinkProps {
  /** Within the dashboard: "/incidents?incident=...". */
  readonly to: string;
  /** What it leads to, for those who hear the page: "this incident". */
  readonly what: string;
}

/** A link to what it stands beside, and a button that copies its whole address. */
export function Permalink({ to, what }: PermalinkProps) {
  return (
    <span class="permalink">
      <Link to={to} label={`Link to ${what}`}>
        Link to this
      </Link>{" "}
      <CopyButton text={new URL(to, location.href).href} what={`the link to ${what}`} />
    </span>
  );
}
