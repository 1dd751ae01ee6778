import { goTo, withParameters } from "../routing.ts";
import { moment, ZONE } from "../words/times.ts";
import { Link } from "./link.tsx";
import {
  betweenParameters,
  inputText,
  momentsOf,
  type Range,
  shifted,
  SPANS,
  spanParameters,
} from "./ranges.ts";

/** Chooses the time that is shown. It stands in the address, so that a link shows what its sender saw. */
export function TimeRange({ range }: { readonly range: Range }) {
  const now = Date.now();
  const earlier = shifted(range, -1, now);
  const later = shifted(range, 1, now);
  return (
    <nav class="range" aria-label="Time shown">
      <ul>
        {SPANS.map((span) => (
          <li key={span.key}>
            <Link
              to={withParameters(spanParameters(span))}
              current={range.span?.key === span.key}
              label={`The last ${span.words}`}
            >
              {span.words}
            </Link>
          </li>
        ))}
      </ul>
      <Link to={withParameters(betweenParameters(earlier.from, earlier.to))}>Earlier</Link>
      {range.span === null && <Link to={withParameters(betweenParameters(later.from, later.to))}>Later</Link>}
      <Between range={range} />
    </nav>
  );
}

function Between({ range }: { readonly range: Range }) {
  const now = Date.now();
  const { from, to } = momentsOf(range, now);
  const show = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const [first, last] = [...form.querySelectorAll("input")];
    if (first === undefined || last === undefined) return;
    const [begin, end] = [Date.parse(first.value), Date.parse(last.value)];
    last.setCustomValidity(
      end - begin >= 60_000 ? "" : "This has to be a minute later than the begin, at least.",
    );
    if (form.reportValidity()) goTo(withParameters(betweenParameters(begin, end)));
  };
  const mend = (event: InputEvent): void => {
    if (event.currentTarget instanceof HTMLFormElement) {
      for (const input of event.currentTarget.querySelectorAll("input")) input.setCustomValidity("");
    }
  };
  return (
    <details class="between" key={range.span === null ? `${from}${to}` : "last"}>
      <summary>{range.span === null ? `${moment(from, now)} to ${moment(to, now)}` : "From ... to"}</summary>
      <form onSubmit={show} onInput={mend}>
        <label>
          From <input type="datetime-local" name="from" required defaultValue={inputText(Date.parse(from))} />
        </label>
        <label>
          To <input type="datetime-local" name="to" required defaultValue={inputText(Date.parse(to))} />
        </label>
        <button type="submit">Show</button>
        <span class="aside">{ZONE}</span>
      </form>
    </details>
  );
}
