import { CloudOff } from 'lucide-react';
import { useStreamState } from '../live/event-stream.ts';
import { useNow } from '../live/now.ts';
import { formatSeconds } from '../ui/format.ts';

/** A drain or a restart is over within it; nobody need be told. */
const quietMs = 4_000;

export function LiveSign() {
  const { isLive } = useStreamState();
  return (
    <span
      className="flex items-center gap-2 text-xs text-muted"
      role="status"
      title={isLive ? 'What happens is shown at once' : 'Waiting for the platform to answer again'}
    >
      <span className={`size-2 rounded-full ${isLive ? 'bg-good' : 'animate-pulse bg-warn'}`} aria-hidden />
      <span className="max-lg:sr-only">{isLive ? 'live' : 'reconnecting'}</span>
    </span>
  );
}

/** What is on the screen may be old; it says so, and since when. */
export function StaleBanner() {
  const { isLive, since } = useStreamState();
  const lostMs = useNow() - since;
  if (isLive || lostMs < quietMs) return null;
  return (
    <p
      role="alert"
      className="sticky top-0 z-20 flex items-center gap-2 border-b border-warn/40 bg-warn-soft px-6 py-2 text-warn"
    >
      <CloudOff size={15} aria-hidden />
      No connection for {formatSeconds(Math.round(lostMs / 1000))}. What you see is from before; it is read
      again as soon as the platform answers. Start it with{' '}
      <code className="font-mono text-xs">dividend up</code> if it is down.
    </p>
  );
}
