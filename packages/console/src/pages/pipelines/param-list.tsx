/** What a run was started with. */
export function ParamList({ params }: { params: Readonly<Record<string, unknown>> }) {
  const entries = Object.entries(params);
  if (entries.length === 0) return <span className="text-faint">none</span>;
  return (
    <span className="flex flex-wrap gap-1.5">
      {entries.map(([name, value]) => (
        <span
          key={name}
          className="rounded border border-line bg-raised px-1.5 text-xs whitespace-nowrap text-muted"
        >
          {name} <span className="text-ink">{String(value)}</span>
        </span>
      ))}
    </span>
  );
}
