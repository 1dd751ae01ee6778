export function DescriptorsPage() {
  return <h1>Descriptors</h1>;
}
