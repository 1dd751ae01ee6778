import { Link } from "../parts/link.tsx";
import { parameter, serviceAddress } from "../routing.ts";
import { count } from "../words/figures.ts";
import { clock } from "../words/times.ts";
import { askedPath } from "./descriptors/asked.ts";
import { Chooser } from "./descriptors/chooser.tsx";
import { Filters } from "./descriptors/filters.tsx";
import { type Rows, useRows } from "./descriptors/rows.ts";
import { DescriptorTable } from "./descriptors/table.tsx";

/** What a process has open, one by one: to be sorted, and chosen from. */
export function DescriptorsPage() {
  const pid = parameter("pid");
  const asked = pid === null ? null : askedPath(pid, parameter);
  if (pid === null || asked === null)
    return (
      <>
        <h1>Open files of which process?</h1>
        {pid !== null && <p role="alert">That is no number of a process: choose one.</p>}
        <Chooser />
      </>
    );
  return <Listing key={pid} pid={pid} asked={asked} />;
}

function Listing({ pid, asked }: { readonly pid: string; readonly asked: string }) {
  const reader = useRows(pid, asked);
  const rows = reader.rows.value;
  return (
    <>
      <h1>Open files of process {pid}</h1>
      <Head rows={rows} />
      <p class="process-ways">
        <Link to="/descriptors">Choose another process</Link>
        <button type="button" onClick={() => reader.again()}>
          Read again
        </button>
      </p>
      {rows.head !== null && (
        <>
          <Filters head={rows.head} />
          <p role="status" class="quiet">
            {standing(rows)}
          </p>
          {rows.head.page.total === 0 && !rows.isStale ? (
            <p class="state">Nothing that it has open is as you chose.</p>
          ) : (
            <DescriptorTable reader={reader} rows={rows} />
          )}
        </>
      )}
    </>
  );
}

/** What the rows below are. */
function standing({ head, isStale, failure }: Rows): string {
  if (head === null) return "";
  if (isStale) return failure === null ? "Reading ..." : "Below is what was asked for before.";
  return `${count(head.page.total)} of ${count(head.open)} open files, as of ${clock(head.at)}`;
}

function Head({ rows: { head, failure } }: { readonly rows: Rows }) {
  return (
    <>
      {failure !== null && (
        <section class={head === null ? "state" : "stale"} role="alert">
          <h2>{failure.message}</h2>
          <p>{failure.mend}</p>
        </section>
      )}
      {head === null && failure === null && (
        <p class="state loading" role="status">
          Reading what it has open ...
        </p>
      )}
      {head !== null && (
        <p>
          <span class="name">{head.command}</span>, of{" "}
          <Link to={serviceAddress(head.serviceId)} class="name">
            {head.service}
          </Link>
          {head.leftOut > 0 && `. ${count(head.leftOut)} of its open files are one too many to be shown`}
        </p>
      )}
    </>
  );
}
