import { useEffect } from "preact/hooks";
import { Link } from "../../parts/link.tsx";
import { serviceAddress } from "../../routing.ts";
import { ZONE } from "../../words/times.ts";
import type { Headline } from "./headline.ts";

/** The one sentence that the page is opened for. */
export function HeadlineSentence({ headline }: { readonly headline: Headline }) {
  const { tone, name, serviceId, says, countdown, more } = headline;
  const title = [name, says, countdown].filter((words) => words !== null).join(" ");
  useEffect(() => {
    document.title = `${title} - descry`;
    return () => {
      document.title = "descry";
    };
  }, [title]);
  return (
    <section class={`headline ${tone}`} aria-label="What matters most">
      <h1>
        {name !== null && (
          <>
            <Named name={name} serviceId={serviceId} />{" "}
          </>
        )}
        <span class="name">{says}</span>
        {countdown !== null && <strong class="countdown"> {countdown}</strong>}
      </h1>
      <p>
        {more.join(" ")} <small class="quiet">Times in {ZONE}.</small>
      </p>
    </section>
  );
}

function Named({ name, serviceId }: { readonly name: string; readonly serviceId: string | null }) {
  if (serviceId === null) return <bdi class="name">{name}</bdi>;
  return (
    <Link to={serviceAddress(serviceId)} class="name">
      {name}
    </Link>
  );
}
