export function ServicePage({ id }: { readonly id: string }) {
  return <h1 class="name">{id}</h1>;
}
