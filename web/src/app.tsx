import { useEffect } from "preact/hooks";
import { DescriptorsPage } from "./pages/descriptors.tsx";
import { IncidentsPage } from "./pages/incidents.tsx";
import { OverviewPage } from "./pages/overview.tsx";
import { ServicePage } from "./pages/service.tsx";
import { Link } from "./parts/link.tsx";
import { connection, listen } from "./reading/live.ts";
import { route } from "./routing.ts";

export function App() {
  useEffect(listen, []);
  const { page } = route.value;
  return (
    <>
      <a class="skip" href="#content">
        To the content
      </a>
      <header class="top">
        <Link to="/" class="brand" label="descry: overview">
          descry
        </Link>
        <nav aria-label="Pages">
          <Link to="/" current={page === "overview"}>
            Overview
          </Link>
          <Link to="/incidents" current={page === "incidents"}>
            Incidents
          </Link>
          <Link to="/descriptors" current={page === "descriptors"}>
            Descriptors
          </Link>
        </nav>
        <ConnectionWord />
      </header>
      <main id="content" tabIndex={-1}>
        <Page />
      </main>
    </>
  );
}

function Page() {
  const here = route.value;
  switch (here.page) {
    case "overview":
      return <OverviewPage />;
    case "service":
      return <ServicePage key={here.id} id={here.id} />;
    case "incidents":
      return <IncidentsPage />;
    case "descriptors":
      return <DescriptorsPage />;
    case "unknown":
      return (
        <section class="state" role="alert">
          <h1>There is no such page</h1>
          <p>
            {here.path} leads nowhere. <Link to="/">The overview</Link> has all services.
          </p>
        </section>
      );
  }
}

/** Whether what is shown is live. Said to screen readers when it changes. */
function ConnectionWord() {
  const words = { connecting: "connecting", open: "live", lost: "disconnected, trying again" };
  return (
    <p class={`connection ${connection.value}`} role="status">
      {words[connection.value]}
    </p>
  );
}
