import { CircleAlert, CircleCheck, CircleDashed, CircleX, LoaderCircle } from 'lucide-react';
import { toWords } from './format.ts';

type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'quiet';

const tones: Readonly<Record<string, Tone>> = {
  succeeded: 'good',
  finished: 'good',
  promoted: 'good',
  passed: 'good',
  ready: 'good',
  ok: 'good',
  resolved: 'good',
  cleared: 'good',
  clear: 'good',
  notWorse: 'good',
  measured: 'good',
  verified: 'good',
  live: 'good',
  done: 'good',
  newest: 'good',
  metered: 'good',
  failed: 'bad',
  refused: 'bad',
  rolledBack: 'bad',
  aborted: 'bad',
  raised: 'bad',
  open: 'bad',
  worse: 'bad',
  drifted: 'bad',
  cancelled: 'bad',
  killed: 'warn',
  awaitingApproval: 'warn',
  insufficientData: 'quiet',
  maturing: 'warn',
  met: 'warn',
  unknown: 'warn',
  pending: 'busy',
  estimated: 'warn',
  older: 'warn',
  running: 'busy',
  checking: 'busy',
  staging: 'busy',
  canary: 'busy',
  promoting: 'busy',
  loading: 'busy',
};

/** Where the name of the API is not what one would say. */
const words: Readonly<Record<string, string>> = { unknown: 'not yet known' };

const looks = {
  good: { icon: CircleCheck, className: 'text-good' },
  bad: { icon: CircleX, className: 'text-bad' },
  warn: { icon: CircleAlert, className: 'text-warn' },
  busy: { icon: LoaderCircle, className: 'text-accent' },
  quiet: { icon: CircleDashed, className: 'text-muted' },
} as const;

/** A state by colour, sign and word together. */
export function Status({ state, label, title }: { state: string; label?: string; title?: string }) {
  const tone = tones[state] ?? 'quiet';
  const { icon: Icon, className } = looks[tone];
  return (
    <span
      title={title}
      className={`inline-flex items-center gap-1.5 whitespace-nowrap font-medium ${className}`}
    >
      <Icon size={14} aria-hidden className={tone === 'busy' ? 'animate-spin' : ''} />
      {label ?? words[state] ?? toWords(state)}
    </span>
  );
}
