import type { LivesAnswer } from "../../../../src/server/api.ts";
import { Link } from "../../parts/link.tsx";
import { betweenParameters } from "../../parts/ranges.ts";
import { withParameters } from "../../routing.ts";
import { lifeCourse, lifeMoments, lifeSpan, livesTitle } from "./lives.ts";

/** How the service leaked before; each opens the charts at its time. */
export function EarlierLives({ lives, now }: { readonly lives: LivesAnswer | null; readonly now: number }) {
  if (lives === null || lives.lives.length === 0) return null;
  return (
    <section class="lives" aria-labelledby="earlier-lives">
      <h2 id="earlier-lives">{livesTitle(lives)}</h2>
      <ul>
        {lives.lives.map((life) => {
          const { from, to } = lifeMoments(life);
          return (
            <li key={life.from}>
              <Link to={withParameters(betweenParameters(from, to))}>{lifeSpan(life, now)}</Link>:{" "}
              {lifeCourse(life, now)}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
