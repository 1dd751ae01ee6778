import { CopyButton } from "../../parts/copy-button.tsx";
import { type Action, actionGroups, type Finding, findingTitle, standingWords } from "./findings.ts";
import { Mark } from "./mark.tsx";

interface FindingProps {
  readonly finding: Finding;
  /** When the host was read, Unix milliseconds. */
  readonly now: number;
  /** It is what the page is opened for: its evidence is seen at once. */
  readonly isFirst?: boolean;
}

/** What was found as a paragraph with its evidence, and beside it what to do. */
export function Story({ finding, now, isFirst = false }: FindingProps) {
  const tone = finding.standing === "confirmed" ? "leak" : "suspect";
  return (
    <div class="story">
      <section class={`told ${tone}`}>
        <h2 class="out-of-sight">What was found</h2>
        <p class="standing">
          <Mark standing={finding.standing} />
          {standingWords(finding, now)}
          {finding.partial && ", from counts and socket tables alone"}
        </p>
        <p class="summary name">{finding.summary}</p>
        {finding.reason !== null && <p class="name">Told again: {finding.reason}.</p>}
        <Evidence finding={finding} isOpen={isFirst} />
        {finding.type === "verdict" && <Affected finding={finding} />}
      </section>
      <section class="to-do">
        <h2 class="out-of-sight">What to do</h2>
        {actionGroups(finding.actions).map(({ when, title, says, actions }) => (
          <section key={when} class={`purpose ${when}`}>
            <h3>
              {title} <span class="aside">{says}</span>
            </h3>
            {actions.map((action) => (
              <ActionLine key={`${action.text}${action.command}`} action={action} purpose={title} />
            ))}
          </section>
        ))}
      </section>
    </div>
  );
}

interface EvidenceProps {
  readonly finding: Finding;
  readonly isOpen: boolean;
}

function Evidence({ finding: { evidence }, isOpen }: EvidenceProps) {
  if (evidence.length === 0) return null;
  return (
    <details class="evidence" open={isOpen}>
      <summary>Why: {evidence.length === 1 ? "1 piece" : `${evidence.length} pieces`} of evidence</summary>
      <ul>
        {evidence.map((line) => (
          <li key={line} class="name">
            {line}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Affected({ finding }: { readonly finding: Extract<Finding, { type: "verdict" }> }) {
  const { alsoAffected, alsoRising } = finding;
  return (
    <>
      {alsoAffected.length > 0 && (
        <p>
          Also affected:{" "}
          {alsoAffected.map(({ service, as }, at) => (
            <span key={`${service} ${as}`}>
              {at > 0 && ", "}
              <span class="name">{service}</span> ({as})
            </span>
          ))}
        </p>
      )}
      {alsoRising.length > 0 && (
        <p>
          Rises with it:{" "}
          {alsoRising.map(({ kind, netPerMinute }) => `${kind} +${netPerMinute} a minute`).join(", ")}
        </p>
      )}
    </>
  );
}

function ActionLine({
  action: { text, command, caution },
  purpose,
}: {
  readonly action: Action;
  readonly purpose: string;
}) {
  return (
    <div class="action">
      <p class="name">{text}</p>
      {command !== null && (
        <div class="command">
          <code class="name" dir="ltr">
            {command}
          </code>
          <CopyButton text={command} what={`the command: ${purpose}`} />
        </div>
      )}
      {caution !== null && <p class="aside name">{caution}</p>}
    </div>
  );
}

/** What else stands about the service, folded. */
export function OtherStories({
  findings,
  now,
}: {
  readonly findings: readonly Finding[];
  readonly now: number;
}) {
  if (findings.length === 0) return null;
  return (
    <section aria-labelledby="also-found">
      <h2 id="also-found">Also found</h2>
      {findings.map((finding) => (
        <details key={finding.id} class="other-story">
          <summary>
            <Mark standing={finding.standing} />
            <span class="name">{findingTitle(finding)}</span>
          </summary>
          <Story finding={finding} now={now} />
        </details>
      ))}
    </section>
  );
}
