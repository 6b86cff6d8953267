import { Link } from '@tanstack/react-router';
import {
  Activity,
  Boxes,
  FlaskConical,
  GitPullRequestArrow,
  type LucideIcon,
  Rocket,
  Server,
  ShieldCheck,
} from 'lucide-react';
import type { Station, StationId } from './read-stations.ts';

export const stationWidth = 206;
export const stationHeight = 62;

const looks: Readonly<
  Record<
    StationId,
    { icon: LucideIcon; to: '/pipelines' | '/models' | '/rollouts' | '/serving' | '/monitoring' }
  >
> = {
  train: { icon: FlaskConical, to: '/pipelines' },
  register: { icon: Boxes, to: '/models' },
  gate: { icon: ShieldCheck, to: '/rollouts' },
  release: { icon: Rocket, to: '/rollouts' },
  serve: { icon: Server, to: '/serving' },
  monitor: { icon: Activity, to: '/monitoring' },
  trigger: { icon: GitPullRequestArrow, to: '/monitoring' },
};

const tones = {
  rest: { box: 'fill-raised stroke-line', icon: 'text-muted', text: 'fill-muted' },
  busy: { box: 'fill-accent-soft stroke-accent', icon: 'text-accent', text: 'fill-accent' },
  well: { box: 'fill-raised stroke-good/50', icon: 'text-good', text: 'fill-muted' },
  bad: { box: 'fill-bad-soft stroke-bad/70', icon: 'text-bad', text: 'fill-bad' },
} as const;

export function LoopStation({
  station: { id, name, state, tone },
  x,
  y,
}: {
  station: Station;
  x: number;
  y: number;
}) {
  const { icon: Icon, to } = looks[id];
  return (
    <Link to={to} aria-label={`${name}: ${state}`} className="group outline-offset-4">
      <g transform={`translate(${x} ${y})`}>
        <rect
          width={stationWidth}
          height={stationHeight}
          rx={10}
          strokeWidth={1.4}
          className={`${tones[tone].box} group-hover:stroke-accent`}
        />
        <Icon x={16} y={20} width={22} height={22} className={tones[tone].icon} aria-hidden />
        <text x={52} y={27} className="fill-ink text-[15px] font-semibold">
          {name}
        </text>
        <text x={52} y={46} className={`text-[13px] ${tones[tone].text}`}>
          {state}
        </text>
      </g>
    </Link>
  );
}
