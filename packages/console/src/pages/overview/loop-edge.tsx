/** A way from one station to the next; what moves over it now is seen to move. */
export function LoopEdge({
  path,
  isActive = false,
  isBack = false,
}: {
  path: string;
  isActive?: boolean;
  isBack?: boolean;
}) {
  const tone = isActive ? 'stroke-accent' : 'stroke-faint/60';
  return (
    <>
      <path
        d={path}
        fill="none"
        strokeWidth={1.6}
        className={`${tone} ${isActive ? 'animate-flow' : ''}`}
        {...(isActive ? { strokeDasharray: '6 3' } : isBack ? { strokeDasharray: '4 4' } : {})}
      />
      <path d={drawHead(path)} className={isActive ? 'fill-accent' : 'fill-faint'} />
    </>
  );
}

/** An arrow head at the end of a path whose last stretch is upright (`V`) or level (`H`). */
function drawHead(path: string): string {
  const [x, y, dx, dy] = readEnd(path);
  const [sideX, sideY] = [-dy * 4, dx * 4];
  return `M${x + dx * 6} ${y + dy * 6}L${x + sideX} ${y + sideY}L${x - sideX} ${y - sideY}z`;
}

/** Where it ends and in which direction, which is known from the start for the straight ones. */
function readEnd(path: string): readonly [x: number, y: number, dx: number, dy: number] {
  const [, startX = 0, startY = 0] = (/^M([\d.]+) ([\d.]+)/.exec(path) ?? []).map(Number);
  const [, command, text] = /([HV])([\d.]+)$/.exec(path) ?? [];
  const end = Number(text);
  if (command === 'H') return [end, startY, Math.sign(end - startX), 0];
  const turn = /H([\d.]+)a14/.exec(path);
  const x = turn ? Number(turn[1]) - 14 : startX;
  return [x, end, 0, Math.sign(end - startY)];
}

export function LoopLabel({ x, y, lines }: { x: number; y: number; lines: readonly [string, string] }) {
  return (
    <text x={x} y={y} className="fill-muted text-[13px]">
      <tspan x={x} dy="-0.2em" className="fill-ink">
        {lines[0]}
      </tspan>
      <tspan x={x} dy="1.3em" className="fill-faint">
        {lines[1]}
      </tspan>
    </text>
  );
}
